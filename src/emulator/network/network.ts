import type { World } from '../world/world.ts';
import type { Errno, NetnsRef, Network, NetworkConfig, SocketId } from './api.ts';
import { createConfig, type Namespaces } from './config/config.ts';
import { takeAway } from './config/links.ts';
import { createState, infoOf, put } from './config/state.ts';
import type { Engine } from './engine.ts';
import { capturePrefix, createDerived, createFabric } from './fabric.ts';
import { faultKey, faultRecord } from './fault.ts';
import { netnsKey, refOfSocket, volatileKey } from './keys.ts';
import type { LinkRecord, NetnsView } from './netns.ts';
import { probe } from './probe.ts';
import { createRecords } from './records.ts';
import { openIcmp, sendEcho } from './socket/icmp.ts';
import { readSocket, writeSocket } from './socket/record.ts';
import { close, connect, listen, shutdown } from './socket/tcp/connect.ts';
import { sendData } from './socket/tcp/output.ts';
import { openUdp, sendDatagram } from './socket/udp.ts';
import { recentTraces } from './trace.ts';

const captureCount = '/volatile/capture-count';

/** The network of a world. Takes the queue addresses `net/…`; create it once. */
export function createNetwork(world: World): Network {
  const derived = createDerived(world);
  const { run } = createFabric(world, derived);
  const configs = new Map<string, NetworkConfig>();
  const config = (where: NetnsRef): NetworkConfig => {
    const name = `${where.host}/${where.netns}`;
    const known = configs.get(name);
    if (known) return known;
    const { host, netns } = where;
    const created = createConfig(world, derived, { host, netns }, run, others);
    configs.set(name, created);
    return created;
  };
  const others: Namespaces = {
    find: (where) => (infoOf(world, where) ? config(where) : undefined),
    add(where) {
      if (infoOf(world, where)) return 'EEXIST';
      addNetns(world, config(where), where);
      return undefined;
    },
    remove(where) {
      if (!infoOf(world, where)) return 'ENOENT';
      removeNetns(world, derived, where);
      configs.delete(`${where.host}/${where.netns}`);
      return undefined;
    },
  };
  const within = (
    where: NetnsRef,
    walk: (engine: Engine, view: NetnsView) => SocketId | Errno,
  ): SocketId | Errno =>
    run((engine) => {
      const view = engine.view(where);
      return view ? walk(engine, view) : 'ENOENT';
    });
  return {
    config,
    addNetns: (where) => addNetns(world, config(where), where),
    removeNetns: (where) => void others.remove(where),
    hasNetns: (where) => infoOf(world, where) !== undefined,
    connect: (where, to, owner, from, ttl) =>
      within(where, (engine, view) => connect(engine, view, to, owner, from, ttl)),
    listen: (where, local, owner) =>
      within(where, (engine, view) => listen(engine, view, local, owner)),
    openUdp: (where, owner, local = {}) =>
      within(where, (engine, view) => openUdp(engine, view, owner, local)),
    openIcmp: (where, owner) => within(where, (engine) => openIcmp(engine, where, owner)),
    send: (socket, payload) => run((engine) => send(engine, socket, payload)),
    sendTo: (socket, to, payload, options) =>
      run((engine) => sendDatagram(engine, socket, to, payload, options)),
    echo: (socket, to, options) => run((engine) => sendEcho(engine, socket, to, options)),
    shutdown: (socket) => run((engine) => shutdown(engine, socket)),
    close: (socket) => run((engine) => close(engine, socket)),
    setOwner: (socket, owner) =>
      run((engine) => {
        const record = readSocket(engine, socket);
        if (record) writeSocket(engine, socket, { ...record, owner });
      }),
    probe(where, request, visited) {
      if (!visited) return probe(world, derived, where, request);
      const view = (ref: NetnsRef) => {
        visited(ref);
        return derived.view(ref);
      };
      return probe(world, { moves: derived.moves, view }, where, request);
    },
    capture: (where, device, owner) => addCapture(world, where, device, owner),
    endCapture: (capture) => commit(world, `${capturePrefix}${capture}`, undefined),
    recentTraces: (limit) => recentTraces(createRecords(world.store), limit),
    setFault: (where, device, fault) => commit(world, faultKey(where, device), faultRecord(fault)),
    forget: derived.forget,
    get configRevision() {
      return derived.changes;
    },
    revisionOf: derived.changeOf,
    ownRevisionOf: derived.ownChangeOf,
  };
}

function commit(world: World, key: string, value: unknown): void {
  world.store.commit(world.cause('network'), [put(key, value)]);
}

function addNetns(world: World, config: NetworkConfig, where: NetnsRef): void {
  if (infoOf(world, where)) return;
  commit(world, `${netnsKey(where)}info`, { nextIndex: 1, nextOrder: 1 });
  config.addLink({ name: 'lo', kind: 'loopback' });
}

function removeNetns(
  world: World,
  derived: ReturnType<typeof createDerived>,
  where: NetnsRef,
): void {
  const state = createState(world, derived, where);
  const puts = [];
  for (const [, link] of world.store.list<LinkRecord>(`${netnsKey(where)}link/`)) {
    puts.push(...takeAway(state, where, link));
    const { peer } = link;
    const other = peer && world.store.get<LinkRecord>(`${netnsKey(peer)}link/${peer.name}`);
    if (peer && other) puts.push(...takeAway(state, peer, other));
  }
  for (const prefix of [netnsKey(where), volatileKey(where)]) {
    for (const [key] of world.store.list(prefix)) puts.push(put(key, undefined));
  }
  world.store.commit(world.cause(`netlink/${where.host}`), puts);
}

function send(engine: Engine, socket: SocketId, payload: string): Errno | undefined {
  const record = readSocket(engine, socket);
  if (!record) return 'EPIPE';
  if (record.protocol !== 'TCP' || !record.peer) return 'ENOTCONN';
  if (record.state === 'SYN-SENT') return 'EAGAIN';
  if (!['ESTAB', 'CLOSE-WAIT', 'SYN-RECV'].includes(record.state)) return 'EPIPE';
  if (!engine.view(refOfSocket(socket))) return 'EPIPE';
  sendData(engine, socket, record, payload);
  return undefined;
}

function addCapture(world: World, where: NetnsRef, device: string, owner: string): number {
  const number = (world.store.get<number>(captureCount) ?? 0) + 1;
  world.store.commit(world.cause('network'), [
    put(captureCount, number),
    put(`${capturePrefix}${number}`, { where, device, owner, number }),
  ]);
  return number;
}
