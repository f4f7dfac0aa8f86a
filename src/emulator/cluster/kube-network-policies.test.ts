// kube-network-policies beside Flannel: it enforces through the rules that nft prints.
import { beforeAll, expect, it } from 'vitest';
import { boot } from './boot.ts';

const RAW = 'https://raw.githubusercontent.com/kubernetes-sigs';
const INSTALL = `${RAW}/kube-network-policies/main/install.yaml`;
const INSTALL_CNP = `${RAW}/kube-network-policies/main/install-cnp.yaml`;
const CRD =
  `${RAW}/network-policy-api/v0.1.7/config/crd/experimental/` +
  'policy.networking.k8s.io_clusternetworkpolicies.yaml';
const PODS = `
kubectl create namespace shop
kubectl -n shop run db --image=nginx:1.27 --labels=app=db --port=80 \
  --overrides='{"spec":{"nodeName":"worker-1"}}'
kubectl -n shop expose pod db
for app in api stranger; do
  kubectl -n shop run $app --image=nicolaka/netshoot --labels=app=$app -- sleep infinity
done
kubectl -n shop wait --for=condition=Ready pod --all --timeout=60s
`;
const POLICY = `
kubectl apply -f - <<'END'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 80 }] }]
END
sleep 3
`;

function typed() {
  const cluster = boot('two-nodes', { seed: 11 });
  return (text: string) => {
    const { stdout, stderr } = cluster.script(text);
    return stdout + stderr;
  };
}

const ADDRESS = '$(kubectl -n shop get pod db -o jsonpath={.status.podIP})';
const curl = (from: string, to = 'db') =>
  `kubectl -n shop exec ${from} -- curl -s -m 2 -o /dev/null -w '%{http_code}' ${to}`;

let run: (text: string) => string;
beforeAll(() => {
  run = typed();
  run(`${PODS}kubectl apply -f ${INSTALL}`);
  run('kubectl -n kube-system rollout status ds kube-network-policies --timeout=60s');
  run(POLICY);
});

it('asks user space about first packets of the pods that policies select', () => {
  expect([run(curl('api')), run(curl('stranger')).slice(0, 3)]).toEqual(['200', '000']);
  const table = run('ssh worker-1 nft list table inet kube-network-policies');
  expect(table).toMatch(/elements = \{ 10\.244\.1\.\d+ \}/);
  expect(table).toContain('\t\tip daddr @podips-v4 queue flags bypass to 98\n');
  expect(table).toContain('\t\tct label 28 ct state established,related counter packets ');
  expect(run('ssh worker-1 cat /proc/net/netfilter/nfnetlink_queue')).toMatch(
    /^ {3}98 +\d+ {5}0 2 {3}128 {5}0 {5}0 +\d+ {2}1\n$/,
  );
  // Probes come from the node's root, whom the rules let through.
  expect(run(`ssh worker-1 curl -s -m 2 -o /dev/null -w '%{http_code}' ${ADDRESS}`)).toBe('200');
  const pod = '--field-selector spec.nodeName=worker-1 -l k8s-app=kube-network-policies';
  const log = run(`kubectl -n kube-system logs $(kubectl -n kube-system get pod ${pod} -o name)`);
  expect(log).toMatch(/"Evaluating packet" id=\d+ srcPod="shop\/stranger" dstPod="shop\/db"/);
  expect(log).toMatch(/"Packet denied by ingress policy" id=\d+/);
});

it('leaves its table behind, which lets everything pass when nobody listens', () => {
  expect(run(`kubectl delete -f ${INSTALL}; sleep 10`)).toContain('daemonset.apps');
  expect(run('ssh worker-1 nft list tables')).toContain('table inet kube-network-policies');
  expect(run(curl('stranger'))).toBe('200');
  run('ssh worker-1 nft delete table inet kube-network-policies');
  expect(run('ssh worker-1 nft list tables')).not.toContain('kube-network-policies');
});

it('enforces tiers of ClusterNetworkPolicy with the other image, domain names among them', () => {
  expect(run(`kubectl apply -f ${CRD} -f ${INSTALL_CNP}`)).toContain(
    'customresourcedefinition.apiextensions.k8s.io/' +
      'clusternetworkpolicies.policy.networking.k8s.io created',
  );
  run('kubectl -n kube-system rollout status ds kube-network-policies --timeout=60s');
  const policy = (name: string, spec: string) =>
    `apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\n` +
    `metadata: { name: ${name} }\nspec: ${spec}\n`;
  const shop = '{ namespaces: { matchLabels: { kubernetes.io/metadata.name: shop } } }';
  const everybody = '{ namespaces: {} }';
  const apply = (text: string) => run(`kubectl apply -f - <<'END'\n${text}END\nsleep 3`);
  apply(
    policy(
      'admin',
      `{ tier: Admin, priority: 10, subject: ${shop}, ingress: [{ action: Accept, ` +
        `from: [{ pods: { podSelector: { matchLabels: { app: stranger } } } }] }] }`,
    ),
  );
  expect(run('kubectl get cnp')).toMatch(/^NAME +TIER +PRIORITY +AGE\nadmin +Admin +10 +/);
  // The administrator's word comes before the namespace's own.
  expect(run(curl('stranger'))).toBe('200');
  expect(run('kubectl delete cnp admin; sleep 3') && run(curl('stranger')).slice(0, 3)).toBe('000');
  apply(
    policy(
      'baseline',
      `{ tier: Baseline, priority: 1, subject: ${shop}, egress: [` +
        `{ action: Accept, to: [{ domainNames: ["*.example.com"] }] },` +
        `{ action: Accept, to: [{ ${everybody.slice(2)}] },` +
        `{ action: Deny, to: [{ networks: [0.0.0.0/0] }] }] }`,
    ),
  );
  expect(run(curl('api'))).toBe('200');
  expect(run('ssh worker-1 nft list tables')).toContain('inet kube-network-policies-dnscache');
  expect(apply(policy('bad', `{ tier: Middle, priority: 1, subject: ${shop} }`))).toContain(
    'spec.tier: Unsupported value: "Middle": supported values: "Admin", "Baseline"',
  );
});
