import { protocolNumbers, type Flow } from './print.ts';

/** An option that chooses flows; messages call it by its longest name. */
export interface Filter {
  readonly names: readonly string[];
  /** A value may follow. */
  readonly optional?: boolean;
  /** Only together with a protocol, one of these. */
  readonly protocols?: readonly string[];
  /** What is wrong with a value. */
  readonly check?: (value: string) => string | undefined;
  readonly test: (flow: Flow, value: string) => boolean;
}

const address = (value: string) =>
  /^[\da-f.:]+(\/[\da-f.:]+)?$/i.test(value) && /[.:]/.test(value)
    ? undefined
    : `Invalid IP address \`${value}'`;

const PROTOCOLS = ['tcp', 'udp', 'udplite', 'icmp', 'icmpv6', 'sctp', 'dccp', 'gre'];
const STATES = [
  ...['NONE', 'SYN_SENT', 'SYN_RECV', 'ESTABLISHED', 'FIN_WAIT', 'CLOSE_WAIT', 'LAST_ACK'],
  ...['TIME_WAIT', 'CLOSE', 'LISTEN'],
];
const STATUS = ['ASSURED', 'SEEN_REPLY', 'FIXED_TIMEOUT', 'EXPECTED', 'UNSET', 'UNREPLIED'];
const PORTS = ['tcp', 'udp'];

/** Filters and what each looks at. */
export const filters: readonly Filter[] = [
  {
    names: ['-s', '--src', '--orig-src'],
    check: address,
    test: (flow, value) => within(flow.original.source, value),
  },
  {
    names: ['-d', '--dst', '--orig-dst'],
    check: address,
    test: (flow, value) => within(flow.original.destination, value),
  },
  {
    names: ['-r', '--reply-src'],
    check: address,
    test: (flow, value) => within(flow.reply.source, value),
  },
  {
    names: ['-q', '--reply-dst'],
    check: address,
    test: (flow, value) => within(flow.reply.destination, value),
  },
  {
    names: ['-p', '--proto', '--protonum'],
    check: (value) =>
      PROTOCOLS.includes(value.toLowerCase()) || /^\d+$/.test(value)
        ? undefined
        : `\`${value}' unsupported protocol`,
    test: ({ original: { protocol } }, value) =>
      value.toLowerCase() === protocol || value === String(protocolNumbers[protocol]),
  },
  {
    names: ['--sport', '--orig-port-src'],
    protocols: PORTS,
    test: (flow, value) => String(flow.original.sourcePort) === value,
  },
  {
    names: ['--dport', '--orig-port-dst'],
    protocols: PORTS,
    test: (flow, value) => String(flow.original.destinationPort) === value,
  },
  {
    names: ['--reply-port-src'],
    protocols: PORTS,
    test: (flow, value) => String(flow.reply.sourcePort) === value,
  },
  {
    names: ['--reply-port-dst'],
    protocols: PORTS,
    test: (flow, value) => String(flow.reply.destinationPort) === value,
  },
  {
    names: ['--state'],
    protocols: ['tcp'],
    check: (value) => (STATES.includes(value) ? undefined : `unknown TCP state \`${value}'`),
    test: (flow, value) => flow.state === value,
  },
  {
    names: ['--icmp-type'],
    protocols: ['icmp'],
    test: (flow, value) => String(flow.original.icmp?.type) === value,
  },
  {
    names: ['--icmp-code'],
    protocols: ['icmp'],
    test: (flow, value) => String(flow.original.icmp?.code) === value,
  },
  {
    names: ['--icmp-id'],
    protocols: ['icmp'],
    test: (flow, value) => String(flow.original.sourcePort) === value,
  },
  {
    names: ['-m', '--mark'],
    test: (flow, value) => {
      const [wanted = 0, mask = 0xffffffff] = value.split('/').map(Number);
      return (flow.mark & mask) >>> 0 === wanted;
    },
  },
  {
    names: ['-u', '--status'],
    check: (value) => {
      const unknown = value.split(',').find((word) => !STATUS.includes(word));
      return unknown === undefined ? undefined : `Bad parameter \`${unknown}'`;
    },
    test: (flow, value) => value.split(',').every((word) => hasStatus(flow, word)),
  },
  {
    names: ['-w', '--zone', '--orig-zone'],
    test: (flow, value) => (flow.original.zone ?? 0) === Number(value),
  },
  { names: ['--reply-zone'], test: (flow, value) => (flow.reply.zone ?? 0) === Number(value) },
  { names: ['-n', '--src-nat'], optional: true, test: (flow, to) => isTranslated(flow, 'src', to) },
  { names: ['-g', '--dst-nat'], optional: true, test: (flow, to) => isTranslated(flow, 'dst', to) },
  {
    names: ['-j', '--any-nat'],
    optional: true,
    test: (flow, to) => isTranslated(flow, 'src', to) || isTranslated(flow, 'dst', to),
  },
];

/**
 * Whether one side of a flow was changed, as libnetfilter_conntrack finds out: both directions do
 * not mirror each other. For ICMP it compares a number with type and code, so pings always count.
 */
function isTranslated(flow: Flow, side: 'src' | 'dst', to: string): boolean {
  const { original, reply } = flow;
  const [before, after] =
    side === 'src' ? [original.source, reply.destination] : [original.destination, reply.source];
  const ports =
    original.icmp !== undefined ||
    (side === 'src'
      ? original.sourcePort !== reply.destinationPort
      : original.destinationPort !== reply.sourcePort);
  if (before === after && !ports) return false;
  const [host = '', port] = to.split(':');
  const number = side === 'src' ? reply.destinationPort : reply.sourcePort;
  if (port !== undefined && String(number) !== port) return false;
  return host === '' || within(after, host);
}

function within(found: string, wanted: string): boolean {
  if (wanted.includes(':') || found.includes(':')) return found === wanted.split('/')[0];
  const [network = '', prefix = '32'] = wanted.split('/');
  const bits = (text: string) =>
    text
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const length = prefix.includes('.') ? bits(prefix).replace(/0+$/, '').length : Number(prefix);
  return bits(found).slice(0, length) === bits(network).slice(0, length);
}

function hasStatus(flow: Flow, word: string): boolean {
  switch (word) {
    case 'ASSURED':
      return flow.assured;
    case 'SEEN_REPLY':
      return flow.replied;
    case 'UNREPLIED':
      return !flow.replied;
    default:
      return word === 'UNSET';
  }
}
