import { humanDuration } from '../../apimachinery/duration.ts';
import { SECOND } from '../../world/time.ts';
import { labelText } from '../columns.ts';
import { createWriter, eventLines, rfc1123z } from '../describe/writer.ts';
import type { Related } from '../kind.ts';
import type { SigningRequest } from './shapes.ts';
import { readRequest } from './request.ts';

/** `CertificateSigningRequestDescriber`. */
export function describe(request: SigningRequest, state: string, related: Related): string {
  const { metadata, spec = {} } = request;
  const writer = createWriter();
  writer.line(0, `Name:\t${metadata.name}`);
  writer.line(0, `Labels:\t${labelText(metadata.labels)}`);
  writer.line(0, `Annotations:\t${labelText(metadata.annotations)}`);
  writer.line(0, `CreationTimestamp:\t${rfc1123z(metadata.creationTimestamp)}`);
  writer.line(0, `Requesting User:\t${spec.username ?? ''}`);
  if (spec.signerName) writer.line(0, `Signer:\t${spec.signerName}`);
  if (spec.expirationSeconds !== undefined) {
    writer.line(0, `Requested Duration:\t${humanDuration(spec.expirationSeconds * SECOND)}`);
  }
  writer.line(0, `Status:\t${state}`);
  writer.line(0, 'Subject:');
  const subject = readRequest(spec.request ?? '');
  writer.line(0, `\tCommon Name:\t${subject?.commonName ?? ''}`);
  writer.line(0, `\tSerial Number:\t${subject?.serialNumber ?? ''}`);
  for (const [title, values] of Object.entries(subject?.others ?? {})) {
    values.forEach((value, index) =>
      writer.line(0, index === 0 ? `\t${title}:\t${value}` : `\t\t${value}`),
    );
  }
  eventLines(writer, request, related);
  return writer.text();
}
