// Calico by its operator: custom resources instead of a manifest.
import { expect, it } from 'vitest';
import { boot } from './boot.ts';

const V = 'https://raw.githubusercontent.com/projectcalico/calico/v3.26.4/manifests';

it('makes calico-system of an Installation, and says in a TigeraStatus how it goes', () => {
  const cluster = boot('kubeadm-fresh', { seed: 3 });
  const run = (text: string) => {
    const { stdout, stderr } = cluster.script(text);
    return stdout + stderr;
  };
  run(`kubectl create -f ${V}/tigera-operator.yaml`);
  run('kubectl -n tigera-operator rollout status deployment/tigera-operator --timeout=60s');
  run(`kubectl create -f ${V}/custom-resources.yaml; sleep 3`);
  const degraded = `kubectl get tigerastatus calico -o jsonpath='{.status.conditions[1].message}'`;
  expect(run(degraded)).toBe(
    'Invalid Installation provided: Could not resolve CalicoNetwork IPPool and kubeadm ' +
      "configuration: IPPool 192.168.0.0/16 is not within the platform's configured pod " +
      'network CIDR(s) [10.244.0.0/16]',
  );
  const pools = '[{"cidr":"10.244.0.0/16","encapsulation":"VXLANCrossSubnet"}]';
  const patch = `{"spec":{"calicoNetwork":{"ipPools":${pools}}}}`;
  run(`kubectl patch installation default --type=merge -p '${patch}'`);
  run('kubectl wait --for=condition=Available tigerastatus/calico --timeout=120s');
  expect(run('kubectl get tigerastatus')).toMatch(/calico +True +False +False /);
  const pods = run('kubectl -n calico-system get pods --no-headers');
  for (const [name, count] of [
    ['calico-node', 3],
    ['calico-typha', 2],
    ['calico-kube-controllers', 1],
    ['csi-node-driver', 3],
  ] as const) {
    expect(pods.match(new RegExp(`^${name}-\\S+ +\\d/\\d +Running`, 'gm'))).toHaveLength(count);
  }
  expect(run('kubectl get nodes --no-headers').match(/ Ready /g)).toHaveLength(3);
  expect(run('ssh worker-1 ip route')).toMatch(/^10\.244\.\S+\/26 via .* dev eth0 proto bird $/m);
  run('kubectl -n calico-system delete daemonset calico-node; sleep 5');
  expect(run('kubectl -n calico-system get daemonset calico-node --no-headers')).toMatch(/ 3 /);
  run('kubectl delete installation default; sleep 20');
  expect(run('kubectl -n calico-system get daemonsets')).toContain('No resources found');
});
