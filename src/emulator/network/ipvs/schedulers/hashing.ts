import { realKey, type RealServer } from '../types.ts';
import { foldAddress, hash32, hsiphash } from './hash.ts';
import { available, type Scheduler, type SchedulerContext } from './scheduler.ts';

/** Slots of the tables of `sh` and `dh`. */
const BITS = 8;
const SIZE = 2 ** BITS;

/** The table of `sh`: each real server has as many slots in a row as it has weight. */
function shTable(reals: readonly RealServer[]): readonly (RealServer | undefined)[] {
  let at = 0;
  let count = 0;
  return Array.from({ length: SIZE }, () => {
    const real = reals[at % Math.max(1, reals.length)];
    count += 1;
    if (real && count >= real.weight) {
      at += 1;
      count = 0;
    }
    return real;
  });
}

/** `sh`: by the client's address, with its port under `sh-port` (ip_vs_sh.c). */
export const sourceHashing: Scheduler = (context) => {
  const { server, client, clientPort } = context;
  const port = server.flags.includes('sh-port') ? clientPort : 0;
  const table = shTable(server.realServers);
  const key = (offset: number) =>
    (offset + hash32((port + foldAddress(client)) >>> 0, BITS)) % SIZE;
  const first = table[key(0)];
  if (!server.flags.includes('sh-fallback')) {
    return first && available(context, first) ? first : undefined;
  }
  if (first && available(context, first)) return first;
  const start = key(0);
  for (let offset = 0; offset < SIZE; offset++) {
    const real = table[key((offset + start) % SIZE)];
    if (real && available(context, real)) return real;
  }
  return undefined;
};

/** `dh`: by the address that is asked (ip_vs_dh.c). */
export const destinationHashing: Scheduler = (context) => {
  const { realServers } = context.server;
  const slot = hash32(foldAddress(context.virtual), BITS);
  const real = realServers[slot % Math.max(1, realServers.length)];
  return real && available(context, real) ? real : undefined;
};

/** Slots of the Maglev table (CONFIG_IP_VS_MH_TAB_INDEX=12). */
const MAGLEV = 4093;
const KEYS = [2654435761n, 2654446892n].map((key) => [key, key] as const);

const maglevHash = (which: 0 | 1, address: string, port: number, offset = 0) =>
  hsiphash((offset + port + foldAddress(address)) >>> 0, KEYS[which] as readonly [bigint, bigint]);

const maglevTables = new WeakMap<readonly RealServer[], readonly (RealServer | undefined)[]>();

/** The table of `mh`: real servers take turns, each along a permutation of its own. */
function maglevTable(reals: readonly RealServer[]): readonly (RealServer | undefined)[] {
  const known = maglevTables.get(reals);
  if (known) return known;
  const table: (RealServer | undefined)[] = Array.from({ length: MAGLEV }, () => undefined);
  const usable = reals.filter(({ weight }) => weight > 0);
  const divisor = usable.map(({ weight }) => weight).reduce(gcd, 0) || 1;
  const turns = usable.map((real) => ({
    real,
    at: maglevHash(0, real.address, real.port) % MAGLEV,
    skip: (maglevHash(1, real.address, real.port) % (MAGLEV - 1)) + 1,
    turns: real.weight / divisor,
  }));
  let filled = 0;
  while (filled < MAGLEV && turns.length > 0) {
    for (const turn of turns) {
      for (let i = 0; i < turn.turns && filled < MAGLEV; i++) {
        while (table[turn.at] !== undefined) turn.at = (turn.at + turn.skip) % MAGLEV;
        table[turn.at] = turn.real;
        filled += 1;
      }
    }
  }
  maglevTables.set(reals, table);
  return table;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** `mh`: Maglev hashing of the client's address, with its port under `mh-port` (ip_vs_mh.c). */
export const maglev: Scheduler = (context) => {
  const { server, client, clientPort } = context;
  const port = server.flags.includes('mh-port') ? clientPort : 0;
  const table = maglevTable(server.realServers);
  const start = maglevHash(0, client, port);
  const first = table[start % MAGLEV];
  if (first && available(context, first)) return first;
  if (!server.flags.includes('mh-fallback')) return undefined;
  for (let offset = 0; offset < MAGLEV; offset++) {
    const slot = maglevHash(0, client, port, (offset + start) % MAGLEV) % MAGLEV;
    const real = table[slot];
    if (real && available(context, real)) return real;
  }
  return undefined;
};

/** What `lblc` and `lblcr` remember: the real servers of an address. */
type Cached = Readonly<Record<string, readonly string[]>>;

const wlc = (context: SchedulerContext, among: readonly RealServer[]) => {
  let best: RealServer | undefined;
  for (const real of among) {
    if (!available(context, real)) continue;
    const overhead = (each: RealServer) => {
      const { active, inactive } = context.load(each);
      return active * 256 + inactive;
    };
    if (!best || overhead(best) * real.weight > overhead(real) * best.weight) best = real;
  }
  return best;
};

/** Whether a real server has more than it can bear while another one has less than half. */
function isOverloaded(context: SchedulerContext, real: RealServer): boolean {
  if (context.load(real).active <= real.weight) return false;
  return context.server.realServers.some((other) => context.load(other).active * 2 < other.weight);
}

/** `lblc`: an address keeps its real server until that has too much to do (ip_vs_lblc.c). */
export const localityLeastConnection: Scheduler = (context) => {
  const cache = (context.memory ?? {}) as Cached;
  const [kept] = cache[context.virtual] ?? [];
  const real = context.server.realServers.find((each) => realKey(each) === kept);
  if (real && available(context, real) && !isOverloaded(context, real)) return real;
  const chosen = wlc(context, context.server.realServers);
  if (chosen) context.remember({ ...cache, [context.virtual]: [realKey(chosen)] });
  return chosen;
};

/** `lblcr`: as `lblc`, with a set of real servers for each address (ip_vs_lblcr.c). */
export const localityWithReplication: Scheduler = (context) => {
  const cache = (context.memory ?? {}) as Cached;
  const kept = cache[context.virtual] ?? [];
  const set = context.server.realServers.filter((each) => kept.includes(realKey(each)));
  const real = wlc(context, set);
  if (real && !isOverloaded(context, real)) return real;
  const chosen = wlc(context, context.server.realServers);
  if (!chosen) return undefined;
  const grown = [...new Set([...kept, realKey(chosen)])];
  context.remember({ ...cache, [context.virtual]: grown });
  return chosen;
};
