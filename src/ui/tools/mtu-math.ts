/** How packets get from node to node. */
export const encapsulations = {
  none: [],
  vxlan: [
    ['outer IPv4', 20],
    ['UDP', 8],
    ['VXLAN', 8],
    ['inner Ethernet', 14],
  ],
  vxlan6: [
    ['outer IPv6', 40],
    ['UDP', 8],
    ['VXLAN', 8],
    ['inner Ethernet', 14],
  ],
  ipip: [['outer IPv4', 20]],
  wireguard: [
    ['outer IPv4', 20],
    ['UDP', 8],
    ['WireGuard', 32],
  ],
  wireguard6: [
    ['outer IPv6', 40],
    ['UDP', 8],
    ['WireGuard', 32],
  ],
} as const satisfies Readonly<Record<string, readonly (readonly [string, number])[]>>;

export type Encapsulation = keyof typeof encapsulations;

/** Bytes that a tunnel takes from each packet. */
export function overheadOf(kind: Encapsulation): number {
  const parts: readonly (readonly [string, number])[] = encapsulations[kind];
  return parts.reduce((sum, [, bytes]) => sum + bytes, 0);
}

export interface MtuWish {
  readonly link: number;
  readonly kind: Encapsulation;
  /** MTU of the pods' interfaces. */
  readonly pod: number;
  /** MTU of the tunnel's device on the node. */
  readonly tunnel: number;
  readonly protocol: 'TCP' | 'UDP' | 'ICMP';
  /** Bytes of data that the program sends at once. */
  readonly payload: number;
  readonly dontFragment: boolean;
  /** Somebody on the way throws "fragmentation needed" away. */
  readonly icmpBlocked: boolean;
}

export type MtuEnd =
  | 'fits'
  | 'segmented' // TCP cuts by itself, nothing is lost
  | 'fragmented' // IP cuts it
  | 'refused-locally' // EMSGSIZE: Message too long
  | 'told' // a router answers with its MTU, and the sender tries smaller ones
  | 'black-hole' // the answer is thrown away: only big packets vanish
  | 'outer-fragmented'; // the tunnel's own packet is cut on the way

export interface MtuResult {
  readonly end: MtuEnd;
  /** Bytes of the pod's largest packet, and of the same on the wire between nodes. */
  readonly inner: number;
  readonly outer: number;
  /** Packets or fragments that come of it. */
  readonly pieces: number;
  /** Headers from the outermost in, with bytes; the last is the data. */
  readonly stack: readonly { readonly name: string; readonly bytes: number }[];
  /** Largest segment of TCP in a pod. */
  readonly mss: number;
  readonly overhead: number;
  /** MTU that is named to the sender. */
  readonly told?: number;
}

const IP = 20;
/** TCP with time stamps, as Linux sends it; a handshake's MSS counts the bare header only. */
const headers = { TCP: 32, UDP: 8, ICMP: 8 } as const;
const BARE_TCP = 20;

/** What becomes of data of this size: header bytes, and whether it fits, is cut or is lost. */
export function sendThrough(wish: MtuWish): MtuResult {
  const { link, kind, pod, tunnel, protocol, payload } = wish;
  const overhead = overheadOf(kind);
  const header = headers[protocol];
  const whole = IP + header + payload;
  const cut = whole > pod;
  const inner = Math.min(whole, pod);
  const data = inner - IP - header;
  const parts: readonly (readonly [string, number])[] = encapsulations[kind];
  const made = {
    inner,
    outer: inner + overhead,
    mss: Math.max(0, pod - IP - BARE_TCP),
    overhead,
    stack: [
      ...parts.map(([name, bytes]) => ({ name, bytes })),
      { name: 'IPv4', bytes: IP },
      { name: protocol, bytes: header },
      { name: 'data', bytes: Math.max(0, data) },
    ],
  };
  const segments = Math.max(1, Math.ceil(payload / Math.max(1, pod - IP - header)));
  if (cut && protocol !== 'TCP' && wish.dontFragment) {
    return { ...made, end: 'refused-locally', pieces: 0, told: pod };
  }
  const passable = kind === 'none' ? link : tunnel;
  if (inner > passable) return tooBig(made, wish, passable, inner);
  if (kind !== 'none' && inner + overhead > link) {
    return { ...made, end: 'outer-fragmented', pieces: fragments(inner + overhead, link) };
  }
  if (!cut) return { ...made, end: 'fits', pieces: 1 };
  if (protocol === 'TCP') return { ...made, end: 'segmented', pieces: segments };
  return { ...made, end: 'fragmented', pieces: fragments(whole, pod) };
}

function tooBig(
  made: Omit<MtuResult, 'end' | 'pieces'>,
  { protocol, dontFragment, icmpBlocked }: MtuWish,
  passable: number,
  size: number,
): MtuResult {
  // TCP always sets "don't fragment": it looks for the path's MTU.
  if (protocol !== 'TCP' && !dontFragment) {
    return { ...made, end: 'fragmented', pieces: fragments(size, passable) };
  }
  const end = icmpBlocked ? 'black-hole' : 'told';
  return { ...made, end, pieces: 0, ...(!icmpBlocked && { told: passable }) };
}

/** IP fragments of a packet: data in each but the last is a multiple of eight bytes. */
function fragments(size: number, mtu: number): number {
  const each = Math.floor((mtu - IP) / 8) * 8;
  return each <= 0 ? 0 : Math.ceil((size - IP) / each);
}
