import { SECOND } from '../../world/time.ts';
import type { Json } from '../../world/json.ts';
import { networkOf } from '../netfilter/ipset/match.ts';
import type { Engine } from '../engine.ts';
import type { Skb } from '../skb.ts';
import { findConnection, loadOf, memoryKey, writeConnection } from './connection.ts';
import type { Flow } from './packet.ts';
import { schedulers } from './schedulers/index.ts';
import { timeoutOf } from './state.ts';
import {
  realKey,
  serverKey,
  type IpvsConnection,
  type IpvsState,
  type IpvsView,
  type RealServer,
  type VirtualServer,
} from './types.ts';

/** The virtual server that a packet is for: by its mark, or by where it goes. */
export function findServer(view: IpvsView, flow: Flow, mark: number): VirtualServer | undefined {
  if (view.marked && mark !== 0) {
    const marked = view.servers.get(`fwm-${mark}`);
    if (marked) return marked;
  }
  const { protocol, destination: address, destinationPort: port } = flow;
  return (
    view.servers.get(serverKey({ protocol, address, port })) ??
    // A virtual server of port 0 takes what no other one does; it must be persistent.
    view.servers.get(serverKey({ protocol, address, port: 0 }))
  );
}

/** Makes the connection of a first packet; undefined if no real server can be had. */
export function begin(
  engine: Engine,
  skb: Skb,
  view: IpvsView,
  server: VirtualServer,
  flow: Flow,
): IpvsConnection | undefined {
  const real =
    server.persistent === undefined
      ? choose(engine, skb, server, flow)
      : persistent(engine, skb, server, flow, server.persistent);
  if (!real) return undefined;
  const state: IpvsState = flow.protocol === 'tcp' ? 'NONE' : 'UDP';
  return {
    protocol: flow.protocol,
    client: flow.source,
    clientPort: flow.sourcePort,
    virtual: flow.destination,
    virtualPort: flow.destinationPort,
    address: real.address,
    port: real.port === 0 ? flow.destinationPort : real.port,
    server: serverKey(server),
    method: real.method,
    state,
    active: false,
    template: false,
    expires: engine.now + timeoutOf(state, view.timeouts) * SECOND,
  };
}

function choose(
  engine: Engine,
  skb: Skb,
  server: VirtualServer,
  flow: Flow,
): RealServer | undefined {
  const key = serverKey(server);
  const { ref } = skb;
  const load = (real: RealServer) => loadOf(engine, ref, key, realKey(real));
  return schedulers.get(server.scheduler)?.({
    server,
    client: flow.source,
    clientPort: flow.sourcePort,
    virtual: flow.destination,
    load,
    overloaded(real) {
      const { active, inactive } = load(real);
      return real.upper > 0 && active + inactive >= real.upper;
    },
    memory: engine.records.get<Json>(memoryKey(ref, key)),
    remember: (memory) => engine.records.put(memoryKey(ref, key), memory as Json),
  });
}

/** The real server that a client had within the time of persistence, else a new one. */
function persistent(
  engine: Engine,
  skb: Skb,
  server: VirtualServer,
  flow: Flow,
  seconds: number,
): RealServer | undefined {
  const client = networkOf(flow.source, server.netmask ?? (flow.source.includes(':') ? 128 : 32));
  const [masked = client] = client.split('/');
  const ends = {
    protocol: flow.protocol,
    client: masked,
    clientPort: 0,
    virtual: flow.destination,
    virtualPort: flow.destinationPort,
  };
  const known = findConnection(engine, skb.ref, ends);
  // The real server may have been taken away, or be on its way out with weight 0.
  const kept = known && server.realServers.find((real) => realKey(real) === realKey(known));
  const real = kept && kept.weight > 0 ? kept : choose(engine, skb, server, flow);
  if (!real) return undefined;
  writeConnection(engine, skb.ref, {
    ...ends,
    address: real.address,
    port: real.port,
    server: serverKey(server),
    method: real.method,
    state: 'NONE',
    active: false,
    template: true,
    expires: engine.now + seconds * SECOND,
  });
  return real;
}
