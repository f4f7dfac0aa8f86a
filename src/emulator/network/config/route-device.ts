import { isInet6, isLinkLocal6 } from '../address6.ts';
import type { RouteInfo } from '../api.ts';
import { isLocal } from '../netns.ts';
import { holds } from '../policy-rule.ts';
import { route as lookup } from '../route.ts';
import type { ConfigState } from './state.ts';

/** The device of a route or of one of its next hops; undefined where the gateway is nowhere. */
export function deviceOf(
  state: ConfigState,
  { via, device, onlink }: Pick<RouteInfo, 'via' | 'device' | 'onlink'>,
): string | undefined {
  return via === undefined || onlink ? device : deviceTowards(state, via, device);
}

/** The device by which a gateway is reached without a gateway; `device` if that is one such. */
function deviceTowards(state: ConfigState, via: string, device: string): string | undefined {
  const view = state.view();
  if (isLinkLocal6(via)) return view.links.has(device) && !isLocal(view, via) ? device : undefined;
  // An address of the device's own is a gateway on it (a LOCAL result in `fib_check_nh`).
  if (device !== '' && view.local.get(via)?.device === device) return device;
  if (device !== '') {
    const routes = (isInet6(via) ? view.tables6 : view.tables).get('main')?.routes ?? [];
    const near = routes.some((other) => {
      const range = other.destination === 'default' ? '0.0.0.0/0' : other.destination;
      return holds(range, via) && other.device === device && other.via === undefined;
    });
    return near && !isLocal(view, via) ? device : undefined;
  }
  const found = lookup(view, via);
  return found.type === 'unicast' && found.route.via === undefined ? found.device : undefined;
}
