// Names in a booted cluster: the tools in a pod, CoreDNS and the network between them.
import { expect, it } from 'vitest';
import { boot } from './boot.ts';

it('tools in a pod ask CoreDNS, and tell when nobody answers', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  const run = (text: string) => cluster.script(text);
  run(`kubectl run t --image=nicolaka/netshoot --command -- sleep 1d
kubectl run b --image=busybox --command -- sleep 1d
kubectl wait --for=condition=Ready pod/t pod/b`);
  const inPod = (text: string) => run(`kubectl exec t -- ${text}`);
  expect(inPod('nslookup kubernetes.default').stdout).toBe(
    ';; Got recursion not available from 10.96.0.10\n'.repeat(2) +
      'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n' +
      'Name:\tkubernetes.default.svc.cluster.local\nAddress: 10.96.0.1\n' +
      ';; Got recursion not available from 10.96.0.10\n\n',
  );
  const name = 'kubernetes.default.svc.cluster.local';
  const dig = (words: string) => inPod(`dig +noall +answer ${words}`).stdout;
  expect(dig(name)).toBe(`${name}. 30 IN A\t10.96.0.1\n`);
  // kubeadm's Corefile keeps names of the cluster out of the cache.
  run('sleep 7');
  expect(dig(`@10.96.0.10 ${name}`)).toBe(`${name}. 30 IN A\t10.96.0.1\n`);
  expect(inPod(`dig +short SRV _https._tcp.${name}`).stdout).toBe(`0 100 443 ${name}.\n`);
  expect(inPod('host nosuch')).toMatchObject({
    stdout: 'Host nosuch not found: 3(NXDOMAIN)\n',
    exit: 1,
  });
  const busybox = run('kubectl exec b -- nslookup kubernetes.default');
  expect(busybox.stdout).toMatch(/^\*\* server can't find kubernetes\.default: NXDOMAIN$/m);
  run('kubectl -n kube-system scale deployment coredns --replicas=0; sleep 40');
  const dead = inPod('dig +time=1 +tries=1 kubernetes.default.svc.cluster.local');
  expect(dead.stdout).toMatch(/^;; communications error to 10\.96\.0\.10#53: connection refused\n/);
  expect(dead.stdout).toMatch(/\n;; no servers could be reached\n$/);
});
