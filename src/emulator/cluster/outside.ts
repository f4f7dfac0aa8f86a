import type { ApiRequest, ApiResponse, User, WatchMessage } from '../apiserver/request.ts';
import type { Errno } from '../network/api.ts';
import type { Wired } from './wire.ts';

export type WatchEvent = WatchMessage['event'];

/** A watch of a client outside. */
export interface OutsideWatch {
  end(): void;
}

/**
 * What clients from outside the page may do: they stand where the workstation stands, so that
 * whoever cuts its way to the API server cuts theirs. An errno is what their connection meets.
 */
export interface Outside {
  /** Errno of the way to the API server; undefined while it is open. */
  way(): Errno | undefined;
  handle(request: ApiRequest, user: User): ApiResponse | Errno;
  /** Starts a watch; its events come while time passes. */
  watch(
    request: ApiRequest,
    user: User,
    onEvent: (event: WatchEvent) => void,
  ): OutsideWatch | ApiResponse | Errno;
}

const SEGMENT = 'outside';

/** The door of a wired cluster. */
export function createOutside(wired: Wired): Outside {
  const { world, api, hosts, topology } = wired;
  const listeners = new Map<string, (event: WatchEvent) => void>();
  let last = 0;
  world.route(SEGMENT, (to, message) => {
    listeners.get(to)?.((message as unknown as WatchMessage).event);
  });
  const server = topology.machines.find(({ role }) => role === 'control-plane');
  const way = () =>
    hosts.kernel.apiPath.check(
      { host: 'workstation', netns: 'host' },
      { address: server?.address ?? '', port: 6443 },
    );
  return {
    way,
    handle(request, user) {
      const cut = way();
      if (cut) return cut;
      const answer = api.handle(request, user);
      hosts.kernel.drain();
      return answer;
    },
    watch(request, user, onEvent) {
      const cut = way();
      if (cut) return cut;
      const address = `${SEGMENT}/${(last += 1)}`;
      listeners.set(address, onEvent);
      const started = api.watch(request, user, address);
      hosts.kernel.drain();
      if (!started.ok) {
        listeners.delete(address);
        return started.response;
      }
      return {
        end() {
          listeners.delete(address);
          api.unwatch(started.watch);
        },
      };
    },
  };
}
