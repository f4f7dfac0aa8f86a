import type { KindNames } from '../../resources/kind.ts';

/** Verbs and kind of a subresource, as discovery lists it. */
export interface SubresourceInfo {
  readonly kind: string;
  /** Where it is of another group version than its list. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

const change = ['get', 'patch', 'update'];
const create = ['create'];
const connect = ['create', 'get'];
const policy = { group: 'policy', version: 'v1' };
const authentication = { group: 'authentication.k8s.io', version: 'v1' };
const known: Readonly<Record<string, Partial<SubresourceInfo>>> = {
  status: { verbs: change },
  approval: { verbs: change },
  scale: { kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: change },
  binding: { kind: 'Binding', verbs: create },
  eviction: { kind: 'Eviction', ...policy, verbs: create },
  log: { verbs: ['get'] },
  exec: { kind: 'PodExecOptions', verbs: connect },
  attach: { kind: 'PodAttachOptions', verbs: connect },
  portforward: { kind: 'PodPortForwardOptions', verbs: connect },
  ephemeralcontainers: { verbs: change },
  resize: { verbs: change },
  finalize: { verbs: ['update'] },
  token: { kind: 'TokenRequest', ...authentication, verbs: create },
};
const proxied = ['create', 'delete', 'get', 'patch', 'update'];

/** What a kind's subresource is. */
export function subresourceInfo({ kind }: KindNames, name: string): SubresourceInfo {
  if (name === 'proxy') return { kind: `${kind}ProxyOptions`, verbs: proxied };
  return { kind, verbs: [], ...known[name] };
}
