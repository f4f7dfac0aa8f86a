// A cluster whose network is Calico: addresses, routes and policies, as packets meet them.
import { beforeAll, expect, it } from 'vitest';
import { compile } from '../policy/compile.ts';
import { networkPolicy, type NetworkPolicyObject } from '../policy/kinds/networkpolicy.ts';
import { namespaceOf, podOf, type PodObject } from '../policy/objects.ts';
import { verdict } from '../policy/verdict.ts';
import type { Cluster } from './api.ts';
import { boot } from './boot.ts';

const PODS = ['x/a', 'x/b', 'y/a', 'y/b', 'z/a'];
let cluster: Cluster;

function run(text: string): string {
  const { stdout, stderr } = cluster.script(text);
  return stdout + stderr;
}

beforeAll(() => {
  cluster = boot('two-nodes-calico', { seed: 7 });
  for (const name of ['x', 'y', 'z']) {
    run(`kubectl create ns ${name}; kubectl label ns ${name} ns=${name}`);
  }
  for (const pod of PODS) {
    const [namespace, name] = pod.split('/');
    run(`kubectl run -n ${namespace} ${name} --image=nginx --labels=pod=${name}`);
  }
  run('sleep 15');
});

it('gives addresses out of blocks, and tells the nodes the way to each', () => {
  expect(run('calicoctl get ippools')).toMatch(/^default-ipv4-ippool +10\.244\.0\.0\/16 +all\(\)/m);
  const blocks = run('kubectl get ipamblocks -o jsonpath="{.items[*].spec.cidr}"')
    .trim()
    .split(' ');
  expect(blocks).toHaveLength(3);
  const routes = run('ssh worker-1 ip route');
  const [own] = /(?<=blackhole )\S+(?= proto bird)/.exec(routes) ?? [];
  expect(blocks).toContain(own);
  for (const block of blocks) if (block !== own) expect(routes).toContain(`${block} via `);
  expect(routes.match(/dev tunl0 proto bird onlink/g)).toHaveLength(2);
  expect(run('ssh worker-1 calicoctl node status').match(/Established/g)).toHaveLength(2);
});

/** NetworkPolicies that differ in what they ask: pods, namespaces, both, ports, a network. */
const policies: readonly NetworkPolicyObject['spec'][] = [
  { podSelector: {}, policyTypes: ['Ingress'] },
  { podSelector: { matchLabels: { pod: 'a' } }, ingress: [{ from: [{ podSelector: {} }] }] },
  {
    podSelector: {},
    ingress: [
      { from: [{ namespaceSelector: { matchLabels: { ns: 'y' } } }], ports: [{ port: 80 }] },
      { from: [{ podSelector: { matchLabels: { pod: 'a' } }, namespaceSelector: {} }] },
    ],
  },
  { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }] }] },
  { podSelector: {}, ingress: [{ ports: [{ port: 81 }] }] },
  {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.244.16.0/24'] } }] }],
  },
];

it.each(policies.map((spec, at) => [at + 1, spec] as const))(
  'policy %i: packets get through exactly where the compiler says so',
  (_number, spec) => {
    const object = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'tested', namespace: 'x' },
      spec,
    };
    run(`kubectl apply -f - <<'END'\n${JSON.stringify(object)}\nEND`);
    run('sleep 2');
    const list = (kind: string) =>
      (JSON.parse(run(`kubectl get ${kind} -A -o json`)) as { readonly items: readonly never[] })
        .items;
    const compiled = compile({
      policies: [networkPolicy(object)],
      pods: list('pods').flatMap((pod: PodObject) => podOf(pod) ?? []),
      namespaces: list('namespaces').map(namespaceOf),
    });
    const got: string[] = [];
    const wanted: string[] = [];
    for (const from of PODS) {
      for (const to of PODS) {
        if (from === to) continue;
        const [namespace, name] = from.split('/');
        const address = compiled.pods.get(to)?.pod.addresses[0];
        const curl = `kubectl exec -n ${namespace} ${name} -- curl -so /dev/null -m 1 ${address}`;
        const { exit } = cluster.script(curl);
        got.push(`${from} → ${to}: ${exit === 0}`);
        const flow = { source: { pod: from }, destination: { pod: to } };
        const { allowed } = verdict(compiled, { ...flow, protocol: 'TCP', port: 80 });
        wanted.push(`${from} → ${to}: ${allowed}`);
      }
    }
    expect(got).toEqual(wanted);
    run('kubectl delete networkpolicy -n x tested; sleep 1');
  },
);

it("applies Calico's own policies, in their order", () => {
  const policy = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: no-z}
spec:
  order: 10
  selector: pod == 'a'
  types: [Ingress]
  ingress:
  - {action: Deny, protocol: TCP, source: {namespaceSelector: ns == 'z'}}
  - {action: Allow}`;
  expect(run(`calicoctl apply -f - <<'END'\n${policy}\nEND`)).toBe(
    "Successfully applied 1 'GlobalNetworkPolicy' resource(s)\n",
  );
  expect(run('calicoctl get gnp; sleep 2')).toMatch(/^NAME +\nno-z +$/m);
  const address = run('kubectl get pod -n x a -o jsonpath="{.status.podIP}"').trim();
  const asked = (pod: string) =>
    run(`kubectl exec -n ${pod} -- curl -so /dev/null -m 1 -w '%{http_code}' ${address}`);
  expect(asked('z a')).toContain('000');
  expect(asked('y a')).toBe('200');
});

it('wraps packets between nodes as the pool says', () => {
  const pool = (spec: string) =>
    run(`calicoctl patch ippool default-ipv4-ippool -p '{"spec":{${spec}}}'; sleep 3`);
  const between = () => /^\S+ via \S+ dev (\S+) .*$/m.exec(run('ssh worker-1 ip route | grep /26'));
  const others = run('kubectl get pods -A -o wide --no-headers | grep worker-2').split('\n');
  const address = /10\.244\.\d+\.\d+/.exec(others.join('\n'))?.[0];
  const asked = () => run(`ssh worker-1 curl -so /dev/null -m 2 -w '%{http_code}' ${address}`);
  expect(pool('"ipipMode":"Never"')).toBe("Successfully patched 1 'IPPool' resource\n");
  expect(between()?.[0]).toMatch(/ dev eth0 proto bird/);
  expect(asked()).toBe('200');
  pool('"vxlanMode":"Always"');
  expect(between()?.[0]).toMatch(/ dev vxlan\.calico onlink/);
  expect(asked()).toBe('200');
  pool('"vxlanMode":"Never","ipipMode":"Always"');
  expect(between()?.[1]).toBe('tunl0');
});

it('speaks BGP as its configuration says: without a mesh, through a reflector', () => {
  const apply = (...documents: readonly string[]) =>
    run(`calicoctl apply -f - <<'END'\n${documents.join('\n---\n')}\nEND`);
  const object = (kind: string, name: string, spec: string) =>
    `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec}}`;
  const routes = () => run('ssh worker-1 ip route').match(/^\S+ via \S+ dev tunl0/gm)?.length ?? 0;
  apply(object('BGPConfiguration', 'default', 'nodeToNodeMeshEnabled: false'));
  expect(run('sleep 3; ssh worker-1 calicoctl node status')).toContain('No IPv4 peers found.');
  expect(routes()).toBe(0);
  run('kubectl label node control-plane rr=true');
  apply(
    object('BGPPeer', 'up', 'nodeSelector: "!has(rr)", peerSelector: has(rr)'),
    object('BGPPeer', 'down', 'nodeSelector: has(rr), peerSelector: all()'),
  );
  expect(run('sleep 15; ssh worker-1 calicoctl node status')).toMatch(/node specific \| up/);
  expect(routes()).toBe(1);
  run('kubectl annotate node control-plane projectcalico.org/RouteReflectorClusterID=1.0.0.1');
  run('sleep 3');
  expect(routes()).toBe(2);
});

it('is fetched by curl as by kubectl, on machines alone', () => {
  const url =
    'https://raw.githubusercontent.com/projectcalico/calico/v3.26.4/manifests/calico.yaml';
  expect(run(`curl -sO ${url}; grep -c image: calico.yaml`)).toBe('5\n');
  expect(run(`kubectl exec -n z a -- curl -sS ${url}`)).toContain('Could not resolve host');
});
