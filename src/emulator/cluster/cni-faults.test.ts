// Network plugins that fail: what pods, events, logs and routes say of it.
import { expect, it } from 'vitest';
import { boot } from './boot.ts';

function typed(topology: string) {
  const cluster = boot(topology, { seed: 7 });
  return (text: string) => {
    const { stdout, stderr } = cluster.script(text);
    return stdout + stderr;
  };
}

const CALICO =
  'https://raw.githubusercontent.com/projectcalico/calico/v3.26.4/manifests/calico.yaml';
const WEAVE =
  'https://github.com/weaveworks/weave/releases/download/v2.8.1/weave-daemonset-k8s.yaml';
const messages = (reason: string) =>
  `kubectl get events --field-selector reason=${reason} ` +
  `-o jsonpath='{range .items[*]}{.message}{"\\n"}{end}'`;

it('a silent BGP peer loses its routes with the hold time, and has them again afterwards', () => {
  const run = typed('two-nodes-calico');
  const block = (flag: string) =>
    run(
      `ssh worker-1 'iptables ${flag} INPUT -p tcp --dport 179 -j DROP; ` +
        `iptables ${flag} OUTPUT -p tcp --dport 179 -j DROP'`,
    );
  const route = () => run('ssh worker-2 ip route').match(/ via 192\.168\.49\.3 dev tunl0/g);
  expect(route()).toHaveLength(1);
  block('-I');
  run('sleep 300');
  expect(route()).toBeNull();
  expect(run('ssh worker-2 calicoctl node status')).toMatch(
    /\| 192\.168\.49\.3 \| node-to-node mesh \| start \| \S+ \| (Active|Connect) .*\|/,
  );
  expect(run('kubectl -n kube-system get pods -l k8s-app=calico-node --no-headers')).toMatch(
    / 0\/1 /,
  );
  block('-D');
  run('sleep 90');
  expect(route()).toHaveLength(1);
});

it("Calico's plugin comes no further once its account is gone, and another takes over", () => {
  const run = typed('two-nodes-calico');
  run('kubectl run a --image=nginx:1.27; kubectl wait --for=condition=Ready pod a');
  run(`kubectl delete -f ${CALICO}; sleep 2; kubectl run b --image=nginx:1.27; sleep 5`);
  const why = 'error getting ClusterInformation: connection is unauthorized: Unauthorized';
  expect(run(messages('FailedCreatePodSandBox'))).toContain(
    `plugin type="calico" failed (add): ${why}`,
  );
  run('kubectl delete pod a --wait=false; sleep 40');
  expect(run('kubectl get pods --no-headers')).toMatch(/a +0\/1 +Terminating/);
  expect(run(messages('FailedKillPod'))).toContain(
    `plugin type=\\"calico\\" failed (delete): ${why}`,
  );
  run(`kubectl apply -f ${WEAVE}; kubectl -n kube-system rollout status ds weave-net`);
  // Of two configurations the first by name counts: Calico's, until it is taken away.
  expect(run('kubectl get pod b --no-headers')).toContain('ContainerCreating');
  run(`for n in control-plane worker-1 worker-2; do
  ssh $n rm -f /etc/cni/net.d/10-calico.conflist
done; sleep 25`);
  expect(run('kubectl get pods -o wide --no-headers')).toMatch(
    /^b +1\/1 +Running +\d+ +\S+ +10\.(3|4)/,
  );
});

it('flanneld ends where its network does not hold the range of its node', () => {
  const run = typed('two-nodes');
  run(`kubectl -n kube-flannel get cm kube-flannel-cfg -o yaml | sed 's/10.244.0.0/10.99.0.0/' |
  kubectl apply -f -; kubectl -n kube-flannel delete pod --all; sleep 15`);
  expect(run('kubectl -n kube-flannel get pods --no-headers')).toMatch(
    / (Error|CrashLoopBackOff) /,
  );
  const log = run('kubectl -n kube-flannel logs ds/kube-flannel-ds');
  expect(log).toContain(
    'Error registering network: failed to acquire lease: subnet "10.99.0.0/16" specified in the ' +
      `flannel net config doesn't contain "10.244.`,
  );
});
