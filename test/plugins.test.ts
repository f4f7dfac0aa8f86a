// One session in one terminal: the same policy, ignored by Flannel, enforced by Calico after a
// swap, and by Cilium after another; each plugin with its own routes, and its own rules or none.
import { expect, it } from 'vitest';
import { boot } from '../src/emulator/cluster/boot.ts';

const PODS = `
kubectl -n shop delete pod --all --force --grace-period=0
kubectl -n shop run db --image=nginx:1.27 --labels=app=db --port=80
for app in api stranger; do
  kubectl -n shop run $app --image=nicolaka/netshoot --labels=app=$app -- sleep infinity
done
kubectl -n kube-system rollout restart deployment coredns
kubectl -n kube-system rollout status deployment coredns --timeout=120s
kubectl -n shop wait --for=condition=Ready pod --all --timeout=90s
sleep 5
`;
const POLICY = `
kubectl apply -f - <<'END'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }] }]
END
sleep 2
`;
const WEAVE =
  'https://github.com/weaveworks/weave/releases/download/v2.8.1/weave-daemonset-k8s.yaml';
const NETPOL =
  'https://raw.githubusercontent.com/kubernetes-sigs/kube-network-policies/main/install.yaml';
const NODES = 'control-plane worker-1 worker-2';
const CALICO =
  'https://raw.githubusercontent.com/projectcalico/calico/v3.26.4/manifests/calico.yaml';

it('ignores with Flannel what Calico enforces, and Cilium', () => {
  const cluster = boot('two-nodes', { seed: 5 });
  const run = (text: string) => {
    const { stdout, stderr } = cluster.script(text);
    return stdout + stderr;
  };
  const curl = "curl -s -m 2 -o /dev/null -w '%{http_code}' db";
  const ask = (from: string) => run(`kubectl -n shop exec ${from} -- ${curl}`).slice(0, 3);
  const routes = () => run('ssh worker-1 ip route');
  const rules = () => Number(run("ssh worker-1 iptables-save | grep -c '^-A cali-'"));
  const onNodes = (text: string) => run(`for n in ${NODES}; do ssh $n '${text}'; done`);

  run(`kubectl create namespace shop; ${PODS}kubectl -n shop expose pod db`);
  run(POLICY);
  expect([ask('api'), ask('stranger')]).toEqual(['200', '200']);
  expect(routes()).toMatch(/^10\.244\.1\.0\/24 dev cni0 /m);
  expect(rules()).toBe(0);

  run('kubectl delete namespace kube-flannel');
  onNodes('ip link delete cni0; iptables -t nat -F FLANNEL-POSTRTG');
  onNodes('rm -f /etc/cni/net.d/10-flannel.conflist');
  run(`kubectl apply -f ${CALICO}`);
  run('kubectl -n kube-system rollout status daemonset calico-node --timeout=120s');
  run(PODS);
  expect([ask('api'), ask('stranger')]).toEqual(['200', '000']);
  expect(routes()).toMatch(/ dev tunl0 proto bird onlink/);
  expect(routes()).toMatch(/ dev cali[0-9a-f]{11} scope link/);
  expect(rules()).toBeGreaterThan(20);

  run(`kubectl delete -f ${CALICO}`);
  onNodes('iptables-save | grep -v cali | iptables-restore; ip route flush proto bird');
  onNodes('for l in $(ip -o link | grep -o "cali[0-9a-f]*"); do ip link delete $l; done');
  onNodes('rm -f /etc/cni/net.d/10-calico.conflist; ip link set tunl0 down');
  run('cilium install; cilium status --wait');
  run(PODS);
  expect([ask('api'), ask('stranger')]).toEqual(['200', '000']);
  expect(routes()).toMatch(/ dev cilium_host proto kernel src /);
  expect(routes()).not.toMatch(/bird/);
  expect(rules()).toBe(0);
  const agent = '$(kubectl -n kube-system get pod -l k8s-app=cilium -o name | head -1)';
  const tool = `kubectl -n kube-system exec -c cilium-agent ${agent} -- cilium-dbg`;
  expect(run(`${tool} endpoint list`)).toMatch(/POLICY \(ingress\)/);
  // Cilium puts the other configurations aside, and what the others made on the nodes is there yet.
  expect(run('ssh worker-1 ls /etc/cni/net.d')).toMatch(
    /^05-cilium\.conflist\ncalico-kubeconfig\n$/,
  );
  expect(run('ssh worker-1 ip -br link')).toMatch(/^tunl0@NONE +DOWN/m);

  run('cilium uninstall; sleep 2');
  onNodes('rm -f /etc/cni/net.d/05-cilium.conflist; ip link delete cilium_vxlan');
  onNodes('ip link delete cilium_host; iptables-save | grep -v CILIUM | iptables-restore');
  run(`kubectl apply -f ${WEAVE}; kubectl -n kube-system rollout status ds weave-net`);
  run(PODS);
  // By address: kube-proxy takes Weave's range for outside, and masquerades what is for a Service.
  const db = "$(kubectl -n shop get pod db -o jsonpath='{.status.podIP}')";
  const reach = (from: string) =>
    run(`kubectl -n shop exec ${from} -- ${curl.replace(/ db$/, '')} ${db}`).slice(0, 3);
  expect([reach('api'), reach('stranger')]).toEqual(['200', '000']);
  expect(routes()).toMatch(/^10\.32\.0\.0\/12 dev weave /m);
  expect(routes()).not.toMatch(/cilium/);
});

it('Flannel enforces with kube-network-policies beside it, and not without', () => {
  const cluster = boot('two-nodes', { seed: 6 });
  const run = (text: string) => {
    const { stdout, stderr } = cluster.script(text);
    return stdout + stderr;
  };
  const curl = "curl -s -m 2 -o /dev/null -w '%{http_code}' db";
  const ask = (from: string) => run(`kubectl -n shop exec ${from} -- ${curl}`).slice(0, 3);
  run(`kubectl create namespace shop; ${PODS}kubectl -n shop expose pod db`);
  run(POLICY);
  expect(ask('stranger')).toBe('200');
  run(`kubectl apply -f ${NETPOL}; sleep 10`);
  expect([ask('api'), ask('stranger')]).toEqual(['200', '000']);
  expect(run('ssh worker-1 nft list tables')).toContain('table inet kube-network-policies');
  run(`kubectl delete -f ${NETPOL}; sleep 10`);
  expect(ask('stranger')).toBe('200');
});
