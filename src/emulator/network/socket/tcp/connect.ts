import { SECOND } from '../../../world/time.ts';
import type { Endpoint, Errno, SocketId } from '../../api.ts';
import type { Engine } from '../../engine.ts';
import { isInet6 } from '../../address6.ts';
import { translate } from '../../bpf/socket.ts';
import { routeOut } from '../../ip/output.ts';
import { refOfSocket } from '../../keys.ts';
import type { NetnsView } from '../../netns.ts';
import { addressType } from '../../route.ts';
import {
  EVERY,
  addSocket,
  ephemeralPort,
  findBound,
  findFlow,
  isTaken,
  readSocket,
  readTransmission,
  removeSocket,
  writeSocket,
  writeTransmission,
  type SocketRecord,
  type Transmission,
} from '../record.ts';
import { armTimer, queueSegments, sendSegment } from './output.ts';

/** How long an orphan waits for the other side's FIN, and TIME-WAIT for stray segments. */
const FIN_TIMEOUT = 60 * SECOND;

/** IP and TCP header with time stamps: what the MTU holds besides data. */
export const headersFor = (address: string) => (isInet6(address) ? 72 : 52);

const WILD: ReadonlySet<string> = new Set(['0.0.0.0', '::', EVERY]);

/** Listens at a local endpoint. */
export function listen(
  engine: Engine,
  view: NetnsView,
  local: Endpoint,
  owner: string,
): SocketId | Errno {
  const { ref } = view;
  const address = local.address === '' ? '0.0.0.0' : local.address;
  if (!WILD.has(address) && addressType(view, address) !== 'LOCAL') return 'EADDRNOTAVAIL';
  const taken = (port: number) => isTaken(engine, ref, 'TCP', { address, port });
  const purpose = `listen/${ref.host}/${ref.netns}/${owner}/${engine.now}`;
  const port = local.port || ephemeralPort(engine, purpose, 'bind', taken);
  if (port === undefined || taken(port)) return 'EADDRINUSE';
  return addSocket(engine, ref, {
    protocol: 'TCP',
    state: engine.moves.tcp('UNCONN', 'LISTEN').state,
    local: { address, port },
    owner,
    backlog: 511,
  });
}

/** Starts a connection: chooses address and port, sends the SYN. */
export function connect(
  engine: Engine,
  view: NetnsView,
  to: Endpoint,
  owner: string,
  from: Partial<Endpoint> = {},
  ttl?: number,
): SocketId | Errno {
  const { ref } = view;
  const loopback: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const asked = { address: loopback[to.address] ?? to.address, port: to.port };
  const purposeOf = `${engine.purpose}${ref.host}/${ref.netns}/${owner}/${engine.now}`;
  const peer = translate(engine, view, 'TCP', asked, purposeOf);
  if (typeof peer === 'string') return peer;
  const target = peer.address;
  if (from.address !== undefined && !WILD.has(from.address)) {
    if (addressType(view, from.address) !== 'LOCAL') return 'EADDRNOTAVAIL';
  }
  const routed = routeOut(view, target, from.address);
  if (typeof routed === 'string') return routed;
  const address = routed.source;
  const taken = (port: number) =>
    findFlow(engine, ref, { address, port }, peer) !== undefined ||
    findBound(engine, ref, 'TCP', { address, port }) !== undefined;
  const flow = `${ref.host}/${ref.netns}/${owner}/${target}:${peer.port}`;
  const purpose = `${engine.purpose}${flow}/${engine.now}`;
  const port = from.port || ephemeralPort(engine, `tcp/${purpose}`, 'connect', taken);
  if (port === undefined) return 'EADDRNOTAVAIL';
  if (from.port && taken(port)) return 'EADDRINUSE';
  const local = { address, port };
  const record: SocketRecord = {
    protocol: 'TCP',
    state: engine.moves.tcp('UNCONN', 'CONNECT').state,
    local,
    peer,
    owner,
    ...(ttl === undefined ? {} : { ttl }),
  };
  const socket = addSocket(engine, ref, record);
  const trace = engine.startTrace();
  const device = routed.decision.type === 'unreachable' ? 'lo' : routed.decision.device;
  const numbers = begin(engine, view, device, target, `isn/${purpose}`, trace);
  const sent = queueSegments(engine, socket, record, numbers, [{ flags: ['SYN'], payload: '' }]);
  writeTransmission(engine, socket, sent.numbers);
  if (sent.errno === undefined) return socket;
  removeSocket(engine, ref, socket);
  return sent.errno;
}

/** A connection's numbers before its first segment. */
export function begin(
  engine: Engine,
  view: NetnsView,
  device: string,
  peer: string,
  purpose: string,
  trace: number | undefined,
): Transmission {
  const start = engine.chance.integer(purpose, 2 ** 32);
  return {
    unacknowledged: start,
    next: start,
    expected: 0,
    mss: Math.max(48, (view.links.get(device)?.mtu ?? 1500) - headersFor(peer)),
    queue: [],
    retries: 0,
    startedAt: engine.now,
    ...(trace === undefined ? {} : { trace }),
  };
}

/** Says that no more will be sent: FIN after all data. */
export function shutdown(engine: Engine, socket: SocketId): void {
  const record = readSocket(engine, socket);
  const numbers = readTransmission(engine, socket);
  if (!record || record.protocol !== 'TCP' || !numbers) return;
  const state = engine.moves.tcp(record.state, 'CLOSE').state;
  if (state === record.state) return;
  const changed = { ...record, state };
  writeSocket(engine, socket, changed);
  const fin = [{ flags: ['FIN', 'ACK'] as const, payload: '' }];
  writeTransmission(engine, socket, queueSegments(engine, socket, changed, numbers, fin).numbers);
}

/** Closes a socket of any kind; a connection lingers until both sides are done. */
export function close(engine: Engine, socket: SocketId): void {
  const record = readSocket(engine, socket);
  if (!record) return;
  const ref = refOfSocket(socket);
  if (record.ttl !== undefined && record.state === 'ESTABLISHED') {
    abort(engine, socket);
    return;
  }
  if (record.protocol !== 'TCP' || !record.peer || record.state === 'SYN-SENT') {
    if (record.state === 'LISTEN') resetHalfOpen(engine, socket);
    removeSocket(engine, ref, socket);
    return;
  }
  shutdown(engine, socket);
  const left = readSocket(engine, socket);
  if (!left) return;
  writeSocket(engine, socket, { ...left, orphan: true });
  if (left.state === 'FIN-WAIT-2') endLater(engine, socket, FIN_TIMEOUT);
}

/** Connections of a listener that nobody accepted are reset with it. */
function resetHalfOpen(engine: Engine, listener: SocketId): void {
  const prefix = listener.slice(0, listener.lastIndexOf('/') + 1);
  for (const [socket, record] of engine.records.list<SocketRecord>(prefix)) {
    if (record.listener !== listener) continue;
    abort(engine, socket);
  }
}

/** Resets a connection: the peer gets RST, the socket is gone. */
export function abort(engine: Engine, socket: SocketId): void {
  const record = readSocket(engine, socket);
  const numbers = readTransmission(engine, socket);
  if (record && numbers) {
    const segment = { sequence: numbers.next, flags: ['RST', 'ACK'] as const, payload: '' };
    sendSegment(engine, socket, record, numbers, segment);
  }
  removeSocket(engine, refOfSocket(socket), socket);
}

/** Ends a socket after a while (TIME-WAIT, orphans in FIN-WAIT-2). */
export function endLater(engine: Engine, socket: SocketId, delay = FIN_TIMEOUT): void {
  const numbers = readTransmission(engine, socket);
  if (!numbers) return;
  const { retransmitAt: _done, ...rest } = numbers;
  const changed = { ...rest, endAt: engine.now + delay };
  writeTransmission(engine, socket, armTimer(engine, socket, changed));
}
