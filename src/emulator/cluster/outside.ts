import type { ApiRequest, ApiResponse, User, WatchMessage } from '../apiserver/request.ts';
import type { Credentials } from '../host/syscalls.ts';
import type { Errno, SocketEvent } from '../network/api.ts';
import { forwardOutside, type ForwardListener, type Forwarded } from './outside-forward.ts';
import {
  attachOutside,
  execOutside,
  followLog,
  type LogFollower,
  type OutsideTerminals,
  type Place,
  type Streams,
  type StreamsAsked,
} from './outside-streams.ts';
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
  /** Who credentials stand for; undefined: nobody. */
  authenticate(credentials: Credentials): User | undefined;
  handle(request: ApiRequest, user: User): ApiResponse | Errno;
  /** Starts a watch; its events come while time passes. */
  watch(
    request: ApiRequest,
    user: User,
    onEvent: (event: WatchEvent) => void,
  ): OutsideWatch | ApiResponse | Errno;
  /** Starts a command in a container, with streams of its own. */
  exec(place: Place, command: readonly string[], asked: StreamsAsked): Streams | Errno;
  /** Joins the streams of a container's first process. */
  attach(place: Place, asked: StreamsAsked): Streams | Errno;
  /** Goes on with the log of a container from now. */
  follow(place: Place): LogFollower;
  /** Connects to a port on the loopback of a pod (`namespace/name`); undefined: it has none yet. */
  forward(pod: string, port: number, listener: ForwardListener): Forwarded | undefined;
}

const SEGMENT = 'outside';

/** The door of a wired cluster. */
export function createOutside(wired: Wired): Outside {
  const { world, api, hosts, topology } = wired;
  const listeners = new Map<string, (event: WatchEvent) => void>();
  const sockets = new Map<string, (event: SocketEvent) => void>();
  const marks = new Map<string, () => void>();
  let last = 0;
  const next = () => `${SEGMENT}/${(last += 1)}`;
  world.route(SEGMENT, (to, message) => {
    const { type } = message as { readonly type: string };
    if (type === 'bookmark') marks.get(to)?.();
    else if (type === 'watch') listeners.get(to)?.((message as unknown as WatchMessage).event);
    else sockets.get(to)?.(message as unknown as SocketEvent);
  });
  const terminals: OutsideTerminals = { shown: new Map(), last: 0 };
  hosts.terminals.onScreen((id, data) => {
    const before = terminals.shown.get(id);
    if (before !== undefined) terminals.shown.set(id, before + data);
  });
  const server = topology.machines.find(({ role }) => role === 'control-plane');
  const way = () =>
    hosts.kernel.apiPath.check(
      { host: 'workstation', netns: 'host' },
      { address: server?.address ?? '', port: 6443 },
    );
  return {
    way,
    authenticate: (credentials) => hosts.kernel.authenticate(credentials),
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
      const address = next();
      listeners.set(address, onEvent);
      const started = api.watch(request, user, address);
      hosts.kernel.drain();
      if (!started.ok) {
        listeners.delete(address);
        return started.response;
      }
      const later = () => {
        const due = api.bookmarkDue(started.watch);
        if (due === undefined) return;
        world.queue.send(address, { type: 'bookmark' }, due - world.clock.now);
      };
      marks.set(address, () => {
        api.bookmark(started.watch);
        later();
      });
      later();
      return {
        end() {
          listeners.delete(address);
          marks.delete(address);
          api.unwatch(started.watch);
        },
      };
    },
    exec: (place, command, asked) => execOutside(wired, terminals, place, command, asked),
    attach: (place, asked) => attachOutside(wired, terminals, place, asked),
    follow: (place) => followLog(wired, place),
    forward: (pod, port, listener) => forwardOutside(wired, sockets, next(), pod, port, listener),
  };
}
