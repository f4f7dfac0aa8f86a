import type { DaemonMessage, DaemonSys, ExitCode, Syscall } from '../../host/syscalls.ts';
import { removeIdle } from './graceful.ts';
import { adjustServers, answer } from './serve.ts';
import { nothingPending, recordSync } from './metrics/record.ts';
import { start } from './start.ts';
import { readState, writeState, type ProxyState, type Watched } from './state.ts';
import { sync } from './sync.ts';
import { listAndWatch, reopen, takeEvent } from './watch.ts';

type Handling<T> = Generator<Syscall, T, unknown>;

/** Handles one message; a number ends kube-proxy. */
export function* on(message: DaemonMessage, sys: DaemonSys): Handling<ExitCode | void> {
  if (message.type === 'start') return yield* begin(sys);
  const state = readState(sys);
  if (!state) return undefined;
  switch (message.type) {
    case 'watch': {
      const taken = takeEvent(sys, state, message.fd, message.event);
      writeState(sys, taken.changed ? planSync(sys, taken.state) : taken.state);
      return undefined;
    }
    case 'watch-ended':
      writeState(sys, planSync(sys, yield* reopen(sys, state, message.fd)));
      return undefined;
    case 'timer':
      yield* timer(sys, state, message.name, message.data as Watched | undefined);
      return undefined;
    case 'signal':
      return message.signal === 'TERM' || message.signal === 'INT' ? 0 : undefined;
    case 'socket':
      if (message.event === 'accepted' && message.acceptedFd !== undefined) {
        const server = state.servers[message.fd] ?? '';
        sys.remember(`connection/${message.acceptedFd}`, server);
      } else if (message.event === 'data') {
        const server = sys.memory<string>(`connection/${message.fd}`);
        sys.remember(`connection/${message.fd}`, undefined);
        if (server !== undefined) yield* answer(sys, state, message.fd, server, message.payload);
      } else if (message.event === 'end' || message.event === 'reset') {
        sys.remember(`connection/${message.fd}`, undefined);
        sys.close(message.fd);
      }
      return undefined;
    default:
      return undefined;
  }
}

const usual: readonly Watched[] = ['service', 'slice'];
/** Only nftables mode drops what is for an address of no Service. */
const withRanges: readonly Watched[] = ['cidr', ...usual];

/** Begins: what was asked, the first lists, the first sync. */
function* begin(sys: DaemonSys): Handling<ExitCode | void> {
  const started = yield* start(sys);
  if (typeof started === 'number') return started;
  let state = started;
  const kinds = state.config.mode === 'nftables' ? withRanges : usual;
  for (const kind of kinds) state = yield* listAndWatch(sys, state, kind);
  writeState(sys, planSync(sys, state));
  sys.setTimer('resync', state.config.syncPeriod);
  return undefined;
}

/** At once if the last sync is long enough ago, else as soon as it is (bounded frequency). */
function planSync(sys: DaemonSys, state: ProxyState): ProxyState {
  const ready = state.listed.includes('service') && state.listed.includes('slice');
  if (!ready) return state;
  if (state.syncPlanned) return { ...state, queued: sys.now };
  const delay = Math.max(0, state.lastSync + state.config.minSyncPeriod - sys.now);
  sys.setTimer('sync', delay);
  return { ...state, queued: sys.now, syncPlanned: true };
}

function* timer(
  sys: DaemonSys,
  state: ProxyState,
  name: string,
  data: Watched | undefined,
): Handling<void> {
  if (name === 'sync' || name === 'resync') {
    const ready = state.listed.includes('service') && state.listed.includes('slice');
    if (name === 'resync') sys.setTimer('resync', state.config.syncPeriod);
    if (!ready) return;
    const syncs = sync(sys, name === 'resync' ? { ...state, dirty: 'all' } : state);
    recordSync(sys, state, syncs);
    const synced: ProxyState = {
      ...state,
      lastSync: sys.now,
      dirty: syncs.every(({ ok }) => ok) ? [] : 'all',
      pending: nothingPending,
      syncPlanned: name === 'sync' ? false : state.syncPlanned,
    };
    writeState(sys, adjustServers(sys, synced));
  } else if (name === 'graceful') removeIdle(sys);
  else if (name.startsWith('watch-') && data !== undefined) {
    writeState(sys, planSync(sys, yield* listAndWatch(sys, state, data)));
  }
}
