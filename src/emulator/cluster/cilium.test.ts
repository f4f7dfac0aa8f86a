// Cilium in the place of Flannel: the same policy, first ignored, then enforced.
import { expect, it } from 'vitest';
import { boot } from './boot.ts';

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: only-a }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }]
`;

const HTTP = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: get-root }
spec:
  endpointSelector: { matchLabels: { app: web } }
  ingress:
    - fromEndpoints: [{ matchLabels: { app: a } }]
      toPorts:
        - ports: [{ port: "80", protocol: TCP }]
          rules: { http: [{ method: GET, path: / }] }
`;

it('enforces what Flannel ignored, by identities, and looks into HTTP', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  const run = (text: string) => {
    const { stdout, stderr } = cluster.script(text);
    return stdout + stderr;
  };
  const pods = () => {
    for (const [name, node] of [
      ['a', 'worker-1'],
      ['b', 'worker-1'],
      ['web', 'worker-2'],
    ]) {
      const where = `{"spec":{"nodeName":"${node}"}}`;
      run(`kubectl run ${name} --image=nginx --labels=app=${name} --overrides='${where}'`);
    }
    run('kubectl wait --for=condition=Ready pod --all');
  };
  const ask = (from: string, path = '/') =>
    run(
      `kubectl exec ${from} -- curl -s -m 2 -o /dev/null -w '%{http_code} ' ` +
        `$(kubectl get pod web -o jsonpath='{.status.podIP}')${path}`,
    ).slice(0, 3);
  pods();
  run('kubectl expose pod web --port 80');
  run(`kubectl apply -f - <<'Y'\n${POLICY}Y`);
  expect([ask('a'), ask('b')]).toEqual(['200', '200']);

  run('kubectl delete namespace kube-flannel; cilium install; cilium status --wait');
  expect(run('ssh worker-1 ls /etc/cni/net.d')).toBe(
    '05-cilium.conflist\n10-flannel.conflist.cilium_bak\n',
  );
  run('kubectl delete pod --all; kubectl -n kube-system delete pod -l k8s-app=kube-dns');
  pods();
  run('sleep 5');
  expect([ask('a'), ask('b')]).toEqual(['200', '000']);
  expect(run('ssh worker-1 ip route')).toMatch(
    /^10\.244\.2\.0\/24 via (\S+) dev cilium_host proto kernel src \1/m,
  );
  // Services are translated at the socket, and names are resolved.
  const web = "kubectl exec a -- curl -s -m 2 -o /dev/null -w '%{http_code}' web";
  expect(run(web)).toBe('200');
  const agent = `kubectl -n kube-system exec -c cilium-agent $(kubectl -n kube-system get pod \
-l k8s-app=cilium --field-selector spec.nodeName=worker-2 -o name) --`;
  const dropped = run(`${agent} hubble observe --verdict DROPPED`).replaceAll(/\d+/g, 'N');
  expect(dropped).toContain(
    'default/b:N (ID:N) -> default/web:N (ID:N) Policy denied DROPPED (TCP Flags: SYN)',
  );
  expect(run(`${agent} cilium-dbg bpf policy get --all`)).toMatch(/Allow +Ingress +k8s:app=a/);

  run(`kubectl delete networkpolicy only-a; kubectl apply -f - <<'Y'\n${HTTP}Y\nsleep 1`);
  expect([ask('a'), ask('a', '/secret'), ask('b')]).toEqual(['200', '403', '000']);
  // A dead agent leaves the maps in force, but no new pod comes up.
  run('kubectl -n kube-system delete ds cilium; sleep 3');
  expect([ask('a'), ask('b')]).toEqual(['200', '000']);
  run(`kubectl run late --image=nginx --overrides='{"spec":{"nodeName":"worker-1"}}'; sleep 2`);
  expect(run('kubectl describe pod late')).toContain('unable to connect to Cilium agent');
});
