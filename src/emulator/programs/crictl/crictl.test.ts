import { expect, it } from 'vitest';
import { boot } from '../../cluster/boot.ts';

it('finds a container, and nsenter and tcpdump look into its network', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  const run = (text: string) => cluster.script(text).stdout;
  run(`kubectl run t --image=nicolaka/netshoot --restart=Never -- sleep 1d
    kubectl wait --for=condition=Ready pod/t`);
  const node = run('kubectl get pod t -o jsonpath={.spec.nodeName}');
  const ip = run('kubectl get pod t -o jsonpath={.status.podIP}');
  const on = (text: string) => run(`ssh ${node} '${text}'`);
  const [head, first] = on('crictl ps').split('\n');
  expect(head).toMatch(/^CONTAINER {11}IMAGE.*POD ID {14}POD .*NAMESPACE$/);
  expect(first).toMatch(/^[0-9a-f]{13} {7}[0-9a-f]{13} .*Running +t +0 /);
  const pid = on('crictl inspect $(crictl ps --name ^t$ -q) | jq .info.pid').trim();
  expect(on(`nsenter -t ${pid} -n ip -br -4 addr show eth0`)).toContain(`${ip}/24`);
  expect(on(`nsenter -t ${pid} -n cat /etc/hostname`)).toBe(`${node}\n`);
  expect(on(`nsenter -t ${pid} -n -m cat /etc/hostname`)).toBe('t\n');
  expect(on('crictl exec $(crictl ps --name ^t$ -q) hostname')).toBe('t\n');
  const names = on('ip netns').trim().split(/\s/);
  expect(on(`ip netns exec ${names[0]} ip -br -4 addr show eth0`)).toContain('10.244.');
  const seen = on(`nsenter -t ${pid} -n tcpdump -c 2 -ni eth0 icmp 2>/dev/null &
    sleep 1; nsenter -t ${pid} -n ping -c 1 10.244.0.1 >/dev/null; wait`);
  expect(seen.replaceAll(/^\S+ /gm, '').replaceAll(/id \d+/g, 'id N')).toBe(
    `IP ${ip} > 10.244.0.1: ICMP echo request, id N, seq 1, length 64\n` +
      `IP 10.244.0.1 > ${ip}: ICMP echo reply, id N, seq 1, length 64\n`,
  );
  const missing = cluster.script(`ssh ${node} 'systemctl stop containerd; crictl ps'`);
  expect(missing.stderr).toContain('validate CRI v1 runtime API for endpoint');
});
