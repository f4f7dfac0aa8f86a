// A cluster with IPv4 and IPv6: nodes, pods, Services in each mode of kube-proxy, names, policies.
import { beforeAll, expect, it } from 'vitest';
import { boot } from './boot.ts';

const PODS = `
kubectl run web --image=nginx:1.27 --labels=app=web \
  --overrides='{"spec":{"nodeName":"worker-1"}}'
for app in client foe; do
  kubectl run $app --image=nicolaka/netshoot --labels=app=$app \
    --overrides='{"spec":{"nodeName":"worker-2"}}' -- sleep infinity
done
kubectl wait --for=condition=Ready pod --all --timeout=60s
kubectl create -f - <<'END'
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  type: NodePort
  ipFamilyPolicy: PreferDualStack
  ports: [{ port: 80, nodePort: 30080 }]
END
sleep 2
`;

let run: (text: string) => string;
beforeAll(() => {
  const cluster = boot('two-nodes-dual-stack', { seed: 7 });
  run = (text) => {
    const { stdout, stderr } = cluster.script(text);
    return stdout + stderr;
  };
  run(PODS);
});

const code = (from: string, family: 4 | 6) =>
  run(`kubectl exec ${from} -- curl -${family} -s -m 3 -o /dev/null -w '%{http_code}' web`).slice(
    0,
    3,
  );

it('gives nodes, pods and Services an address of each family', () => {
  expect(run('kubectl get node worker-1 -o jsonpath="{.spec.podCIDRs}"')).toBe(
    '["10.244.1.0/24","fd00:10:244:1::/64"]',
  );
  expect(run('kubectl get pod web -o jsonpath="{.status.podIPs} {.status.hostIPs}"')).toBe(
    '[{"ip":"10.244.1.2"},{"ip":"fd00:10:244:1::2"}] ' +
      '[{"ip":"192.168.49.3"},{"ip":"fd00:49::3"}]',
  );
  expect(run('kubectl get svc web -o jsonpath="{.spec.ipFamilies} {.spec.clusterIPs[1]}"')).toMatch(
    /^\["IPv4","IPv6"\] fd00:10:96::[0-9a-f]+$/,
  );
  expect(run('kubectl get endpointslices -l kubernetes.io/service-name=web')).toMatch(
    /IPv6 +80 +fd00:10:244:1::2 /,
  );
  expect(run('kubectl exec client -- cat /etc/hosts')).toContain('fd00:10:244:2::2\tclient\n');
  expect(run('kubectl exec client -- ip -6 route')).toContain(
    'default via fd00:10:244:2::1 dev eth0 metric 1024 pref medium\n',
  );
  expect(run('ssh worker-1 ip -6 route')).toContain(
    'fd00:10:244:2::/64 via fd00:49::4 dev eth0 metric 1024 pref medium\n',
  );
  expect(run('kubectl exec client -- ping6 -c 1 fd00:10:244:1::2')).toContain(
    '64 bytes from fd00:10:244:1::2: icmp_seq=1 ttl=62 ',
  );
  expect(run('kubectl exec client -- dig +short AAAA web.default.svc.cluster.local')).toMatch(
    /^fd00:10:96::[0-9a-f]+\n$/,
  );
});

it('balances both families in each mode of kube-proxy, on NodePorts too', () => {
  const all = () => [
    code('client', 4),
    code('client', 6),
    run(`curl -s -m 3 -o /dev/null -w '%{http_code}' 'http://[fd00:49::4]:30080'`),
  ];
  expect(all()).toEqual(['200', '200', '200']);
  for (const mode of ['ipvs', 'nftables']) {
    run(
      `kubectl -n kube-system get cm kube-proxy -o yaml | sed 's/mode: .*/mode: "${mode}"/' | ` +
        'kubectl apply -f -; kubectl -n kube-system rollout restart ds kube-proxy; ' +
        'kubectl -n kube-system rollout status ds kube-proxy; sleep 3',
    );
    expect([mode, ...all()]).toEqual([mode, '200', '200', '200']);
  }
});

it('carries IPv6 over a vxlan of its own, and asks policies about it', () => {
  run(
    'kubectl -n kube-flannel get cm kube-flannel-cfg -o yaml | ' +
      `sed 's/"Type": "host-gw"/"Type": "vxlan"/' | kubectl apply -f -; ` +
      'kubectl -n kube-flannel rollout restart ds kube-flannel-ds; ' +
      'kubectl -n kube-flannel rollout status ds kube-flannel-ds; sleep 2',
  );
  expect(run('ssh worker-2 ip -6 route')).toContain(
    'fd00:10:244:1::/64 via fd00:10:244:1:: dev flannel-v6.1 metric 1024 onlink pref medium\n',
  );
  const install =
    'https://raw.githubusercontent.com/kubernetes-sigs/kube-network-policies/main/install.yaml';
  run(`kubectl apply -f ${install}; sleep 8`);
  run(`kubectl apply -f - <<'END'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: client } } }] }]
END
sleep 3`);
  expect(run('ssh worker-1 nft list set inet kube-network-policies podips-v6')).toContain(
    'elements = { fd00:10:244:1::2 }',
  );
  expect([code('client', 6), code('client', 4), code('foe', 6), code('foe', 4)]).toEqual([
    ...['200', '200', '000', '000'],
  ]);
});
