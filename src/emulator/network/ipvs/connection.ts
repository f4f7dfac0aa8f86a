import type { Json } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import type { NetnsRef } from '../api.ts';
import type { Engine } from '../engine.ts';
import { volatileKey } from '../keys.ts';
import type { IpvsConnection, RealLoad } from './types.ts';

const base = (ref: NetnsRef) => `${volatileKey(ref)}ipvs/`;

/** Prefixes of what IPVS keeps beside its configuration. */
export const connectionPrefix = (ref: NetnsRef): string => `${base(ref)}connection/`;
export const serverStatsKey = (ref: NetnsRef, server: string): string =>
  `${base(ref)}stats/${server}`;
export const realStatsKey = (ref: NetnsRef, server: string, real: string): string =>
  `${base(ref)}stats/${server}/${real}`;
export const totalStatsKey = (ref: NetnsRef): string => `${base(ref)}total`;
export const statsPrefix = (ref: NetnsRef): string => `${base(ref)}stats/`;
export const memoryKey = (ref: NetnsRef, server: string): string => `${base(ref)}memory/${server}`;
const loadKey = (ref: NetnsRef, server: string, real: string) =>
  `${base(ref)}load/${server}/${real}`;

type Ends = Pick<IpvsConnection, 'protocol' | 'client' | 'clientPort' | 'virtual' | 'virtualPort'>;

export function connectionName(ends: Ends): string {
  const { protocol, client, clientPort, virtual, virtualPort } = ends;
  return `${protocol}-${client}-${clientPort}-${virtual}-${virtualPort}`;
}

/** Under what the answers of a connection find it: real server and client. */
function answerKey(
  ref: NetnsRef,
  connection: Omit<Ends, 'virtual' | 'virtualPort'> & {
    readonly address: string;
    readonly port: number;
  },
): string {
  const { protocol, address, port, client, clientPort } = connection;
  return `${base(ref)}answer/${protocol}-${address}-${port}-${client}-${clientPort}`;
}

/** The connection of a packet from a client; undefined where there is none, or it has run out. */
export function findConnection(
  engine: Engine,
  ref: NetnsRef,
  ends: Ends,
): IpvsConnection | undefined {
  const key = `${connectionPrefix(ref)}${connectionName(ends)}`;
  const found = engine.records.get<IpvsConnection>(key);
  return found && found.expires > engine.now ? found : undefined;
}

/** The connection of an answer. */
export function findAnswered(
  engine: Engine,
  ref: NetnsRef,
  ends: {
    readonly protocol: IpvsConnection['protocol'];
    readonly address: string;
    readonly port: number;
    readonly client: string;
    readonly clientPort: number;
  },
): IpvsConnection | undefined {
  const name = engine.records.get<string>(answerKey(ref, ends));
  if (name === undefined) return undefined;
  const found = engine.records.get<IpvsConnection>(`${connectionPrefix(ref)}${name}`);
  return found && found.expires > engine.now ? found : undefined;
}

const idle: RealLoad = { active: 0, inactive: 0, persistent: 0 };

export function loadOf(engine: Engine, ref: NetnsRef, server: string, real: string): RealLoad {
  return engine.records.get<RealLoad>(loadKey(ref, server, real)) ?? idle;
}

function addLoad(engine: Engine, ref: NetnsRef, connection: IpvsConnection, by: 1 | -1): void {
  const real = `${connection.address}-${connection.port}`;
  const load = loadOf(engine, ref, connection.server, real);
  const field = connection.template ? 'persistent' : connection.active ? 'active' : 'inactive';
  const next = { ...load, [field]: Math.max(0, load[field] + by) };
  engine.records.put(loadKey(ref, connection.server, real), next as unknown as Json);
}

/** Writes a connection, new or changed, and keeps the counts of its real server. */
export function writeConnection(engine: Engine, ref: NetnsRef, connection: IpvsConnection): void {
  const name = connectionName(connection);
  const key = `${connectionPrefix(ref)}${name}`;
  const before = engine.records.get<IpvsConnection>(key);
  const moved =
    before?.active !== connection.active ||
    before.server !== connection.server ||
    before.address !== connection.address;
  if (moved) {
    if (before) addLoad(engine, ref, before, -1);
    addLoad(engine, ref, connection, 1);
  }
  engine.records.put(key, connection as unknown as Json);
  if (!before && !connection.template) engine.records.put(answerKey(ref, connection), name);
  schedule(engine, ref, connection.expires);
}

export function removeConnection(engine: Engine, ref: NetnsRef, connection: IpvsConnection): void {
  addLoad(engine, ref, connection, -1);
  engine.records.put(`${connectionPrefix(ref)}${connectionName(connection)}`, undefined);
  if (!connection.template) engine.records.put(answerKey(ref, connection), undefined);
}

const timerKey = (ref: NetnsRef) => `${base(ref)}timer`;

/** Makes sure that a sweep comes when a connection runs out. */
function schedule(engine: Engine, ref: NetnsRef, expires: number): void {
  const planned = engine.records.get<number>(timerKey(ref));
  if (planned !== undefined && planned <= expires) return;
  engine.records.put(timerKey(ref), expires);
  engine.send(ref, { type: 'timer', timer: 'ipvs' }, Math.max(SECOND, expires - engine.now));
}

/** Takes away what has run out, and waits for the next one. */
export function sweepConnections(engine: Engine, ref: NetnsRef): void {
  const planned = engine.records.get<number>(timerKey(ref));
  // A later plan replaced the one that this timer was set for.
  if (planned === undefined || planned > engine.now) return;
  let next = Infinity;
  for (const [, found] of engine.records.list<IpvsConnection>(connectionPrefix(ref))) {
    if (found.expires <= engine.now) removeConnection(engine, ref, found);
    else next = Math.min(next, found.expires);
  }
  engine.records.put(timerKey(ref), undefined);
  if (next !== Infinity) schedule(engine, ref, next);
}
