import { describe, expect, it } from 'vitest';
import { print } from '../../network/netfilter/iptables/print.ts';
import { noRules } from '../../network/netfilter/iptables/tables.ts';
import {
  allServicePorts,
  endpointsByPort,
  type EndpointSliceObject,
  type ServiceObject,
} from '../services.ts';
import { hash16 } from './chain-name.ts';
import { natChainNames, sameChains, withCanaries, withJumps, withPlan } from './load.ts';
import { jumpRules, plan, type PlanOptions } from './plan.ts';

const options: PlanOptions = {
  family: 'IPv4',
  node: { name: 'worker-1', labels: {} },
  nodeIP: '192.168.49.3',
  nodeAddresses: ['127.0.0.1', '192.168.49.3'],
  localTraffic: { ifLocal: '-s 10.244.0.0/16', ifNotLocal: '! -s 10.244.0.0/16' },
  masqueradeAll: false,
  masqueradeMark: '0x4000',
  localhostNodePorts: true,
  nodePortAddresses: [],
  randomFully: true,
  tcpLiberal: false,
  nfacct: { invalid: true, localhost: true },
};

const web: ServiceObject = {
  metadata: { name: 'web', namespace: 'default' },
  spec: { clusterIP: '10.96.10.10', ports: [{ name: 'http', port: 80 }] },
};

const slice = (...addresses: string[]): EndpointSliceObject => ({
  metadata: {
    name: 'web-1',
    namespace: 'default',
    labels: { 'kubernetes.io/service-name': 'web' },
  },
  addressType: 'IPv4',
  endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  ports: [{ name: 'http', port: 8080 }],
});

const load = (before: typeof noRules, slices: readonly EndpointSliceObject[]) => {
  const prepared = withJumps(withCanaries(before), jumpRules);
  const ports = allServicePorts([web], 'IPv4');
  return withPlan(
    prepared,
    plan(ports, endpointsByPort(slices, 'IPv4', 'worker-1'), options, natChainNames(prepared)),
  );
};

describe('the rules of a Service', () => {
  it('has chains named by hash', () => {
    expect(hash16('default/kubernetes:httpstcp')).toBe('NPX46M4PTMTKRN6Y');
  });

  it('balances over its endpoints', () => {
    const text = print(load(noRules, [slice('10.244.1.2', '10.244.2.2', '10.244.2.3')]));
    const chain = text.split('\n').filter((line) => line.startsWith('-A KUBE-SVC-'));
    expect(chain.map((line) => line.replace(/KUBE-S(VC|EP)-\w+/g, 'KUBE-S$1'))).toEqual([
      '-A KUBE-SVC ! -s 10.244.0.0/16 -d 10.96.10.10/32 -p tcp ' +
        '-m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ',
      '-A KUBE-SVC -m comment --comment "default/web:http -> 10.244.1.2:8080" ' +
        '-m statistic --mode random --probability 0.33333333349 -j KUBE-SEP',
      '-A KUBE-SVC -m comment --comment "default/web:http -> 10.244.2.2:8080" ' +
        '-m statistic --mode random --probability 0.50000000000 -j KUBE-SEP',
      '-A KUBE-SVC -m comment --comment "default/web:http -> 10.244.2.3:8080" -j KUBE-SEP',
    ]);
  });

  it('is refused without endpoints, and its old chains go away', () => {
    const before = load(noRules, [slice('10.244.1.2')]);
    const text = print(load(before, []));
    expect(text).toContain(
      '"default/web:http has no endpoints" -m tcp --dport 80 -j REJECT ' +
        '--reject-with icmp-port-unreachable',
    );
    expect(text).not.toMatch(/KUBE-(SVC|SEP)-/);
  });

  it('changes nothing the second time', () => {
    const once = load(noRules, [slice('10.244.1.2')]);
    expect(sameChains(once, load(once, [slice('10.244.1.2')]))).toBe(true);
  });
});
