import { expect, it } from 'vitest';
import { boot } from '../../emulator/cluster/boot.ts';
import { tracePacket } from '../trace/index.ts';
import { chainWalk, spread } from './index.ts';

it.each(['nftables', 'ipvs'])(
  '%s: what is shown is what is loaded, and packets go by it',
  (mode) => {
    const cluster = boot('two-nodes', { seed: 7 });
    const edit = `sed 's/mode: .*/mode: "${mode}"/'`;
    cluster.script(
      [
        'kubectl create deployment web --image=nginx --replicas=2',
        'kubectl expose deployment web --port=80',
        'kubectl run client --image=nicolaka/netshoot -- sleep 9999',
        `kubectl -n kube-system get cm kube-proxy -o yaml | ${edit} | kubectl replace -f -`,
        'kubectl -n kube-system rollout restart ds kube-proxy',
        'kubectl -n kube-system rollout status ds kube-proxy --timeout=60s',
        'kubectl wait --for=condition=Ready pod --all && sleep 5',
      ].join('\n'),
    );
    const { modes, address = '' } = chainWalk(cluster, { service: 'default/web' });
    const active = modes.find((each) => each.active);
    expect(active?.mode).toBe(mode);
    const doors = active?.choices.map(({ endpoint }) => endpoint) ?? [];
    expect(doors).toHaveLength(2);
    const request = { from: 'default/client', to: address, port: 80, protocol: 'TCP' as const };
    const { reached } = spread(cluster, { ...request, times: 40, turn: 1 });
    for (const to of Object.keys(reached)) expect(doors).toContain(to);
    const { ending, hops } = tracePacket(cluster, request);
    expect(ending).toBe('delivered');
    expect(hops.find(({ changed, way }) => way === 'out' && changed.includes('to'))).toBeDefined();
  },
);
