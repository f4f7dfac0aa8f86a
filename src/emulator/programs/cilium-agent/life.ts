import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { rfc3339Micro, SECOND } from '../../world/time.ts';
import { createApi, urlOf } from '../component.ts';

/** What the agent lists and watches. */
export const resources = [
  'nodes',
  'pods',
  'namespaces',
  'services',
  'endpointslices.discovery.k8s.io',
  'networkpolicies.networking.k8s.io',
  'ciliumnodes.v2.cilium.io',
  'ciliumendpoints.v2.cilium.io',
  'ciliumidentities.v2.cilium.io',
  'ciliumnetworkpolicies.v2.cilium.io',
  'ciliumclusterwidenetworkpolicies.v2.cilium.io',
] as const;

export const VERSION = '1.18.4';

/** A line of the agent's log. */
export function say(sys: DaemonSys, level: 'info' | 'warn' | 'error', text: string): void {
  const time = rfc3339Micro(sys.now).replace('Z', '000Z');
  sys.log(`time=${time} level=${level} msg=${JSON.stringify(text)}`);
}

interface Config extends ApiObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** Reads the configuration and watches everything; tries again while the CRDs are not there. */
export function* start(sys: DaemonSys): Call<void> {
  const api = createApi(sys, 'cilium-agent', undefined);
  const config = yield* api.get<Config>('configmaps', 'kube-system', 'cilium-config');
  if (!config) {
    say(sys, 'warn', 'Unable to read the ConfigMap kube-system/cilium-config, retrying');
    return sys.setTimer('start', 1 * SECOND);
  }
  if (!sys.memory('config')) {
    say(sys, 'info', `Cilium ${VERSION} go version go1.24.10 linux/amd64`);
    say(sys, 'info', 'clang (10.0.0) and kernel (6.8.0) versions: OK!');
    say(sys, 'info', 'Waiting until all Cilium CRDs are available');
  }
  sys.remember('config', (config.data ?? {}) as never);
  // One that was there before this start is not told again.
  for (const [name, fd] of sys.memories('watch/')) {
    sys.close(fd as number);
    sys.remember(name, undefined);
  }
  for (const resource of resources) {
    const url = `${urlOf(resource)}?watch=true&sendInitialEvents=true`;
    const fd = yield* sys.watch({ method: 'GET', url });
    if (typeof fd !== 'number') return sys.setTimer('start', 1 * SECOND);
    sys.remember(`watch/${resource}`, fd);
  }
  say(sys, 'info', 'All Cilium CRDs have been found and are available');
  sys.setTimer('sync', 20_000);
}
