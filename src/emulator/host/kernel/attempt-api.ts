import { unauthorizedStatus } from '../../apimachinery/status.ts';
import type { ApiResponse } from '../../apiserver/request.ts';
import type { Sandbox } from '../runtime-api.ts';
import { isDaemon, type ApiOptions, type Syscall } from '../syscalls.ts';
import { block, done, isLate, type Attempt } from './attempt.ts';
import { lowestFree } from './descriptors.ts';
import type { Kernel } from './kernel.ts';
import { addressOf } from './records.ts';
import type { Running, Waiting } from './state.ts';

/** Virtual time of a request from a program in the foreground. Daemons are told at once. */
const REQUEST_MICROS = 2_000;
const DIAL_TIMEOUT = 30_000_000;

/** An API request: the way is asked of the network, then the server is asked. */
export function api(
  kernel: Kernel,
  process: Running,
  call: Syscall & { call: 'api' },
  before: Waiting | undefined,
): Attempt {
  const options = call.options ?? inCluster(kernel, process);
  const errno = kernel.apiPath.check(whereOf(kernel, process), options.server);
  if (errno === 'ETIMEDOUT') {
    if (isDaemon(process.executable) || isLate(kernel, before)) return done(errno);
    return block(kernel, process, call, before, options.timeout ?? DIAL_TIMEOUT);
  }
  if (errno) return done(errno);
  if (!isDaemon(process.executable) && !isLate(kernel, before)) {
    return block(kernel, process, call, before, REQUEST_MICROS);
  }
  const user = kernel.authenticate(options.user);
  return done(user ? kernel.api.handle(call.request, user) : unauthorized());
}

/** A watch: its events come to the descriptor. */
export function watch(
  kernel: Kernel,
  process: Running,
  call: Syscall & { call: 'watch' },
  _before: Waiting | undefined,
): Attempt {
  const options = call.options ?? inCluster(kernel, process);
  const errno = kernel.apiPath.check(whereOf(kernel, process), options.server);
  if (errno) return done(errno);
  const user = kernel.authenticate(options.user);
  if (!user) return done(unauthorized());
  const started = kernel.api.watch(call.request, user, addressOf(process.host, process.pid));
  if (!started.ok) return done(started.response);
  const fd = lowestFree(process);
  process.fds.set(fd, { type: 'watch', id: started.watch });
  process.unsaved = true;
  return done(fd);
}

/** What the API server says to credentials that it does not know. */
export function unauthorized(): ApiResponse {
  return { status: 401, headers: {}, body: unauthorizedStatus() };
}

export function whereOf(kernel: Kernel, process: Running) {
  const own = kernel.world.store.get<Sandbox>(process.sandboxKey)?.netns ?? 'host';
  const netns = process.netns ?? own;
  return { host: process.host, netns };
}

/** What client-go takes in a pod: the Service's address and the mounted token. */
function inCluster(kernel: Kernel, process: Running): ApiOptions {
  const { env } = process;
  const token = kernel.files(process).read('/var/run/secrets/kubernetes.io/serviceaccount/token');
  return {
    server: {
      address: env['KUBERNETES_SERVICE_HOST'] ?? '127.0.0.1',
      port: Number(env['KUBERNETES_SERVICE_PORT'] ?? 8080),
    },
    user: typeof token === 'string' ? { anonymous: true } : { token: token.text },
  };
}
