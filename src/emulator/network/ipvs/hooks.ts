import { isLoopback } from '../address.ts';
import { SECOND } from '../../world/time.ts';
import { leaveUntracked } from '../conntrack/track.ts';
import type { Engine } from '../engine.ts';
import type { Packet } from '../packet.ts';
import { route } from '../route.ts';
import type { Skb } from '../skb.ts';
import {
  findAnswered,
  findConnection,
  realStatsKey,
  removeConnection,
  serverStatsKey,
  totalStatsKey,
  writeConnection,
} from './connection.ts';
import { alterConntrack, flowOf, quotedFlow, rewritten, translate, type Flow } from './packet.ts';
import { begin, findServer } from './schedule.ts';
import { isActive, nextState, segmentKind, timeoutOf } from './state.ts';
import { addStats } from './stats.ts';
import { realKey, type IpvsConnection, type IpvsTotals, type IpvsView } from './types.ts';

/**
 * What IPVS made of a packet: left it alone, changed it and lets it go on in its place, wants it
 * routed and sent out, has no server for it, or lost it.
 */
export type IpvsVerdict = 'accept' | 'transmit' | 'refuse' | 'drop';

/**
 * A packet for the namespace, or of its own (`ip_vs_in`): one for a virtual server is sent on to a
 * real one. Hooks LOCAL_IN behind the filter, and LOCAL_OUT behind NAT.
 */
export function request(engine: Engine, skb: Skb): IpvsVerdict {
  const view = skb.view.ipvs;
  if (view.servers.size === 0 || skb.ipvs) return 'accept';
  const flow = flowOf(skb.packet);
  if (!flow) return 'accept';
  const known = current(engine, skb, flow);
  if (known === 'drop') return 'drop';
  if (known) return forward(engine, skb, view, known, flow);
  const server = findServer(view, flow, skb.mark);
  if (!server) return 'accept';
  // A connection of TCP begins with a SYN only; others are left to the stack.
  if (flow.segment && segmentKind(flow.segment) !== 'syn') return 'accept';
  if (flow.segment?.flags.includes('ACK')) return 'accept';
  const made = begin(engine, skb, view, server, flow);
  if (!made) return 'refuse';
  return forward(engine, skb, view, made, flow, 1);
}

/**
 * The connection of a packet. A SYN on one that is over begins anew (conn_reuse_mode); one whose
 * real server was taken away is forgotten, or swallows what comes (expire_nodest_conn).
 */
function current(engine: Engine, skb: Skb, flow: Flow): IpvsConnection | 'drop' | undefined {
  const found = findConnection(engine, skb.ref, {
    protocol: flow.protocol,
    client: flow.source,
    clientPort: flow.sourcePort,
    virtual: flow.destination,
    virtualPort: flow.destinationPort,
  });
  if (!found) return undefined;
  const setting = (name: string) => skb.view.sysctl(`net.ipv4.vs.${name}`);
  const syn = flow.segment?.flags.includes('SYN') && !flow.segment.flags.includes('ACK');
  const over = syn && found.state === 'TIME_WAIT' && setting('conn_reuse_mode') !== '0';
  const reals = skb.view.ipvs.servers.get(found.server)?.realServers;
  const there = reals?.some((real) => realKey(real) === realKey(found) || real.port === 0);
  if (!over && there) return found;
  if (!over && setting('expire_nodest_conn') !== '1') return 'drop';
  removeConnection(engine, skb.ref, found);
  return undefined;
}

function forward(
  engine: Engine,
  skb: Skb,
  view: IpvsView,
  connection: IpvsConnection,
  flow: Flow,
  connections = 0,
): IpvsVerdict {
  const masq = connection.method === 'masq';
  advance(engine, skb, view, connection, flow, masq ? 'input' : 'inputOnly');
  count(engine, skb, connection, { connections, inPackets: 1, inBytes: skb.packet.size });
  if (!masq) return 'accept';
  const decision = route(skb.view, connection.address);
  const local = decision.type === 'local';
  // What comes from 127.0.0.1 must not leave the machine (crosses_local_route_boundary).
  if (!local && isLoopback(skb.packet.ip.source)) return 'drop';
  if (decision.type === 'unreachable') return 'drop';
  translate(engine, skb, 'destination', connection.address, connection.port, connection);
  if (skb.view.sysctl('net.ipv4.vs.conntrack') === '0') leaveUntracked(skb);
  else alterConntrack(skb, connection);
  if (local) return 'accept';
  const { packet } = skb;
  if (skb.input !== undefined) {
    if (packet.ip.ttl <= 1) return 'drop';
    skb.packet = { ...packet, ip: { ...packet.ip, ttl: packet.ip.ttl - 1 } };
  }
  skb.ipvs = true;
  return 'transmit';
}

/**
 * An answer of a real server on its way to the client (`ip_vs_out`): it comes from the virtual
 * server again. Hooks FORWARD, LOCAL_IN and LOCAL_OUT.
 */
export function reply(engine: Engine, skb: Skb): void {
  const view = skb.view.ipvs;
  if (view.servers.size === 0 || skb.ipvs) return;
  const flow = flowOf(skb.packet);
  if (!flow) {
    replyError(engine, skb);
    return;
  }
  const found = answered(engine, skb, flow);
  if (!found) return;
  advance(engine, skb, view, found, flow, 'output');
  count(engine, skb, found, { outPackets: 1, outBytes: skb.packet.size });
  translate(engine, skb, 'source', found.virtual, found.virtualPort, found);
  skb.ipvs = true;
}

function answered(engine: Engine, skb: Skb, flow: Flow): IpvsConnection | undefined {
  const found = findAnswered(engine, skb.ref, {
    protocol: flow.protocol,
    address: flow.source,
    port: flow.sourcePort,
    client: flow.destination,
    clientPort: flow.destinationPort,
  });
  return found?.method === 'masq' ? found : undefined;
}

/** An ICMP error of a real server is told to the client as one of the virtual server. */
function replyError(engine: Engine, skb: Skb): void {
  const flow = quotedFlow(skb.packet);
  const found = flow && answered(engine, skb, flow);
  const { packet } = skb;
  if (!found || packet.transport.kind !== 'icmp' || !packet.transport.quoted) return;
  const { virtual, virtualPort } = found;
  const quoted: Packet = rewritten(packet.transport.quoted, 'destination', virtual, virtualPort);
  skb.packet = {
    ...packet,
    ip: { ...packet.ip, source: packet.ip.source === found.address ? virtual : packet.ip.source },
    transport: { ...packet.transport, quoted },
  };
}

/** The connection's next state; its time begins anew. */
function advance(
  engine: Engine,
  skb: Skb,
  view: IpvsView,
  connection: IpvsConnection,
  flow: Flow,
  direction: 'input' | 'output' | 'inputOnly',
): void {
  const state = flow.segment
    ? nextState(connection.state, direction, segmentKind(flow.segment))
    : connection.state;
  writeConnection(engine, skb.ref, {
    ...connection,
    state,
    active: isActive(state),
    expires: engine.now + timeoutOf(state, view.timeouts) * SECOND,
  });
}

function count(
  engine: Engine,
  skb: Skb,
  connection: IpvsConnection,
  more: Partial<IpvsTotals>,
): void {
  const { server } = connection;
  addStats(engine, totalStatsKey(skb.ref), more);
  addStats(engine, serverStatsKey(skb.ref, server), more);
  addStats(engine, realStatsKey(skb.ref, server, realKey(connection)), more);
}
