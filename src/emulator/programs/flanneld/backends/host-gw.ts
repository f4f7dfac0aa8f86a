import type { Backend, BackendContext } from './backend.ts';
import type { Lease } from '../lease.ts';

/** Routes to the other nodes' pod networks by way of their addresses (`pkg/backend/hostgw`). */
export const hostGw: Backend = {
  type: 'host-gw',
  register: ({ external }) => ({ mtu: external.mtu, backendData: null }),
  add(context, lease) {
    if (lease.backendType !== 'host-gw') {
      const text = `Ignoring non-host-gw subnet: type=${lease.backendType}`;
      return context.say('W', 'route_network.go:89', text);
    }
    const text = `Subnet added: ${lease.subnet} via ${lease.publicIP}`;
    context.say('I', 'route_network.go:92', text);
    addRoute(context, lease, true);
  },
  remove(context, lease) {
    if (lease.backendType !== 'host-gw') return;
    context.say('I', 'route_network.go:120', `Subnet removed: ${lease.subnet}`);
    context.sys.network.removeRoute({
      destination: lease.subnet,
      via: lease.publicIP,
      device: context.external.device,
    });
  },
  check(context, leases) {
    for (const lease of leases) {
      if (lease.backendType === 'host-gw') addRoute(context, lease, false);
    }
  },
};

function addRoute({ sys, external, say }: BackendContext, lease: Lease, tell: boolean): void {
  const destination = lease.subnet;
  const wanted = { destination, via: lease.publicIP, device: external.device };
  const found = sys.network.routes().filter((route) => route.destination === destination);
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
