// Cilium without kube-proxy: Services from outside, and policies that speak of names.
import { beforeAll, expect, it } from 'vitest';
import { boot } from './boot.ts';

let run: (text: string) => string;
beforeAll(() => {
  const cluster = boot('kubeadm-fresh', { seed: 5 });
  run = (text) => {
    const { stdout, stderr } = cluster.script(text);
    return stdout + stderr;
  };
  run(`kubectl -n kube-system delete daemonset kube-proxy; sleep 2
for n in control-plane worker-1 worker-2; do
  ssh $n 'iptables-save | grep -v KUBE | iptables-restore'
done
cilium install --set k8sServiceHost=192.168.49.2 --set k8sServicePort=6443
cilium status --wait
kubectl run web --image=nginx:1.27 --labels=app=web --port=80 \
  --overrides='{"spec":{"nodeName":"worker-1"}}'
kubectl expose pod web --type=NodePort
kubectl patch svc web -p '{"spec":{"externalIPs":["192.168.49.99"]}}'
kubectl run c --image=nicolaka/netshoot --labels=app=c \
  --overrides='{"spec":{"nodeName":"worker-2"}}' -- sleep infinity
kubectl -n kube-system wait --for=condition=Ready pod -l k8s-app=kube-dns --timeout=60s
kubectl wait --for=condition=Ready pod --all --timeout=60s
sleep 5`);
});

const curl = "curl -s -m 2 -o /dev/null -w '%{http_code}'";
const PORT = "$(kubectl get svc web -o jsonpath='{.spec.ports[0].nodePort}')";

it('balances NodePorts and external addresses at the card, with the client seen only near', () => {
  expect(run('cilium status')).toMatch(/Envoy DaemonSet: +OK/);
  for (const node of [2, 3, 4]) expect(run(`${curl} 192.168.49.${node}:${PORT}`)).toBe('200');
  const log = run('kubectl logs web');
  // Through another node it is that node that asks; at its own the pod sees the client.
  expect(log.match(/^192\.168\.49\.\d+/gm)).toEqual([
    ...['192.168.49.2', '192.168.49.200', '192.168.49.4'],
  ]);
  expect(run(`P=${PORT}; ssh worker-2 "${curl.replaceAll("'", '')} 127.0.0.1:$P"`)).toBe('200');
  expect(run(`ssh worker-1 ${curl} 192.168.49.99`)).toBe('200');
  expect(run('ssh worker-2 iptables-save')).not.toContain('KUBE-SVC');
});

it('lets through what a name was answered with, and refuses other names', () => {
  run(`kubectl apply -f - <<'END'
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: names }
spec:
  endpointSelector: { matchLabels: { app: c } }
  egress:
    - toEndpoints:
        - matchLabels: { "k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns }
      toPorts:
        - ports: [{ port: "53", protocol: ANY }]
          rules: { dns: [{ matchPattern: "*.example.com" }] }
    - toFQDNs: [{ matchName: "www.example.com" }]
END
sleep 3`);
  const code = (to: string) => run(`kubectl exec c -- ping -c 1 -W 1 ${to} | grep received`);
  expect(code('192.168.49.1')).toContain(' 0 received');
  expect(run('kubectl exec c -- dig +short www.example.com')).toBe('192.168.49.1\n');
  expect(code('192.168.49.1')).toContain(' 1 received');
  expect(run('kubectl exec c -- dig www.google.com')).toContain('status: REFUSED');
  const agent =
    'kubectl -n kube-system exec -c cilium-agent $(kubectl -n kube-system get pod ' +
    '-l k8s-app=cilium -o name --field-selector spec.nodeName=worker-2) --';
  expect(run(`${agent} cilium-dbg fqdn cache list`)).toMatch(
    /^Endpoint +Source +FQDN +TTL +ExpirationTime +IPs\n\d+ +lookup +www\.example\.com\. +\d+ +/,
  );
  expect(run(`${agent} hubble observe --protocol dns --from-pod default/c`)).toMatch(
    /dns-request proxy DROPPED \(DNS Query www\.google\.com\. A\)/,
  );
  expect(run(`${agent} hubble observe --to-port 80 --from-pod default/c --verdict DROPPED`)).toBe(
    '',
  );
});
