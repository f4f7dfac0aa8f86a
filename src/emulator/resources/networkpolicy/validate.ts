import {
  at,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isValidCidrForLegacyField, parseIP } from '../../apimachinery/ip.ts';
import * as names from '../../apimachinery/names.ts';
import { validateLabelSelector } from '../label-selector.ts';
import type { IPBlock, NetworkPolicy, Peer, PolicyPort } from './shapes.ts';

const protocols = ['TCP', 'UDP', 'SCTP'];
const types = ['Ingress', 'Egress'];

/** `ValidateNetworkPolicy` and its update (`pkg/apis/networking/validation`). */
export function validate({ spec }: NetworkPolicy, old: NetworkPolicy | undefined): FieldError[] {
  const before = old ? rangesOf(old) : [];
  const errors = validateLabelSelector(spec.podSelector, 'spec.podSelector');
  const rule = (
    path: string,
    ports: readonly PolicyPort[] = [],
    peers: readonly Peer[] = [],
    field: string,
  ) => {
    ports.forEach((port, index) => errors.push(...validatePort(port, at(path, 'ports', index))));
    peers.forEach((peer, index) => {
      errors.push(...validatePeer(peer, before, at(path, field, index)));
    });
  };
  (spec.ingress ?? []).forEach(({ ports, from }, index) => {
    rule(at('spec', 'ingress', index), ports, from, 'from');
  });
  (spec.egress ?? []).forEach(({ ports, to }, index) => {
    rule(at('spec', 'egress', index), ports, to, 'to');
  });
  const given = spec.policyTypes ?? [];
  const path = 'spec.policyTypes';
  if (given.length > types.length) {
    errors.push(invalid(path, [...given], 'may not specify more than two policyTypes'));
    return errors;
  }
  given.forEach((type, index) => {
    if (!types.includes(type)) errors.push(notSupported(at(path, index), type, types));
  });
  return errors;
}

function rangesOf({ spec: { ingress = [], egress = [] } }: NetworkPolicy): string[] {
  const peers = [...ingress.map(({ from }) => from), ...egress.map(({ to }) => to)].flat();
  return peers.flatMap((peer) => [
    ...(peer?.ipBlock?.cidr ? [peer.ipBlock.cidr] : []),
    ...(peer?.ipBlock?.except ?? []),
  ]);
}

function validatePort({ protocol, port, endPort }: PolicyPort, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const [place, end] = [at(path, 'port'), at(path, 'endPort')];
  if (protocol !== undefined && !protocols.includes(protocol)) {
    errors.push(notSupported(at(path, 'protocol'), protocol, protocols));
  }
  if (typeof port === 'number') {
    errors.push(...names.isValidPortNum(port).map((each) => invalid(place, port, each)));
    if (endPort === undefined) return errors;
    // Upstream shows the port here, not the end of its range.
    if (endPort < port) errors.push(invalid(end, port, 'must be greater than or equal to `port`'));
    const texts = names.isValidPortNum(endPort);
    return [...errors, ...texts.map((each) => invalid(end, endPort, each))];
  }
  if (endPort !== undefined) {
    const what = port === undefined ? '`port` is not specified' : '`port` is non-numeric';
    errors.push(invalid(end, endPort, `may not be specified when ${what}`));
  }
  if (port === undefined) return errors;
  return [...errors, ...names.isValidPortName(port).map((each) => invalid(place, port, each))];
}

function validatePeer(
  { podSelector, namespaceSelector, ipBlock }: Peer,
  before: readonly string[],
  path: string,
): FieldError[] {
  const errors = [
    ...validateLabelSelector(podSelector, at(path, 'podSelector')),
    ...validateLabelSelector(namespaceSelector, at(path, 'namespaceSelector')),
    ...(ipBlock ? validateBlock(ipBlock, before, at(path, 'ipBlock')) : []),
  ];
  const selects = podSelector || namespaceSelector;
  if (!selects && !ipBlock) errors.push(required(path, 'must specify a peer'));
  if (selects && ipBlock) {
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  }
  return errors;
}

/** `ValidateIPBlock`: exceptions lie strictly within the range. */
function validateBlock(
  { cidr = '', except = [] }: IPBlock,
  before: readonly string[],
  path: string,
): FieldError[] {
  const place = at(path, 'cidr');
  if (cidr === '') return [required(place, '')];
  const check = (text: string, where: string) =>
    isValidCidrForLegacyField(text, true, before).map((each) => invalid(where, text, each));
  const errors = check(cidr, place);
  const range = parse(cidr);
  if (!range) return errors;
  except.forEach((text, index) => {
    const where = at(path, 'except', index);
    errors.push(...check(text, where));
    const inner = parse(text);
    if (inner && !isWithin(inner, range)) {
      errors.push(invalid(where, text, 'must be a strict subset of `cidr`'));
    }
  });
  return errors;
}

interface Range {
  readonly bytes: readonly number[];
  readonly length: number;
}

function parse(cidr: string): Range | undefined {
  const [address = '', digits = ''] = cidr.split('/');
  const bytes = parseIP(address)?.bytes;
  const length = Number(digits);
  if (!bytes || !/^\d+$/.test(digits) || length > bytes.length * 8) return undefined;
  return { bytes, length };
}

function isWithin(inner: Range, outer: Range): boolean {
  if (inner.bytes.length !== outer.bytes.length || inner.length <= outer.length) return false;
  return outer.bytes.every((byte, index) => {
    const mask = 0xff & ~(0xff >> Math.min(8, Math.max(0, outer.length - index * 8)));
    return (byte & mask) === ((inner.bytes[index] ?? 0) & mask);
  });
}
