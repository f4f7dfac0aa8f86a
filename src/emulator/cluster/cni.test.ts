// Network plugins on running nodes: installed, broken and taken away in the terminal.
import { expect, it } from 'vitest';
import { boot } from './boot.ts';

const FLANNEL = 'https://github.com/flannel-io/flannel/releases/latest/download/kube-flannel.yml';

function typed(topology: string) {
  const cluster = boot(topology, { seed: 7 });
  return (text: string) => {
    const { stdout, stderr } = cluster.script(text);
    return stdout + stderr;
  };
}

it('a cluster that kubeadm has just made waits for a network, and Flannel gives it one', () => {
  const run = typed('kubeadm-fresh');
  expect(run('kubectl get nodes --no-headers').match(/ NotReady /g)).toHaveLength(3);
  expect(run('kubectl get pods -A --no-headers').match(/coredns\S+ +0\/1 +Pending/g)).toHaveLength(
    2,
  );
  expect(run('kubectl describe node worker-1')).toContain(
    'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady ' +
      'message:Network plugin returns error: cni plugin not initialized',
  );
  run(`kubectl apply -f ${FLANNEL}; sleep 30`);
  for (const n of [1, 2]) {
    const node = `{"spec":{"nodeName":"worker-${n}"}}`;
    run(`kubectl run p${n} --image=nginx --labels=app=p --overrides='${node}'`);
  }
  run('kubectl wait --for=condition=Ready pod -l app=p');
  expect(run('kubectl get nodes --no-headers').match(/ Ready /g)).toHaveLength(3);
  const curl = `kubectl exec p1 -- curl -s -m 3 -o /dev/null -w '%{http_code}' \
$(kubectl get pod p2 -o jsonpath='{.status.podIP}')`;
  expect(run(curl)).toBe('200');
  const routes = run('ssh worker-1 ip route');
  expect(routes).toMatch(/^10\.244\.2\.0\/24 via 10\.244\.2\.0 dev flannel\.1 onlink $/m);
  const gone = run(`kubectl delete -f ${FLANNEL}`);
  expect(gone).toContain('daemonset.apps "kube-flannel-ds" deleted from kube-flannel namespace');
  // What it made on the nodes stays, and so the pods still reach one another.
  expect(run('ssh worker-1 ls /etc/cni/net.d; ssh worker-1 ip link')).toMatch(
    /flannel[^]*flannel\.1/,
  );
  expect(run(curl)).toBe('200');
});

it('plugins and configuration are files, and what breaks them shows where upstream says', () => {
  const run = typed('two-nodes');
  const pod = (name: string) =>
    run(
      `kubectl run ${name} --image=nginx --overrides='{"spec":{"nodeName":"worker-1"}}'; sleep 3`,
    );
  run('ssh worker-1 mv /opt/cni/bin/flannel /opt/cni/bin/flannel.bak');
  pod('a');
  expect(run('kubectl get events --field-selector reason=FailedCreatePodSandBox')).toContain(
    'plugin type="flannel" failed (add): failed to find plugin "flannel" in path [/opt/cni/bin]',
  );
  run('ssh worker-1 mv /opt/cni/bin/flannel.bak /opt/cni/bin/flannel; sleep 15');
  expect(run('kubectl get pod a --no-headers')).toContain('Running');
  // The file that comes first by name is the one that counts; a broken one leaves no network.
  run(`ssh worker-1 'echo "{" > /etc/cni/net.d/05-broken.conf'; sleep 15`);
  expect(run('kubectl get node worker-1 --no-headers')).toContain('NotReady');
  expect(run('ssh worker-1 journalctl -u containerd')).toContain(
    'cni config load failed: failed to load CNI config file /etc/cni/net.d/05-broken.conf: ' +
      'error parsing configuration: unexpected end of JSON input: invalid cni config: ' +
      'failed to load cni config',
  );
  run('kubectl delete pod a --wait=false; sleep 5');
  expect(run('kubectl get events')).toContain('cni plugin not initialized');
  expect(run('kubectl get pod a --no-headers')).toContain('Terminating');
  run(`ssh worker-1 'rm /etc/cni/net.d/05-broken.conf'; sleep 20`);
  expect(run('kubectl get node worker-1 --no-headers; kubectl get pods')).toMatch(
    / Ready [^]*No res/,
  );
});

const COURSE = `{
  "cniVersion": "0.4.0", "name": "mynet", "type": "bridge", "bridge": "cni9", "isGateway": true,
  "ipMasq": true,
  "ipam": { "type": "host-local", "subnet": "10.22.0.0/16", "routes": [{ "dst": "0.0.0.0/0" }] }
}`;

it('the configuration of the course gives pods of one node a network', () => {
  const run = typed('two-nodes');
  run(`ssh worker-1 'cat > /etc/cni/net.d/01-mynet.conf' <<'CONF'\n${COURSE}\nCONF`);
  run(`kubectl run a --image=nginx --overrides='{"spec":{"nodeName":"worker-1"}}'; sleep 5`);
  expect(run('kubectl get pod a -o wide --no-headers')).toContain(' 10.22.0.2 ');
  expect(run('ssh worker-1 ls /var/lib/cni/networks/mynet')).toBe(
    '10.22.0.2\nlast_reserved_ip.0\nlock\n',
  );
  const results = run('ssh worker-1 ls /var/lib/cni/results');
  expect(results).toMatch(/^cni-loopback-[0-9a-f]{64}-lo$/m);
  expect(results).toMatch(/^mynet-[0-9a-f]{64}-eth0$/m);
  run(`ssh worker-1 'sed -i s/host-local/whereabouts/ /etc/cni/net.d/01-mynet.conf'`);
  run(`kubectl run b --image=nginx --overrides='{"spec":{"nodeName":"worker-1"}}'; sleep 5`);
  expect(run('kubectl describe pod b')).toContain(
    'plugin type="bridge" name="mynet" failed (add): ' +
      'failed to find plugin "whereabouts" in path [/opt/cni/bin]',
  );
});
