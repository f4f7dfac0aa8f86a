// The machines' services: what they log, and what becomes of the node when they are stopped.
import { expect, it } from 'vitest';
import { boot } from '../src/emulator/cluster/boot.ts';
import type { Cluster } from '../src/emulator/cluster/api.ts';

function on(cluster: Cluster, command: string): string {
  const done = cluster.script(`ssh worker-1 '${command}'`);
  return `${done.stdout}${done.stderr}${done.exit}`;
}

it('journalctl chooses entries and shows them in systemd’s formats', () => {
  const cluster = boot('two-nodes', { seed: 3 });
  expect(on(cluster, 'journalctl -u kubelet -n 1 --no-pager -o cat')).toMatch(/^I1125 [\s\S]*\n0$/);
  const line =
    /^Nov 25 09:00:\d\d worker-1 kubelet\[\d+\]: I1125 09:00:\S+ +\d+ server.go:\d+\] "K/;
  expect(on(cluster, 'journalctl -u kubelet')).toMatch(line);
  const json = on(cluster, 'journalctl -u kubelet.service -n1 -o json').replace(/0$/, '');
  expect(JSON.parse(json)).toMatchObject({
    _SYSTEMD_UNIT: 'kubelet.service',
    SYSLOG_IDENTIFIER: 'kubelet',
    PRIORITY: '6',
  });
  // A service's error output is logged as information, whatever klog calls it.
  expect(on(cluster, 'journalctl -u kubelet -p err')).toBe('-- No entries --\n0');
  expect(on(cluster, 'journalctl -u nothing')).toBe('-- No entries --\n0');
  expect(on(cluster, 'journalctl --since "1 hour ago" --until "30 min ago"')).toContain('-- No e');
  expect(on(cluster, 'journalctl --since soon')).toBe('Failed to parse timestamp: soon\n1');
  expect(on(cluster, 'journalctl -p loud')).toBe('Unknown log level loud\n1');
  const refused = cluster.script('journalctl -u kubelet');
  expect(refused.exit).toBe(1);
  expect(refused.stderr).toMatch(
    /No journal files were opened due to insufficient permissions.\n$/,
  );
});

it('a kubelet that is stopped leaves its pods running, and takes them over again', () => {
  const cluster = boot('two-nodes', { seed: 3 });
  expect(on(cluster, 'systemctl is-active kubelet')).toBe('active\n0');
  expect(on(cluster, 'systemctl stop kubelet; systemctl is-active kubelet')).toBe('inactive\n3');
  expect(on(cluster, 'systemctl status kubelet')).toMatch(/Active: inactive \(dead\) since/);
  cluster.script('sleep 60');
  const notReady = /worker-1 +NotReady/;
  expect(cluster.script('kubectl get nodes').stdout).toMatch(notReady);
  expect(on(cluster, 'systemctl start kubelet')).toBe('0');
  cluster.script('sleep 15');
  expect(cluster.script('kubectl get nodes').stdout).not.toMatch(notReady);
  const log = on(cluster, 'journalctl -u kubelet -o cat');
  expect(log).toContain('Stopped kubelet.service - kubelet: The Kubernetes Node Agent.');
  expect(log).toContain('"Node was previously registered" node="worker-1"');
});

it('without containerd no pod begins, and the node says so', () => {
  const cluster = boot('two-nodes', { seed: 3 });
  on(cluster, 'systemctl stop containerd');
  const pinned = '{"spec":{"nodeName":"worker-1"}}';
  cluster.script(`kubectl run late --image=nginx --overrides='${pinned}'`);
  cluster.script('sleep 30');
  expect(cluster.script('kubectl get pod late').stdout).toMatch(/late +0\/1 +Pending/);
  expect(cluster.script('kubectl describe node worker-1').stdout).toContain(
    'container runtime is down',
  );
  on(cluster, 'systemctl restart containerd');
  cluster.script('sleep 30');
  expect(cluster.script('kubectl get pod late').stdout).toMatch(/late +1\/1 +Running/);
  expect(on(cluster, 'journalctl -u containerd | grep -c RunPodSandbox')).toBe('1\n0');
});

it('systemctl says what it cannot do in its own words', () => {
  const cluster = boot('two-nodes', { seed: 3 });
  expect(on(cluster, 'systemctl status nope')).toBe('Unit nope.service could not be found.\n4');
  const missing = 'Failed to restart nope.service: Unit nope.service not found.\n5';
  expect(on(cluster, 'systemctl restart nope')).toBe(missing);
  expect(on(cluster, 'systemctl frobnicate')).toBe('Unknown command verb frobnicate.\n1');
  expect(on(cluster, 'systemctl is-enabled kubelet')).toBe('enabled\n0');
});
