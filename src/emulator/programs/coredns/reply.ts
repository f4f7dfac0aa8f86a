import { wireSize } from '../../host/resolver/wire-size.ts';
import type { DnsMessage, DnsRcode, DnsRecord } from '../../host/resolver/message.ts';
import type { Query } from './plugin.ts';

/** The name asked for, in lower case. */
export const nameOf = ({ request }: Query) => request.question.name.toLowerCase();

/** An answer to a request: its flags and question are the request's. */
export function reply(request: DnsMessage, parts: Partial<DnsMessage> = {}): DnsMessage {
  const { id, question } = request;
  return {
    id,
    response: true,
    ...(request.recursionDesired && { recursionDesired: true }),
    ...(request.checkingDisabled && { checkingDisabled: true }),
    rcode: 'NOERROR',
    question,
    answers: [],
    authority: [],
    additional: [],
    ...parts,
  };
}

/** An empty answer with a code. */
export const errorReply = (request: DnsMessage, rcode: DnsRcode) => reply(request, { rcode });

/** Bytes that a client takes: its EDNS size over UDP, at least 512; all over TCP. */
export function sizeLimit({ request, protocol }: Query): number {
  if (protocol === 'tcp') return 65_535;
  return Math.max(512, request.edns?.udpSize ?? 512);
}

/** Length as the log tells it: nothing is compressed, the OPT record counts if there is one. */
export function plainSize(message: DnsMessage): number {
  return wireSize(message, { compress: false });
}

/** Options of EDNS that CoreDNS knows; it takes no notice of others (pkg/edns). */
const OPTIONS = [3, 9, 11, 12];

/** A request as the server works with it: without options that it does not know. */
export function withKnownOptions(request: DnsMessage): DnsMessage {
  const options = request.edns?.options ?? [];
  const known = options.filter(({ code }) => OPTIONS.includes(code));
  if (!request.edns || known.length === options.length) return request;
  const { size: _size, ...rest } = request;
  return { ...rest, edns: { ...request.edns, options: known } };
}

/**
 * What the server makes of a message before it goes out (request.SizeAndDo and Scrub): the OPT
 * record of the request, and only as many records as the client takes. Names are compressed only
 * when that is needed.
 */
export function scrub(query: Query, message: DnsMessage): DnsMessage {
  const asked = query.request.edns;
  const { edns: own, ...bare } = message;
  const edns = asked && {
    ...(own ?? { ...asked }),
    udpSize: asked.udpSize,
    ...(asked.dnssecOk ? { dnssecOk: true } : { dnssecOk: false }),
  };
  const whole: DnsMessage = edns ? { ...bare, edns } : bare;
  const limit = sizeLimit(query);
  const plain = plainSize(whole);
  if (plain <= limit) return { ...whole, size: plain };
  const fitted = fit(whole, limit);
  return { ...fitted, size: wireSize(fitted) };
}

function fit(message: DnsMessage, limit: number): DnsMessage {
  let kept: DnsMessage = { ...message, answers: [], authority: [], additional: [] };
  const fill = (section: 'answers' | 'authority' | 'additional') => {
    const taken: DnsRecord[] = [];
    for (const record of message[section]) {
      const tried = { ...kept, [section]: [...taken, record] };
      if (wireSize(tried) > limit) break;
      taken.push(record);
    }
    kept = { ...kept, [section]: taken };
    return taken.length === message[section].length;
  };
  const complete = fill('answers');
  if (complete && fill('authority')) fill('additional');
  return complete ? kept : { ...kept, truncated: true };
}

/** Flags in the order in which the log tells them. */
export function flagsOf(message: DnsMessage): string {
  const flags: readonly (readonly [string, boolean | undefined])[] = [
    ['qr', message.response],
    ['aa', message.authoritative],
    ['tc', message.truncated],
    ['rd', message.recursionDesired],
    ['ra', message.recursionAvailable],
    ['ad', message.authenticData],
    ['cd', message.checkingDisabled],
  ];
  return flags.flatMap(([name, set]) => (set ? [name] : [])).join(',');
}
