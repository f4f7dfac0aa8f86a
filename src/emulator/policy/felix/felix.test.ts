import { describe, expect, it } from 'vitest';
import { compile } from '../compile.ts';
import { calicoPolicies } from '../calico/policies.ts';
import type { PolicyPod } from '../types.ts';
import { planNode } from './plan.ts';
import { policyToChain } from './policy.ts';
import { chainLines, type FelixChain } from './rule.ts';
import { collectSets } from './sets.ts';

/** Hashes hold all that stands before them, so that few of a real node prove whole chains. */
const hashesOf = (chain: FelixChain | undefined) =>
  chainLines(chain as FelixChain).map((line) => /cali:([\w-]{16})/.exec(line)?.[1]);

const pod = (namespace: string, name: string, labels: PolicyPod['labels'], ip: string) => ({
  namespace,
  name,
  labels,
  addresses: [ip],
  serviceAccount: namespace === 'kube-system' ? 'coredns' : namespace,
  ports: [],
});

function planned(config = { ipip: false, vxlan: true, tunnelAddress: true }) {
  const pods: readonly (readonly [string, PolicyPod])[] = [
    ['cali1dac8782bdb', pod('calico-apiserver', 'a', { apiserver: 'true' }, '192.168.2.2')],
    ['cali3579be14420', pod('calico-system', 'b', {}, '192.168.2.3')],
    ['cali6945b3c77c1', pod('kube-system', 'c', {}, '192.168.2.4')],
    ['cali6f60a778e0b', pod('kube-system', 'd', {}, '192.168.2.5')],
    ['cali868a4e4c0db', pod('calico-system', 'e', {}, '192.168.2.6')],
    ['cali9d04617f188', pod('calico-apiserver', 'f', { apiserver: 'true' }, '192.168.2.1')],
  ];
  const networkPolicies = [
    {
      metadata: { name: 'allow-apiserver', namespace: 'calico-apiserver' },
      spec: {
        podSelector: { matchLabels: { apiserver: 'true' } },
        policyTypes: ['Ingress'],
        ingress: [{ ports: [{ port: 5443, protocol: 'TCP' }] }],
      },
    },
  ];
  const compiled = compile({
    policies: calicoPolicies({ networkPolicies, policies: [] }),
    pods: pods.map(([, each]) => each),
    namespaces: [],
  });
  const plan = planNode({
    compiled,
    workloads: pods.map(([device, { namespace, name }]) => ({
      device,
      entry: compiled.pods.get(`${namespace}/${name}`) as never,
    })),
    config,
    pools: [],
    masqueradePools: [],
    hosts: [],
    thisHost: [],
  });
  return (table: string, chain: string) =>
    plan.tables.find(({ name }) => name === table)?.chains.find(({ name }) => name === chain);
}

describe('chains of a node with six pods and one policy', () => {
  const chain = planned();

  it('has the hashes of a real one for what is always there', () => {
    expect(hashesOf(chain('filter', 'cali-FORWARD'))).toEqual([
      'vjrMJCRpqwy5oRoX',
      'A_sPAO0mcxbT9mOV',
      '8ZoYfO5HKXWbB3pk',
      'jdEuaPBe14V2hutn',
      '12bc6HljsMKsmfr-',
      'NOSxoaGx8OIstr1z',
    ]);
    expect(hashesOf(chain('filter', 'cali-INPUT')).at(-1)).toBe('F7Q8zu44qIbOVben');
    expect(hashesOf(chain('filter', 'cali-OUTPUT')).at(-1)).toBe('Y0k-bqjt-5CUqyUq');
    expect(hashesOf(chain('filter', 'cali-wl-to-host')).at(-1)).toBe('nSZbcOoG1xPONxb8');
    expect(hashesOf(chain('nat', 'cali-POSTROUTING')).at(-1)).toBe('e9dnSgSVNmIcpVhP');
    expect(hashesOf(chain('nat', 'cali-nat-outgoing'))).toEqual(['flqWnvo8yq4ULQLa']);
    expect(hashesOf(chain('nat', 'cali-PREROUTING'))).toEqual(['r6XmIziWUJsdOK6Z']);
    const ipip = planned({ ipip: true, vxlan: false, tunnelAddress: true });
    expect(hashesOf(ipip('filter', 'cali-INPUT')).at(-1)).toBe('q-Vz2ZT9iGE331LL');
    expect(hashesOf(ipip('filter', 'cali-OUTPUT')).at(-1)).toBe('OgU2f8BVEAZ_fwkq');
  });

  it('has them for the dispatch to devices', () => {
    expect(hashesOf(chain('filter', 'cali-from-wl-dispatch')).at(-1)).toBe('CPCo32RHIaeTT15t');
    expect(hashesOf(chain('filter', 'cali-from-wl-dispatch-6')).at(-1)).toBe('BloWYvybf6fUB-zQ');
    expect(hashesOf(chain('filter', 'cali-to-wl-dispatch')).at(-1)).toBe('M_1efBassqWauUhR');
    expect(hashesOf(chain('filter', 'cali-to-wl-dispatch-6')).at(-1)).toBe('BYUERmLynWaeKPK_');
  });

  it('has them for pods, policies and profiles', () => {
    expect(hashesOf(chain('filter', 'cali-fw-cali6945b3c77c1')).at(-1)).toBe('2y0yOe9ix2PzV009');
    expect(hashesOf(chain('filter', 'cali-tw-cali6945b3c77c1')).at(-1)).toBe('h3S9jIqjz-8yyKFs');
    expect(hashesOf(chain('filter', 'cali-tw-cali1dac8782bdb')).slice(0, 8)).toEqual([
      'pZCSozePUt12JjYr',
      'A2w3HQa4qF2hpRLf',
      'Hldf7OOaxwfrGE_R',
      '-8I24aar_tGKdtnp',
      'j7Un6mGzIALoy9bd',
      'igRLwP2_X1SGpxjf',
      '7JB2IpJDPRxQwzx5',
      'W_75Fxd5jgZYCBHH',
    ]);
    expect(hashesOf(chain('filter', 'cali-pi-_3CJ_GmvE9pcCktVJ2ep'))).toEqual(['I0yo8ky1YADcMXRf']);
    expect(hashesOf(chain('filter', 'cali-pri-kns.kube-system'))).toEqual(['J1TyxtHWd0qaBGK-']);
    expect(hashesOf(chain('filter', 'cali-pro-_u2Tn2rSoAPffvE7JO6'))).toEqual(['0-_UPh39dt5XfhmJ']);
  });
});

it('names sets by selectors, and policies by their names, as a real node does', () => {
  const demo = {
    metadata: { name: 'demo-policy', namespace: 'demo' },
    spec: {
      podSelector: { matchLabels: { app: 'server' } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ podSelector: { matchLabels: { app: 'client' } } }],
          ports: [{ port: 80, protocol: 'TCP' }],
        },
      ],
    },
  };
  const compiled = compile({
    policies: calicoPolicies({ networkPolicies: [demo], policies: [] }),
    pods: [
      pod('demo', 'server', { app: 'server' }, '10.0.0.1'),
      pod('demo', 'client', { app: 'client' }, '10.0.0.2'),
    ],
    namespaces: [],
  });
  const sets = collectSets(compiled);
  const policy = compiled.policies[0]?.policy as never;
  const chain = policyToChain(policy, 'ingress', sets);
  expect(chain.name).toBe('cali-pi-_f33B8osgBB9KBtqM0k-');
  expect(hashesOf(chain)).toEqual(['d1YRlouMUUtO1U0c']);
  expect(sets.sets()).toEqual([
    { name: 'cali40s:N7qB4dD1ts0--qbzE-HjtMk', type: 'hash:net', members: ['10.0.0.2'] },
  ]);
});
