import type { Files } from '../../host/syscalls.ts';

/** What the router keeps on its node, and what the plugin writes into it. */
export interface WeaveState {
  /** The peer's name: a MAC address. */
  readonly name: string;
  /** First address of the node's part of the ring, and how many there are. */
  readonly first: number;
  readonly size: number;
  readonly bridge: string;
  readonly mtu: number;
  /** Container by address. */
  readonly leases: Readonly<Record<string, string>>;
}

export const WEAVE_RANGE = '10.32.0.0/12';
export const WEAVE_PREFIX = 12;
export const WEAVE_DB = 'weave-netdata.db';
/** Where the router answers plugins and `weave status`. */
export const WEAVE_PORT = 6784;

/** Reads the state from a folder; undefined where no router has been. */
export function readWeave(files: Files, folder = '/var/lib/weave'): WeaveState | undefined {
  const found = files.read(`${folder}/${WEAVE_DB}`);
  if (typeof found === 'string') return undefined;
  try {
    return JSON.parse(found.text) as WeaveState;
  } catch {
    return undefined;
  }
}

export function writeWeave(files: Files, state: WeaveState, folder = '/var/lib/weave'): void {
  files.makeDirectory(folder, { parents: true });
  files.write(`${folder}/${WEAVE_DB}`, JSON.stringify(state), { mode: 0o660 });
}

/** An address by its number. */
export function addressText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

export const RING_FIRST = 10 * 2 ** 24 + 32 * 2 ** 16;
/** Pieces that the ring is cut into at first: a sixteenth each. */
const PIECES = 16;
const PIECE = 2 ** 16;

/** The part of each peer, in the order of the peers (`ring.ClaimForPeers`). */
export function shares(
  count: number,
): readonly { readonly first: number; readonly size: number }[] {
  const found: { first: number; size: number }[] = [];
  let next = 0;
  for (let index = 0; index < count; index++) {
    const size = Math.floor(PIECES / count) + (index < PIECES % count ? 1 : 0);
    found.push({ first: RING_FIRST + next * PIECE, size: size * PIECE });
    next += size;
  }
  return found;
}
