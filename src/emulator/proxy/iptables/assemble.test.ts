import { expect, it } from 'vitest';
import { print } from '../../network/netfilter/iptables/print.ts';
import { noRules } from '../../network/netfilter/iptables/tables.ts';
import { allServicePorts, endpointsByPort } from '../services.ts';
import { withServices } from './assemble.ts';
import { natChainNames, withCanaries, withJumps, withPlan } from './load.ts';
import { jumpRules, kubeletJumpRules, plan, type PlanOptions } from './plan.ts';

const options: PlanOptions = {
  family: 'IPv4',
  node: { name: 'n1', labels: {} },
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

const service = (name: string, spec: object) => ({
  metadata: { name, namespace: 'default' },
  spec: { clusterIP: '10.96.0.9', ports: [{ port: 80, nodePort: 30080 }], ...spec },
  status: { loadBalancer: { ingress: [{ ip: '203.0.113.9' }] } },
});

const slice = (name: string, addresses: readonly string[]) => ({
  metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints: addresses.map((address) => ({ addresses: [address], nodeName: 'n1' })),
  ports: [{ port: 8080, protocol: 'TCP' }],
});

it('loads what restoring the text of the plan loads, also over other rules', () => {
  const services = [
    service('plain', { clusterIP: '10.96.0.8' }),
    service('local', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }),
    service('ranges', { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8'] }),
    service('sticky', { sessionAffinity: 'ClientIP', externalIPs: ['198.51.100.7'] }),
    service('empty', { type: 'NodePort' }),
  ];
  const jumps = [...jumpRules, ...kubeletJumpRules];
  let byText = withJumps(withCanaries(noRules), jumps);
  let byParts = byText;
  for (const addresses of [['10.244.1.2', '10.244.1.3'], ['10.244.1.3'], []]) {
    const slices = ['plain', 'local', 'ranges', 'sticky'].map((name) => slice(name, addresses));
    const ports = allServicePorts(services, 'IPv4');
    const endpoints = endpointsByPort(slices, 'IPv4', 'n1');
    byText = withPlan(byText, plan(ports, endpoints, options, natChainNames(byText)));
    const assembled = withServices(byParts, { ports, endpoints, options, cleanUp: true }, options);
    byParts = assembled?.rules ?? byParts;
    expect(print(byParts)).toBe(print(byText));
  }
});
