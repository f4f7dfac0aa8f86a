import { byKey, columns } from './columns.ts';
import type { AgentState } from './state.ts';

const enforcing = (on: boolean | undefined) => (on ? 'Enabled' : 'Disabled');

/** `cilium-dbg endpoint list`: one row for each label after the first. */
export function endpoints(state: AgentState): string {
  const head = [
    'ENDPOINT',
    'POLICY (ingress)',
    'POLICY (egress)',
    'IDENTITY',
    'LABELS (source:key[=value])',
    'IPv6',
    'IPv4',
    'STATUS',
  ];
  const second = ['', 'ENFORCEMENT', 'ENFORCEMENT', '', '', '', '', ''];
  const rows = state.endpoints.flatMap((endpoint) => {
    const identity = state.lxc.get(endpoint.ip)?.identity ?? 0;
    const policy = state.policy.get(String(endpoint.id));
    const [first = '', ...rest] = endpoint.labels ?? state.labelsOf(identity);
    return [
      [
        String(endpoint.id),
        enforcing(policy?.ingress.enforced),
        enforcing(policy?.egress.enforced),
        String(identity),
        first,
        '',
        endpoint.ip,
        policy ? 'ready' : 'waiting-for-identity',
      ],
      ...rest.map((label) => ['', '', '', '', label, '', '', '']),
    ];
  });
  return columns([head, second, ...rows]);
}

/** `cilium-dbg endpoint get ID`. */
export function endpoint(state: AgentState, words: readonly string[]): string | { error: string } {
  const wanted = words.find((word) => !word.startsWith('-')) ?? '';
  const found = state.endpoints.find(
    ({ id, namespace, pod }) =>
      String(id) === wanted ||
      `pod-name:${namespace}/${pod}` === wanted ||
      `${namespace}/${pod}` === wanted,
  );
  if (!found) {
    const why = '[GET /endpoint/{id}][404] getEndpointIdNotFound';
    return { error: `Error: Cannot get endpoint ${wanted}: ${why}` };
  }
  const identity = state.lxc.get(found.ip)?.identity ?? 0;
  const policy = state.policy.get(String(found.id));
  const value = [
    {
      id: found.id,
      status: {
        'external-identifiers': {
          'container-id': found.containerID,
          'k8s-namespace': found.namespace,
          'k8s-pod-name': found.pod,
          'pod-name': `${found.namespace}/${found.pod}`,
        },
        identity: { id: identity, labels: found.labels ?? [] },
        networking: { addressing: [{ ipv4: found.ip }], 'interface-name': found.device },
        policy: {
          realized: {
            'policy-enabled':
              [
                ...(policy?.ingress.enforced ? ['ingress'] : []),
                ...(policy?.egress.enforced ? ['egress'] : []),
              ].join('+') || 'none',
            'policy-revision': state.revision,
          },
        },
        state: 'ready',
      },
    },
  ];
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** `cilium-dbg identity list`. */
export function identities(state: AgentState): string {
  const numbers = new Set<number>([1, 2, 3, 4, 5, 6, 7, 8]);
  for (const { identity } of state.ipcache.values()) numbers.add(identity);
  for (const { identity } of state.lxc.values()) numbers.add(identity);
  const rows = [...numbers]
    .filter((number) => number > 0)
    .sort((a, b) => a - b)
    .flatMap((number) => {
      const [first = '', ...rest] = state.labelsOf(number);
      return [[String(number), first], ...rest.map((label) => ['', label])];
    });
  return columns([['ID', 'LABELS'], ...rows]);
}

/** `cilium-dbg identity get ID`. */
export function identity(state: AgentState, words: readonly string[]): string | { error: string } {
  const id = Number(words[0]);
  const labels = state.labelsOf(id);
  if (labels.length === 0)
    return { error: `Error: Cannot get identity for given ID ${words[0] ?? ''}: not found` };
  return columns([
    ['ID', 'LABELS'],
    [String(id), labels[0] ?? ''],
    ...labels.slice(1).map((label) => ['', label]),
  ]);
}

/** `cilium-dbg policy get`. */
export function policies(state: AgentState): string {
  const entries = state.policies.map((origin) => {
    const [kind = '', path = ''] = origin.split(' ');
    const [namespace, name = namespace ?? ''] = path.includes('/')
      ? path.split('/')
      : [undefined, path];
    const label = (key: string, value: string) => ({ key, source: 'k8s', value });
    return {
      labels: [
        label('io.cilium.k8s.policy.derived-from', kind),
        label('io.cilium.k8s.policy.name', name),
        ...(namespace === undefined ? [] : [label('io.cilium.k8s.policy.namespace', namespace)]),
      ],
    };
  });
  return `${JSON.stringify(entries, null, 2)}\nRevision: ${state.revision}\n`;
}

/** `cilium-dbg policy selectors`: who each policy's entries let in. */
export function selectors(state: AgentState): string {
  const found = new Map<string, Set<number>>();
  for (const policy of state.policy.values()) {
    for (const entry of [...policy.ingress.entries, ...policy.egress.entries]) {
      for (const origin of entry.origin) {
        found.set(origin, (found.get(origin) ?? new Set()).add(entry.identity));
      }
    }
  }
  const rows = byKey(found).flatMap(([origin, numbers]) =>
    [...numbers]
      .sort((a, b) => a - b)
      .map((number, index) =>
        index === 0 ? [origin, '1', String(number)] : ['', '', String(number)],
      ),
  );
  return columns([['SELECTOR', 'USERS', 'IDENTITIES'], ...rows]);
}

/** `cilium-dbg ip list`. */
export function ips(state: AgentState): string {
  const rows = byKey(state.ipcache).flatMap(([cidr, { identity }]) => {
    const [first = '', ...rest] = state.labelsOf(identity);
    return [
      [cidr, first || String(identity), 'custom-resource'],
      ...rest.map((label) => ['', label, '']),
    ];
  });
  return columns([['IP', 'IDENTITY', 'SOURCE'], ...rows]);
}

/** `cilium-dbg node list`. */
export function nodes(state: AgentState): string {
  const rows = byKey(state.ipcache)
    .filter(([cidr, { tunnel }]) => tunnel !== undefined && !cidr.endsWith('/32'))
    .map(([cidr, { tunnel }]) => [
      `default/${tunnel ?? ''}`,
      tunnel ?? '',
      cidr,
      'custom-resource',
    ]);
  const own = [`default/${state.node.name}`, state.node.address, state.node.podCIDR, 'local'];
  return columns([['Name', 'IPv4 Address', 'Endpoint CIDR', 'Source'], own, ...rows]);
}

/** `cilium-dbg map list`. */
export function maps(state: AgentState): string {
  const rows = [
    ['cilium_ipcache_v2', String(state.ipcache.size), '0', 'true'],
    ['cilium_lb4_services_v2', String(state.lb.size), '0', 'true'],
    ['cilium_lxc', String(state.lxc.size), '0', 'true'],
    ...byKey(state.policy).map(([id, { ingress, egress }]) => [
      `cilium_policy_v2_${id.padStart(5, '0')}`,
      String(ingress.entries.length + egress.entries.length),
      '0',
      'true',
    ]),
  ];
  return columns([['Name', 'Num entries', 'Num errors', 'Cache enabled'], ...rows]);
}

/** `cilium-dbg config`. */
export function config({ node }: AgentState): string {
  const rows = [
    ['##### Read-write configurations #####', ''],
    ['ConntrackAccounting', ': Disabled'],
    ['Debug', ': Disabled'],
    ['PolicyEnforcement', `: ${node.policyEnforcement}`],
  ];
  return columns(rows.map((each) => each.filter((cell) => cell !== '')));
}
