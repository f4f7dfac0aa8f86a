import type { DaemonMessage, DaemonSys, ExitCode, Syscall } from '../../host/syscalls.ts';
import { readConfig, readKubeconfig } from './config.ts';
import { log } from './log.ts';
import { adjustServers, answer } from './serve.ts';
import { readState, writeState, type ProxyState, type Watched } from './state.ts';
import { sync } from './sync.ts';
import { listAndWatch, reopen, takeEvent } from './watch.ts';

type Handling<T> = Generator<Syscall, T, unknown>;

/** Handles one message; a number ends kube-proxy. */
export function* on(message: DaemonMessage, sys: DaemonSys): Handling<ExitCode | void> {
  if (message.type === 'start') return yield* start(sys);
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

function* start(sys: DaemonSys): Handling<ExitCode | void> {
  const config = readConfig(sys);
  if ('error' in config) {
    log(sys, 'E', 'run.go:72', config.error);
    return 1;
  }
  if (config.mode !== 'iptables') {
    log(
      sys,
      'E',
      'run.go:72',
      `"command failed" err="proxy mode ${config.mode} is not modelled here"`,
    );
    return 1;
  }
  const api = readKubeconfig(sys, config.kubeconfig);
  // Records of an earlier run of this process would be stale.
  for (const prefix of ['service/', 'slice/', 'connection/']) {
    for (const [name] of sys.memories(prefix)) sys.remember(name, undefined);
  }
  log(sys, 'I', 'server_linux.go:53', '"Using iptables proxy"');
  let state: ProxyState = {
    config,
    ...(api ? { api } : {}),
    nodeIP: '127.0.0.1',
    labels: {},
    watches: {},
    listed: [],
    lastSync: 0,
    syncPlanned: false,
    servers: {},
  };
  writeState(sys, state);
  state = yield* listAndWatch(sys, state, 'node');
  announce(sys, state);
  if (config.localhostNodePorts) sys.network.setSysctl('net.ipv4.conf.all.route_localnet', '1');
  for (const kind of ['service', 'slice'] as const) state = yield* listAndWatch(sys, state, kind);
  writeState(sys, planSync(sys, state));
  sys.setTimer('resync', config.syncPeriod);
  return undefined;
}

/** The lines that kube-proxy begins its log with. */
function announce(sys: DaemonSys, state: ProxyState): void {
  log(sys, 'I', 'server.go:715', `"Successfully retrieved node IP(s)" IPs=["${state.nodeIP}"]`);
  if (state.config.nodePortAddresses.length === 0) {
    log(
      sys,
      'E',
      'server.go:245',
      '"Kube-proxy configuration may be incomplete or incorrect" ' +
        'err="nodePortAddresses is unset; NodePort connections will be accepted on all ' +
        'local IPs. Consider using ' +
        '`--nodeport-addresses primary`"',
    );
  }
  log(sys, 'I', 'server.go:254', '"kube-proxy running in dual-stack mode" primary ipFamily="IPv4"');
  log(sys, 'I', 'server_linux.go:145', '"Using iptables Proxier"');
  if (state.config.localhostNodePorts) {
    log(
      sys,
      'I',
      'proxier.go:243',
      '"Setting route_localnet=1 to allow node-ports on localhost; to change this either disable ' +
        'iptables.localhostNodePorts (--iptables-localhost-nodeports) or set nodePortAddresses ' +
        '(--nodeport-addresses) to filter loopback addresses" ipFamily="IPv4"',
    );
  }
  log(sys, 'I', 'server.go:535', '"Version info" version="v1.36.2"');
  log(sys, 'I', 'config.go:200', '"Starting service config controller"');
  log(sys, 'I', 'config.go:106', '"Starting endpoint slice config controller"');
  log(sys, 'I', 'config.go:329', '"Starting node config controller"');
}

/** At once if the last sync is long enough ago, else as soon as it is (bounded frequency). */
function planSync(sys: DaemonSys, state: ProxyState): ProxyState {
  const ready = state.listed.includes('service') && state.listed.includes('slice');
  if (!ready || state.syncPlanned) return state;
  const delay = Math.max(0, state.lastSync + state.config.minSyncPeriod - sys.now);
  sys.setTimer('sync', delay);
  return { ...state, syncPlanned: true };
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
    sync(sys, state);
    const synced = {
      ...state,
      lastSync: sys.now,
      syncPlanned: name === 'sync' ? false : state.syncPlanned,
    };
    writeState(sys, adjustServers(sys, synced));
  } else if (name.startsWith('watch-') && data !== undefined) {
    writeState(sys, planSync(sys, yield* listAndWatch(sys, state, data)));
  }
}
