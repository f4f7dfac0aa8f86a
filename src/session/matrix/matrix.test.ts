import { beforeAll, expect, it } from 'vitest';
import { boot } from '../../emulator/cluster/boot.ts';
import type { Cluster } from '../../emulator/cluster/api.ts';
import type { MatrixMoment } from './api.ts';
import { createMatrixReader, type MatrixReader } from './index.ts';

let cluster: Cluster;
let reader: MatrixReader;
const port = { port: 80, protocol: 'TCP' } as const;
const deny = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: default}
spec:
  podSelector: {matchLabels: {run: web}}
  ingress:
    - from: [{podSelector: {matchLabels: {run: friend}}}]
`;

beforeAll(() => {
  cluster = boot('two-nodes', { seed: 7 });
  const done = cluster.script(
    [
      'kubectl run web --image=nginx',
      'kubectl run friend --image=nginx',
      'kubectl run other --image=nicolaka/netshoot -- sleep 9999',
      'kubectl wait --for=condition=Ready pod --all && sleep 3',
      'kubectl apply -f -',
    ].join('\n'),
    { stdin: deny },
  );
  expect(done.stderr).toBe('');
  reader = createMatrixReader(cluster, () => boot('two-nodes', { seed: 7 }));
});

const cell = (from: string, to: string, at: MatrixMoment = { when: 'now' }) =>
  reader.row(`default/${from}`, port, at).cells.find((each) => each.to === `default/${to}`);

it('plans who there is, what is listened on, and the policies as they are written', () => {
  const { pods, ports, policies } = reader.plan();
  expect(pods.filter(({ system }) => !system).map(({ short }) => short)).toEqual([
    ...['friend', 'other', 'web'],
  ]);
  expect(ports).toEqual([port]);
  expect(policies.map(({ name }) => name)).toEqual(['default/web']);
  expect(policies[0]?.text).toContain('podSelector:');
  expect(policies[0]?.text).not.toContain('uid:');
});

it('tells what packets do beside what the policies say, and why', () => {
  expect(cell('friend', 'web')).toMatchObject({
    ending: 'delivered',
    allowed: true,
    ingress: { kind: 'rule', policies: ['default/web'], rule: 1, peer: 1 },
    egress: { kind: 'unselected' },
  });
  expect(cell('other', 'web')).toMatchObject({
    allowed: false,
    ingress: { kind: 'isolated', policies: ['default/web'] },
  });
  expect(cell('web', 'other')).toMatchObject({ ending: 'refused', allowed: true });
});

it('looks at other moments on copies, and leaves the cluster as it was', () => {
  const before = cluster.world.store.revision;
  expect(cell('other', 'web', { when: 'open' })?.allowed).toBe(true);
  const supposed = { when: 'supposed' as const, manifest: deny.replace('friend', 'other') };
  expect(cell('other', 'web', supposed)?.allowed).toBe(true);
  expect(cell('friend', 'web', supposed)?.allowed).toBe(false);
  expect(reader.row('default/web', port, { when: 'start' }).cells).toEqual([]);
  expect(cluster.world.store.revision).toBe(before);
});

it('names kind, rule and list of policies of plugins and of administrators', () => {
  const other = boot('two-nodes', { seed: 7 });
  const crd = (name: string) =>
    `kubectl apply -f https://raw.githubusercontent.com/kubernetes-sigs/network-policy-api/main/` +
    `config/crd/${name}/policy.networking.k8s.io_clusternetworkpolicies.yaml`;
  other.script(
    [
      'kubectl run web --image=nginx',
      'kubectl run friend --image=nginx',
      'kubectl run foe --image=nginx',
      'cilium install; cilium status --wait',
      'kubectl delete pod --all --force',
      'for i in web friend foe; do kubectl run $i --image=nginx; done',
      'kubectl wait --for=condition=Ready pod --all && sleep 3',
      crd('standard'),
      'kubectl apply -f -; sleep 3',
    ].join('\n'),
    {
      stdin: `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: default}
spec:
  endpointSelector: {matchLabels: {run: web}}
  ingress:
    - fromEntities: [world]
    - fromEndpoints: [{matchLabels: {run: nobody}}, {matchLabels: {run: friend}}]
  ingressDeny:
    - fromEndpoints: [{matchLabels: {run: foe}}]
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: admin}
spec:
  tier: Admin
  priority: 1
  subject: {pods: {podSelector: {matchLabels: {run: foe}}}}
  ingress:
    - action: Deny
      from: [{pods: {podSelector: {matchLabels: {run: friend}}}}]
`,
    },
  );
  const read = createMatrixReader(other, () => other);
  const of = (from: string, to: string) =>
    read
      .row(`default/${from}`, port, { when: 'now' })
      .cells.find((each) => each.to === `default/${to}`);
  const policies = ['CiliumNetworkPolicy default/web'];
  expect(read.plan().policies.map(({ name }) => name)).toEqual([
    'ClusterNetworkPolicy admin',
    ...policies,
  ]);
  const list = 'fromEndpoints';
  expect(of('friend', 'web')).toMatchObject({
    ending: 'delivered',
    ingress: { kind: 'rule', policies, rule: 2, list, peer: 2, allowed: true },
  });
  expect(of('foe', 'web')).toMatchObject({
    ending: 'dropped',
    ingress: { kind: 'rule', policies, rule: 1, list, peer: 1, denies: true, allowed: false },
  });
  expect(of('friend', 'foe')?.ingress).toMatchObject({
    ...{ kind: 'rule', policies: ['ClusterNetworkPolicy admin'], rule: 1, peer: 1 },
    allowed: false,
  });
});
