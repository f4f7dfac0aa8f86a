import { isErrno } from '../../host/errno.ts';
import type { Call, DaemonSys, Signal } from '../../host/syscalls.ts';
import type { Json } from '../../world/json.ts';
import { plugins } from './catalog.ts';
import { isError } from './corefile/parse.ts';
import { corefileDigest } from './digest.ts';
import { openEndpoints } from './http.ts';
import { isSynced, usesApi, watchAll } from './informers.ts';
import type { ServerConfig } from './plugin.ts';
import { readServers, type Servers } from './servers.ts';

const SECOND = 1_000_000;
const VERSION = 'CoreDNS-1.14.2\nlinux/amd64, go1.26.2, dd1df4f\n';
const WAIT_STEP = 500_000;
const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

export function serversOf(sys: DaemonSys): readonly ServerConfig[] {
  return (sys.memory<readonly Json[]>('servers') ?? []) as unknown as readonly ServerConfig[];
}

/** Reads arguments and Corefile. What is wrong goes to stderr and ends the program. */
export function* start(sys: DaemonSys): Call<number | undefined> {
  const path = yield* readArguments(sys);
  if (typeof path === 'number') return path;
  sys.remember('path', path);
  yield* sys.write(1, 'maxprocs: Leaving GOMAXPROCS=2: CPU quota undefined\n');
  const text = textOf(sys, path);
  const read = readAll(sys, path, text);
  if (isError(read)) {
    yield* sys.write(2, `${read.error}\n`);
    return 1;
  }
  for (const line of read.warnings) yield* sys.write(1, `${line}\n`);
  adopt(sys, text, read);
  const failed = openEndpoints(sys, serversOf(sys));
  if (failed !== undefined) {
    yield* sys.write(2, `${failed}\n`);
    return 1;
  }
  if (!usesApi(sys)) return yield* listen(sys);
  sys.remember('waiting', 0);
  yield* watchAll(sys);
  return yield* finishStart(sys);
}

function* readArguments(sys: DaemonSys): Call<string | number> {
  let path: string | undefined;
  const words = sys.argv.slice(1);
  for (let i = 0; i < words.length; i++) {
    const [flag = '', value] = (words[i] as string).replace(/^--/, '-').split(/=(.*)/s);
    if (flag === '-conf' || flag === '-dns.port' || flag === '-p') {
      const own = value ?? words[++i];
      if (flag === '-conf') path = own;
      else sys.remember('default-port', Number(own));
    } else if (flag === '-version') {
      yield* sys.write(1, VERSION);
      return 0;
    } else if (flag === '-plugins' || flag === '-pidfile' || flag === '-quiet') {
      yield* sys.write(2, `coredns: ${flag} is not modelled here\n`);
      return 2;
    } else {
      yield* sys.write(2, `flag provided but not defined: ${flag}\n`);
      return 2;
    }
  }
  return path ?? 'Corefile';
}

function textOf(sys: DaemonSys, path: string): string {
  const found = sys.files.read(path);
  return isErrno(found) ? '' : found.text;
}

function readAll(sys: DaemonSys, path: string, text: string): Servers | { readonly error: string } {
  if (isErrno(sys.files.stat(path)) && path !== 'Corefile') {
    return { error: `loading Corefile: open ${path}: no such file or directory` };
  }
  const port = sys.memory<number>('default-port');
  const read = readServers(path, text, {
    files: sys.files,
    env: sys.env,
    ...(port !== undefined && { defaultPort: port }),
  });
  if (isError(read)) return read;
  const api = read.servers.some((server) =>
    server.plugins.some(({ name }) => name === 'kubernetes'),
  );
  if (api && isErrno(sys.files.stat(TOKEN))) {
    return { error: `plugin/kubernetes: open ${TOKEN}: no such file or directory` };
  }
  return read;
}

function adopt(sys: DaemonSys, text: string, { servers }: Servers): void {
  sys.remember('corefile', text);
  sys.remember('servers', servers as unknown as Json);
}

/** Goes on with the start once the API has told all there is, or after the time for it is over. */
export function* finishStart(sys: DaemonSys): Call<number | undefined> {
  const waited = sys.memory<number>('waiting');
  if (waited === undefined) return undefined;
  if (isSynced(sys)) {
    sys.remember('waiting', undefined);
    sys.cancelTimer('waiting');
    return yield* listen(sys);
  }
  const begun = sys.memory<number>('waiting-since');
  if (begun === undefined) {
    sys.remember('waiting-since', sys.now);
    sys.setTimer('waiting', WAIT_STEP);
    return undefined;
  }
  const elapsed = sys.now - begun;
  if (elapsed < (waited + 1) * WAIT_STEP) return undefined;
  if (elapsed >= 5 * SECOND) {
    yield* sys.write(
      1,
      '[WARNING] plugin/kubernetes: starting server with unsynced Kubernetes API\n',
    );
    sys.remember('waiting', undefined);
    return yield* listen(sys);
  }
  yield* sys.write(
    1,
    '[INFO] plugin/kubernetes: waiting for Kubernetes API before starting server\n',
  );
  sys.remember('waiting', waited + 1);
  sys.setTimer('waiting', WAIT_STEP);
  return undefined;
}

/** Opens the ports, and says what CoreDNS says then. */
function* listen(sys: DaemonSys): Call<number | undefined> {
  const servers = serversOf(sys);
  const failed = openPorts(sys, servers);
  if (failed !== undefined) {
    yield* sys.write(2, `${failed}\n`);
    return 1;
  }
  const lines = servers.map(({ zone, port }) => `${zone}:${port}\n`);
  yield* sys.write(1, lines.join(''));
  yield* tellDigest(sys);
  yield* sys.write(1, VERSION);
  yield* startPlugins(sys, servers);
  return undefined;
}

function* tellDigest(sys: DaemonSys): Call<void> {
  const hasReload = serversOf(sys).some(({ plugins: own }) =>
    own.some(({ name }) => name === 'reload'),
  );
  if (!hasReload) return;
  const sum = corefileDigest(sys.memory<string>('corefile') ?? '', sys.env);
  yield* sys.write(1, `[INFO] plugin/reload: Running configuration SHA512 = ${sum}\n`);
}

function* startPlugins(sys: DaemonSys, servers: readonly ServerConfig[]): Call<void> {
  const done = new Set<string>();
  for (const server of servers) {
    for (const { name, config } of server.plugins) {
      const key = `${server.block}/${name}`;
      if (done.has(key)) continue;
      done.add(key);
      yield* plugins.get(name)?.start?.(config, sys, server) ?? nothing();
    }
  }
}

function* nothing(): Call<void> {
  // A plugin that does nothing at the start.
}

/** UDP and TCP at every port that a server has and that is not open yet. */
function openPorts(sys: DaemonSys, servers: readonly ServerConfig[]): string | undefined {
  const wanted = new Set(
    servers.flatMap((server) => addressesOf(server).map((each) => `${each}:${server.port}`)),
  );
  for (const [name, fds] of sys.memories('port/')) {
    if (wanted.has(name.slice('port/'.length))) continue;
    for (const fd of fds as readonly number[]) sys.close(fd);
    sys.remember(name, undefined);
  }
  for (const place of wanted) {
    if (sys.memory(`port/${place}`)) continue;
    const [address = '', digits = ''] = place.split(':');
    const local = { address, port: Number(digits) };
    const tcp = sys.listen(local);
    const udp = isErrno(tcp) ? tcp : sys.openUdp(local);
    if (isErrno(tcp) || isErrno(udp)) {
      const errno = isErrno(tcp) ? tcp : udp;
      const why =
        errno === 'EADDRINUSE' ? 'address already in use' : 'cannot assign requested address';
      const shown = address === '0.0.0.0' ? '' : address;
      return `Listen: listen ${isErrno(tcp) ? 'tcp' : 'udp'} ${shown}:${digits}: bind: ${why}`;
    }
    sys.remember(`port/${place}`, [tcp, udp]);
    sys.remember(`dns/${tcp}`, local.port);
    sys.remember(`dns/${udp}`, local.port);
  }
  return undefined;
}

function addressesOf({ plugins: own }: ServerConfig): readonly string[] {
  const bind = own.find(({ name }) => name === 'bind')?.config as
    { readonly addresses?: readonly string[] } | undefined;
  const addresses = (bind?.addresses ?? []).filter((each) => !each.includes(':'));
  return addresses.length > 0 ? addresses : ['0.0.0.0'];
}

/** The Corefile is read again when it changed; one that is wrong leaves the old one in force. */
export function* reload(sys: DaemonSys): Call<void> {
  const timing = sys.memory<{ readonly interval: number; readonly jitter: number }>('reload');
  if (!timing) return;
  const { interval, jitter } = timing;
  sys.setTimer('reload', interval + Math.floor(sys.chance.number(`reload/${sys.now}`) * jitter));
  const path = sys.memory<string>('path') ?? 'Corefile';
  const text = textOf(sys, path);
  if (sys.memory('seen') === text || sys.memory('corefile') === text) return;
  sys.remember('seen', text);
  yield* sys.write(1, '[INFO] Reloading\n');
  const read = readAll(sys, path, text);
  if (isError(read)) {
    const start = 'Corefile changed but reload failed: starting with listener file descriptors';
    yield* sys.write(1, `[ERROR] Restart failed: ${read.error}\n`);
    yield* sys.write(1, `[ERROR] plugin/reload: ${start}: ${read.error}\n`);
    return;
  }
  for (const line of read.warnings) yield* sys.write(1, `${line}\n`);
  adopt(sys, text, read);
  for (const prefix of ['cache/', 'file/'])
    for (const [name] of sys.memories(prefix)) sys.remember(name, undefined);
  openEndpoints(sys, serversOf(sys));
  openPorts(sys, serversOf(sys));
  yield* tellDigest(sys);
  yield* sys.write(1, '[INFO] Reloading complete\n');
  yield* watchAll(sys);
  yield* startPlugins(sys, serversOf(sys));
}

/** SIGTERM: goes on answering for as long as the health plugin's lameduck says. */
export function* shutDown(sys: DaemonSys, signal: Signal): Call<number | undefined> {
  if (signal === 'INT') {
    yield* sys.write(1, '[INFO] SIGINT: Shutting down\n');
    return 0;
  }
  yield* sys.write(1, '[INFO] SIGTERM: Shutting down servers then terminating\n');
  for (const server of serversOf(sys)) {
    for (const { name, config } of server.plugins) {
      const micros = plugins.get(name)?.lameduck?.(config);
      if (micros === undefined) continue;
      const text = `[INFO] plugin/health: Going into lameduck mode for ${micros / SECOND}s\n`;
      yield* sys.write(1, text);
      sys.setTimer('lameduck', micros);
      return undefined;
    }
  }
  return 0;
}
