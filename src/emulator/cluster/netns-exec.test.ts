import { expect, it } from 'vitest';
import { boot } from './boot.ts';

it('runs commands, and what they start, in a network namespace by its name', () => {
  const cluster = boot('two-nodes', { seed: 4 });
  const on = (text: string) => cluster.script(text, { host: 'worker-1', user: 'root' });
  on(
    'ip netns add red; ip link add v type veth peer name w; ip link set w netns red; ' +
      'ip addr add 10.9.0.1/24 dev v; ip link set v up; ip -n red addr add 10.9.0.2/24 dev w; ' +
      'ip -n red link set w up',
  );
  expect(on('ip netns exec red ip -brief address show w').stdout).toContain('10.9.0.2/24');
  expect(on("ip netns exec red sh -c 'ping -c 1 10.9.0.1 | grep received'").stdout).toContain(
    '1 received',
  );
  expect(on('ip netns exec red ip link show eth0').exit).toBe(1);
  expect(on('ip netns exec blue true')).toMatchObject({
    exit: 255,
    stderr: 'Cannot open network namespace "blue": No such file or directory\n',
  });
  expect(on('ip netns exec red nowhere').stderr).toContain('exec of "nowhere" failed');
});
