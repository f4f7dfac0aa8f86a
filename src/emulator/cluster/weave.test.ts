// Weave Net on a cluster that has no network yet.
import { expect, it } from 'vitest';
import { boot } from './boot.ts';

const WEAVE =
  'https://github.com/weaveworks/weave/releases/download/v2.8.1/weave-daemonset-k8s.yaml';

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: only-a }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }]
`;

it('makes one segment of all nodes, gives addresses from its ring, and keeps policies', () => {
  const cluster = boot('kubeadm-fresh', { seed: 7 });
  const run = (text: string) => {
    const { stdout, stderr } = cluster.script(text);
    return stdout + stderr;
  };
  run(`kubectl apply -f ${WEAVE}; sleep 20`);
  for (const [name, node] of [
    ['a', 'worker-1'],
    ['b', 'worker-1'],
    ['web', 'worker-2'],
  ]) {
    const where = `{"spec":{"nodeName":"${node}"}}`;
    run(`kubectl run ${name} --image=nginx --labels=app=${name} --overrides='${where}'`);
  }
  run('kubectl wait --for=condition=Ready pod --all; kubectl expose pod web --port 80');
  run('kubectl -n kube-system wait --for=condition=Ready pod -l k8s-app=kube-dns; sleep 2');
  // A first look-up may lose one of its two answers: both wait for the same neighbour, each
  // with a translation of its own, as in Linux. It is the resolver's second try that counts.
  run('kubectl exec b -- getent hosts web; kubectl exec b -- getent hosts web');
  const addresses = run("kubectl get pods -o jsonpath='{.items[*].status.podIP}'").split(' ');
  expect(addresses.map((ip) => ip.split('.').slice(0, 3).join('.'))).toEqual([
    '10.38.0',
    '10.38.0',
    '10.43.0',
  ]);
  const web = addresses[2] ?? '';
  const ask = (from: string, to: string) =>
    run(`kubectl exec ${from} -- curl -s -m 2 -o /dev/null -w '%{http_code} ' ${to}`).slice(0, 3);
  expect([ask('a', web), ask('b', 'web')]).toEqual(['200', '200']);
  const weave = 'kubectl -n kube-system exec ds/weave-net -c weave -- /home/weave/weave --local';
  expect(run(`${weave} status`)).toContain('Connections: 2 (2 established)');
  expect(run(`${weave} status ipam`)).toMatch(/control-plane\) +393216 IPs \(37\.5% of total\)/);
  run(`kubectl apply -f - <<'Y'\n${POLICY}Y\nsleep 1`);
  // By address: kube-proxy's clusterCIDR is not Weave's range, so it masquerades the Service.
  expect([ask('a', web), ask('b', web)]).toEqual(['200', '000']);
});
