import type { Backend, BackendContext } from './backend.ts';
import type { Lease } from '../lease.ts';

/** Routes to the other nodes' pod networks by way of their addresses (`pkg/backend/hostgw`). */
export const hostGw: Backend = {
  type: 'host-gw',
  register: ({ external }) => ({ mtu: external.mtu, backendData: null, backendData6: null }),
  add(context, lease) {
    if (lease.backendType !== 'host-gw') {
      const text = `Ignoring non-host-gw subnet: type=${lease.backendType}`;
      return context.say('W', 'route_network.go:89', text);
    }
    for (const way of waysOf(context, lease)) {
      const text = `Subnet added: ${way.subnet} via ${way.publicIP}`;
      context.say(
        'I',
        way.subnet === lease.subnet ? 'route_network.go:92' : 'route_network.go:108',
        text,
      );
      addRoute(context, way, true);
    }
  },
  remove(context, lease) {
    if (lease.backendType !== 'host-gw') return;
    for (const { subnet, publicIP } of waysOf(context, lease)) {
      context.say('I', 'route_network.go:120', `Subnet removed: ${subnet}`);
      const { device } = context.external;
      context.sys.network.removeRoute({ destination: subnet, via: publicIP, device });
    }
  },
  check(context, leases) {
    for (const lease of leases) {
      if (lease.backendType !== 'host-gw') continue;
      for (const way of waysOf(context, lease)) addRoute(context, way, false);
    }
  },
};

type Way = Pick<Lease, 'subnet' | 'publicIP'>;

/** A node's pod networks, each with the address that leads to it. */
const waysOf = ({ second }: BackendContext, lease: Lease): readonly Way[] =>
  second && lease.second ? [lease, lease.second] : [lease];

function addRoute({ sys, external, say }: BackendContext, lease: Way, tell: boolean): void {
  const destination = lease.subnet;
  const wanted = { destination, via: lease.publicIP, device: external.device };
  const family = destination.includes(':') ? 'inet6' : 'inet';
  const routes = sys.network.routes(undefined, family);
  const found = routes.filter((route) => route.destination === destination);
  if (found.some(({ via, device }) => via === wanted.via && device === wanted.device)) return;
  for (const old of found) {
    const was = `${old.via ?? ''} dev ${old.device}`;
    const now = `${wanted.via} dev ${wanted.device}`;
    if (tell)
      say(
        'W',
        'route_network.go:151',
        `Replacing existing route to ${destination} via ${was} with ${now}.`,
      );
    sys.network.removeRoute(old);
  }
  const failed = sys.network.addRoute(wanted);
  const why = failed === 'ENETUNREACH' ? 'network is unreachable' : failed;
  if (failed) say('E', 'route_network.go:166', `Error adding route to ${destination}: ${why}`);
  else if (!tell) {
    say('I', 'route_network.go:203', `Route recovered ${destination} : ${wanted.via}`);
  }
}
