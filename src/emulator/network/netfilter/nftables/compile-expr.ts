import type { Expr, NftSet } from './ast.ts';
import { dataType, toBig } from './datatype.ts';
import { boundsOf } from './intervals.ts';
import { keyOf } from './draft.ts';
import { typesOf } from './parse-expr.ts';
import type { NftTuple, Walk } from './walk.ts';

/** A value at run time. */
export type Scalar = number | string;
/** Gives the parts of a value, or undefined where the packet has none (then the rule ends). */
export type Getter = (walk: Walk) => Scalar | undefined;

const many = (getters: readonly Getter[]) => (walk: Walk) => {
  const values: Scalar[] = [];
  for (const get of getters) {
    const value = get(walk);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
};

/** The parts of an expression, one for each type. */
export function getterOf(expr: Expr): (walk: Walk) => readonly Scalar[] | undefined {
  const parts = expr.kind === 'concat' ? expr.parts : [expr];
  return many(parts.map(partGetter));
}

function partGetter(expr: Expr): Getter {
  switch (expr.kind) {
    case 'value':
      return () => expr.value;
    case 'payload':
      return payload(expr.protocol, expr.field);
    case 'raw':
      return raw(expr);
    case 'meta':
      return meta(expr.key);
    case 'ct':
      return connection(expr.key, expr.direction);
    case 'fib':
      return fib(expr.flags, expr.result);
    case 'numgen': {
      const { modulus, offset, mode } = expr;
      if (mode === 'inc') return (walk) => (walk.context.increment(walk.at) % modulus) + offset;
      return (walk) => Math.floor(walk.context.chance(walk.at) * modulus) + offset;
    }
    case 'hash':
      return hash(expr);
    case 'binop':
      return binop(expr);
    default:
      // Sockets, routes and options are nothing that packets have here.
      return () => undefined;
  }
}

function binop({ op, left, right }: Extract<Expr, { kind: 'binop' }>): Getter {
  const [a, b] = [partGetter(left), partGetter(right)];
  const [type = 'integer'] = typesOf(left);
  const { form, bits } = dataType(type);
  if (form === 'ipv4' || form === 'ipv6') {
    const width = (1n << BigInt(bits)) - 1n;
    return (walk) => {
      const [x, y] = [a(walk), b(walk)];
      if (x === undefined || y === undefined) return undefined;
      const result = bigOperation(op, toBig(type, x), toBig(type, y)) & width;
      return form === 'ipv4' ? dotted(result) : result.toString(16);
    };
  }
  return (walk) => {
    const [x, y] = [a(walk), b(walk)];
    if (x === undefined || y === undefined) return undefined;
    return operation(op, Number(x), Number(y));
  };
}

function bigOperation(op: string, a: bigint, b: bigint): bigint {
  if (op === '&') return a & b;
  if (op === '|') return a | b;
  return op === '^' ? a ^ b : op === '<<' ? a << b : a >> b;
}

const dotted = (value: bigint) =>
  [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');

function operation(op: string, a: number, b: number): number {
  if (op === '&') return (a & b) >>> 0;
  if (op === '|') return (a | b) >>> 0;
  if (op === '^') return (a ^ b) >>> 0;
  return op === '<<' ? (a << b) >>> 0 : a >>> b;
}

const PROTOCOLS: Readonly<Record<string, number>> = {
  tcp: 6,
  udp: 17,
  sctp: 132,
  udplite: 136,
  dccp: 33,
};

function payload(protocol: string, field: string): Getter {
  if (protocol === 'ip' || protocol === 'ip6') return network(protocol, field);
  if (protocol === 'icmp' || protocol === 'icmpv6') {
    const number = protocol === 'icmp' ? 1 : 58;
    return ({ packet }) => {
      if (packet.protocol !== number) return undefined;
      if (field === 'type') return packet.icmpType;
      if (field === 'code') return packet.icmpCode;
      return field === 'id'
        ? packet.icmpId
        : field === 'sequence'
          ? packet.icmpSequence
          : undefined;
    };
  }
  const number = PROTOCOLS[protocol];
  if (number === undefined && protocol !== 'th') return () => undefined;
  return ({ packet }) => {
    if (number !== undefined && packet.protocol !== number) return undefined;
    if (field === 'sport') return packet.sourcePort;
    if (field === 'dport') return packet.destinationPort;
    if (field === 'flags') return packet.tcpFlags;
    const header = packet.family === 'ip' ? 20 : 40;
    return field === 'length' ? packet.size - header : undefined;
  };
}

function network(protocol: 'ip' | 'ip6', field: string): Getter {
  const get: Readonly<Record<string, Getter>> = {
    saddr: ({ packet }) => packet.source,
    daddr: ({ packet }) => packet.destination,
    protocol: ({ packet }) => packet.protocol,
    nexthdr: ({ packet }) => packet.protocol,
    ttl: ({ packet }) => packet.ttl,
    hoplimit: ({ packet }) => packet.ttl,
    length: ({ packet }) => (packet.family === 'ip' ? packet.size : packet.size - 40),
    version: ({ packet }) => (packet.family === 'ip' ? 4 : 6),
    hdrlength: () => 5,
    id: ({ packet }) => packet.identification,
    'frag-off': ({ packet }) => (packet.dontFragment ? 0x4000 : 0),
    dscp: () => 0,
    ecn: () => 0,
  };
  const of = get[field] ?? (() => undefined);
  return (walk) => (walk.packet.family === protocol ? of(walk) : undefined);
}

function raw({ base, offset, length }: Extract<Expr, { kind: 'raw' }>): Getter {
  if (base !== 'th' || length !== 16) return () => undefined;
  if (offset === 0) return ({ packet }) => packet.sourcePort;
  return offset === 16 ? ({ packet }) => packet.destinationPort : () => undefined;
}

function meta(key: string): Getter {
  switch (key) {
    case 'mark':
      return (walk) => walk.mark;
    case 'l4proto':
      return ({ packet }) => packet.protocol;
    case 'nfproto':
      return ({ packet }) => (packet.family === 'ip' ? 2 : 10);
    case 'protocol':
      return ({ packet }) => (packet.family === 'ip' ? 0x0800 : 0x86dd);
    case 'iif':
    case 'iifname':
      return ({ packet }) => packet.inDevice;
    case 'oif':
    case 'oifname':
      return ({ packet }) => packet.outDevice;
    case 'length':
      return ({ packet }) => packet.size;
    case 'pkttype':
      return ({ packet, context }) =>
        ({ local: 0, unicast: 3, broadcast: 1, multicast: 2 })[
          context.addressType(packet.destination)
        ];
    case 'skuid':
    case 'skgid':
      // Only the namespace's own packets have a socket; those that make them here are root's.
      return ({ packet }) => (packet.inDevice === undefined ? 0 : undefined);
    case 'random':
      return (walk) => Math.floor(walk.context.chance(walk.at) * 2 ** 32);
    case 'priority':
    case 'cpu':
    case 'nftrace':
      return () => 0;
    default:
      return () => undefined;
  }
}

function connection(key: string, direction: 'original' | 'reply' | undefined): Getter {
  const tuple = (get: (tuple: NftTuple) => Scalar): Getter => {
    return ({ packet: { connection: own } }) => {
      const found = direction === 'reply' ? own.answer : own.original;
      return found && get(found);
    };
  };
  switch (key) {
    case 'state':
      return ({ packet }) => packet.connection.state;
    case 'status':
      return ({ packet }) => packet.connection.status;
    case 'mark':
      return (walk) => walk.connectionMark ?? walk.packet.connection.mark;
    case 'direction':
      return ({ packet }) => (packet.connection.reply ? 1 : 0);
    case 'saddr':
      return tuple(({ source }) => source);
    case 'daddr':
      return tuple(({ destination }) => destination);
    case 'proto-src':
      return tuple(({ sourcePort }) => sourcePort);
    case 'proto-dst':
      return tuple(({ destinationPort }) => destinationPort);
    case 'protocol':
      return ({ packet }) => packet.protocol;
    case 'l3proto':
      return ({ packet }) => (packet.family === 'ip' ? 2 : 10);
    case 'zone':
      return () => 0;
    default:
      return () => undefined;
  }
}

const TYPES: Readonly<Record<string, number>> = {
  unicast: 1,
  local: 2,
  broadcast: 3,
  multicast: 5,
};

function fib(flags: readonly string[], result: string): Getter {
  const address = (walk: Walk) =>
    flags.includes('saddr') ? walk.packet.source : walk.packet.destination;
  const device = ({ packet }: Walk) =>
    flags.includes('iif') ? packet.inDevice : flags.includes('oif') ? packet.outDevice : undefined;
  if (result === 'type') {
    return (walk) => TYPES[walk.context.addressType(address(walk), device(walk))];
  }
  // Without a route back by the device that is asked for, the answer is no device at all.
  return (walk) => {
    const found = walk.context.routeDevice(address(walk));
    const wanted = device(walk);
    return found === undefined || (wanted !== undefined && found !== wanted) ? '' : found;
  };
}

function hash(expr: Extract<Expr, { kind: 'hash' }>): Getter {
  const of = expr.of ? getterOf(expr.of) : undefined;
  const { modulus, offset, seed = 0 } = expr;
  return (walk) => {
    const { source, destination, sourcePort, destinationPort } = walk.packet;
    const values = of ? of(walk) : [source, destination, sourcePort ?? 0, destinationPort ?? 0];
    return values && (mix(values.join(' '), seed) % modulus) + offset;
  };
}

/** FNV-1a: not Jenkins' hash, but as even. */
function mix(text: string, seed: number): number {
  let state = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) {
    state = Math.imul(state ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return state;
}

/** Tells whether values fit what stands right of a match. */
export function fitsOf(right: Expr): (values: readonly Scalar[]) => boolean {
  const parts = right.kind === 'concat' ? right.parts : [right];
  const tests = parts.map(fitPart);
  return (values) => tests.every((test, index) => test(values[index] as Scalar));
}

/** One part of it. */
export function fitPart(part: Expr): (value: Scalar) => boolean {
  switch (part.kind) {
    case 'any':
      return () => true;
    case 'value': {
      const wanted = part.value;
      if (part.type === 'ifname' && String(wanted).endsWith('*')) {
        const head = String(wanted).slice(0, -1);
        return (value) => String(value).startsWith(head);
      }
      if (part.type === 'boolean') return (value) => (value !== '') === (wanted !== 0);
      if (part.type === 'iface_index' && wanted === 0) return (value) => value === '';
      return (value) => value === wanted;
    }
    default: {
      const bounds = boundsOf(part);
      const type = part.kind === 'prefix' ? part.base.type : (typesOf(part)[0] ?? 'integer');
      if (!bounds) return () => false;
      const [first, last] = bounds;
      if (dataType(type).bits <= 32 && dataType(type).form !== 'ipv4') {
        const [low, high] = [Number(first), Number(last)];
        return (value) => Number(value) >= low && Number(value) <= high;
      }
      return (value) => {
        const number = toBig(type, value);
        return number >= first && number <= last;
      };
    }
  }
}

/** A set made ready for look-ups. */
export interface CompiledSet {
  find(values: readonly Scalar[]): Found | undefined;
}

/** An element that was found: what it gives in a map, and until when it lasts. */
export interface Found {
  readonly value?: Expr;
  readonly expiresAt?: number;
}

const compiledSets = new WeakMap<NftSet, CompiledSet>();

/** Elements by their text; ranges and wildcards are gone through one by one. */
export function compileSet(set: NftSet): CompiledSet {
  const known = compiledSets.get(set);
  if (known) return known;
  const compiled = compileElements(set.elements);
  compiledSets.set(set, compiled);
  return compiled;
}

export function compileElements(elements: NftSet['elements']): CompiledSet {
  const exact = new Map<string, Found>();
  const wide: { readonly fits: (values: readonly Scalar[]) => boolean; readonly value?: Expr }[] =
    [];
  let other: Found | undefined;
  for (const { key, value, expiresAt } of elements) {
    const parts = key.kind === 'concat' ? key.parts : [key];
    const entry = {
      ...(value ? { value } : {}),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    if (key.kind === 'any') other = entry;
    else if (parts.every((part) => part.kind === 'value' && !String(part.value).endsWith('*'))) {
      exact.set(keyOf(key), entry);
    } else wide.push({ fits: fitsOf(key), ...entry });
  }
  return {
    find(values) {
      const key = values.length === 1 ? String(values[0]) : values.join(' . ');
      return exact.get(key) ?? wide.find(({ fits }) => fits(values)) ?? other;
    },
  };
}
