import { expect, it } from 'vitest';
import { boot } from '../../../emulator/cluster/boot.ts';
import type { CheckContext } from '../check.ts';
import { checkVerbs } from '../catalog.ts';

it('asks hidden pods too, in namespaces and on nodes of their own, over TCP and UDP', () => {
  const cluster = boot('two-nodes', { seed: 5 });
  cluster.script('kubectl run web --image=nginx');
  cluster.script('kubectl expose pod web --port=80');
  cluster.settle(30_000_000);
  const context = { cluster, copy: () => cluster.fork()! } as unknown as CheckContext;
  const probes = [
    { name: 'dev/ghost', namespaceLabels: { team: 'dev' }, labels: { app: 'web' } },
    { name: 'default/on-node', hostNetwork: true, node: 'worker-1' },
    { name: 'default/server', listens: [8080] },
  ];
  const judge = (open: string[], ignore: string[] = []) => {
    const verb = checkVerbs.get('matrix')!;
    const to = ['web.default:80', 'pod/default/server:8080', 'kube-dns.kube-system:53/udp'];
    return verb.judge(
      verb.args.parse({ from: ['default/web'], probes, to, open, ignore }),
      context,
    );
  };
  expect(judge(['* -> *']).seen).toEqual({ name: 'seen.matrix', slots: { pairs: '12' } });
  const tooMuch = judge(['default/web -> *']);
  expect(tooMuch).toMatchObject({ pass: false, seen: { name: 'seen.open-hidden' } });
  expect(tooMuch.seen.slots?.['from']).toBe('dev/ghost');
  expect(judge(['default/web -> *'], ['dev/ghost -> *']).seen.slots?.['from']).toBe(
    'default/on-node',
  );
  const shut = judge(['* -> *', 'default/web -> web.default:81'], []);
  expect(shut.pass).toBe(true);
});
