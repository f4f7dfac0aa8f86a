import type { ApiObject } from '../../apimachinery/object.ts';
import type { DaemonCode } from '../../host/parts.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { rfc3339, rfc3339Micro, SECOND } from '../../world/time.ts';
import { createApi, urlOf } from '../component.ts';
import { definitions } from './crds.ts';

const CRDS = 'customresourcedefinitions.apiextensions.k8s.io';
const POLICIES = [
  'ciliumnetworkpolicies.v2.cilium.io',
  'ciliumclusterwidenetworkpolicies.v2.cilium.io',
] as const;
/** How long an identity stays that no endpoint has (`identity-gc-interval`). */
const COLLECT = 900 * SECOND;

/** The operator of Cilium, as far as a cluster without a cloud needs it. */
const daemon: DaemonCode = {
  *on(message, sys) {
    switch (message.type) {
      case 'start':
        say(sys, 'Cilium Operator 1.18.4 go version go1.24.10 linux/amd64');
        yield* start(sys);
        return undefined;
      case 'timer':
        if (message.name === 'collect') yield* collect(sys);
        else yield* start(sys);
        return undefined;
      case 'watch':
        if (message.event.type !== 'BOOKMARK' && message.event.type !== 'DELETED') {
          yield* validate(sys, message.event.object as unknown as Policy);
        }
        return undefined;
      case 'watch-ended':
        sys.setTimer('start', 1 * SECOND);
        return undefined;
      case 'signal':
        return 0;
      default:
        return undefined;
    }
  },
};

export default daemon;

function say(sys: DaemonSys, text: string): void {
  const time = rfc3339Micro(sys.now).replace('Z', '000Z');
  sys.log(`time=${time} level=info msg=${JSON.stringify(text)}`);
}

/** Registers what is missing, then watches policies. */
function* start(sys: DaemonSys): Call<void> {
  const api = createApi(sys, 'cilium-operator', undefined);
  const known = new Set((yield* api.list<ApiObject>(CRDS)).map(({ metadata }) => metadata.name));
  for (const definition of definitions) {
    if (known.has(definition.metadata.name)) continue;
    say(sys, `Creating CRD (CustomResourceDefinition)... name=${definition.spec.names.kind}`);
    yield* api.create(CRDS, definition as never);
  }
  for (const resource of POLICIES) {
    const url = `${urlOf(resource)}?watch=true&sendInitialEvents=true`;
    const fd = yield* sys.watch({ method: 'GET', url });
    if (typeof fd !== 'number') return sys.setTimer('start', 1 * SECOND);
  }
  sys.setTimer('collect', COLLECT);
}

interface Policy extends ApiObject {
  readonly kind: string;
  readonly spec?: object;
  readonly specs?: readonly object[];
  readonly status?: { readonly conditions?: readonly { readonly type: string }[] };
}

/** The condition `Valid` of a policy that has none yet. */
function* validate(sys: DaemonSys, policy: Policy): Call<void> {
  if (policy.status?.conditions?.some(({ type }) => type === 'Valid')) return;
  const has = policy.spec !== undefined || policy.specs !== undefined;
  const condition = {
    lastTransitionTime: rfc3339(sys.now),
    message: has ? 'Policy validation succeeded' : 'Invalid CiliumNetworkPolicy spec(s): empty',
    status: has ? 'True' : 'False',
    type: 'Valid',
  };
  const { namespace, name } = policy.metadata;
  const resource = POLICIES[policy.kind === 'CiliumNetworkPolicy' ? 0 : 1];
  const api = createApi(sys, 'cilium-operator', undefined);
  yield* api.request({
    method: 'PATCH',
    url: urlOf(resource, namespace, name, 'status'),
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { status: { conditions: [condition] } },
  });
}

interface Endpoint extends ApiObject {
  readonly status?: { readonly identity?: { readonly id?: number } };
}

/** Identities that no endpoint has are taken away. */
function* collect(sys: DaemonSys): Call<void> {
  sys.setTimer('collect', COLLECT);
  const api = createApi(sys, 'cilium-operator', undefined);
  const endpoints = yield* api.list<Endpoint>('ciliumendpoints.v2.cilium.io');
  const used = new Set(endpoints.map(({ status }) => String(status?.identity?.id)));
  for (const { metadata } of yield* api.list<ApiObject>('ciliumidentities.v2.cilium.io')) {
    if (used.has(metadata.name)) continue;
    yield* api.delete('ciliumidentities.v2.cilium.io', undefined, metadata.name);
  }
}
