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
