import type { RouteInfo } from '../../network/api.ts';

/** A route as /proc/net/route has it. */
export interface RouteLine {
  readonly destination: string;
  readonly gateway: string;
  readonly mask: string;
  readonly flags: string;
  readonly metric: number;
  readonly device: string;
}

/** Four bytes of a number as an address. */
export function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** The mask of a prefix's length. */
export function maskOf(prefix: number): string {
  return dotted(2 ** 32 - 2 ** (32 - prefix));
}

const numberOf = (address: string) =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** Routes of the main table in the kernel's order. */
export function routeLines(routes: readonly RouteInfo[]): RouteLine[] {
  return routes
    .map((route) => {
      const [address = '0.0.0.0', prefix = '32'] =
        route.destination === 'default' ? ['0.0.0.0', '0'] : route.destination.split('/');
      return { route, address, prefix: Number(prefix) };
    })
    .sort(
      (a, b) =>
        numberOf(a.address) - numberOf(b.address) ||
        a.prefix - b.prefix ||
        (a.route.metric ?? 0) - (b.route.metric ?? 0),
    )
    .map(({ route, address, prefix }) => {
      const closed = route.kind !== undefined && route.kind !== 'unicast';
      const flags = `${closed ? '!' : 'U'}${route.via ? 'G' : ''}${prefix === 32 ? 'H' : ''}`;
      return {
        destination: address,
        gateway: closed ? '-' : (route.via ?? '0.0.0.0'),
        mask: maskOf(prefix),
        flags,
        metric: route.metric ?? 0,
        device: closed ? '-' : route.device,
      };
    });
}
