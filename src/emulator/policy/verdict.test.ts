import { describe, expect, it } from 'vitest';
import { compile, withNamespace, withPod } from './compile.ts';
import { explain } from './explain.ts';
import { clusterNetworkPolicy } from './kinds/clusternetworkpolicy.ts';
import { networkPolicy, type NetworkPolicyObject } from './kinds/networkpolicy.ts';
import type { Flow, PolicyPod } from './types.ts';
import { verdict } from './verdict.ts';

const pod = (namespace: string, name: string, ip: string, more: Partial<PolicyPod> = {}) => ({
  namespace,
  name,
  labels: { app: name },
  addresses: [ip],
  node: 'worker-1',
  ports: [{ name: 'web', port: 80, protocol: 'TCP' }],
  ...more,
});
const pods = [
  pod('shop', 'web', '10.244.1.2'),
  pod('shop', 'db', '10.244.1.3'),
  pod('lab', 'web', '10.244.2.2'),
  pod('lab', 'agent', '192.168.56.12', { hostNetwork: true }),
];
const namespaces = ['shop', 'lab'].map((name) => ({ name, labels: { team: name } }));
const nodes = [
  { name: 'worker-1', labels: {}, addresses: ['192.168.56.12'] },
  { name: 'worker-2', labels: {}, addresses: ['192.168.56.13'] },
];
const policy = (name: string, spec: NetworkPolicyObject['spec']) =>
  networkPolicy({ metadata: { name, namespace: 'shop' }, spec });
const cluster = (...policies: ReturnType<typeof policy>[]) =>
  compile({ policies, pods, namespaces, nodes });
const flow = (source: Flow['source'], to = 'shop/db', more: Partial<Flow> = {}): Flow => ({
  source,
  destination: { pod: to },
  protocol: 'TCP',
  port: 80,
  ...more,
});

const denied = policy('deny', { podSelector: {} });
const web = { matchLabels: { app: 'web' } };

describe('verdict', () => {
  it('says which rule and which peer let a flow pass', () => {
    const allow = policy('db', {
      podSelector: { matchLabels: { app: 'db' } },
      ingress: [
        { from: [{ podSelector: { matchLabels: { app: 'x' } } }] },
        {
          from: [
            { ipBlock: { cidr: '10.0.0.0/8', except: ['10.244.0.0/16'] } },
            { podSelector: web },
          ],
        },
      ],
    });
    const compiled = cluster(denied, allow);
    expect(explain(verdict(compiled, flow({ pod: 'shop/web' })).ingress)).toBe(
      'NetworkPolicy shop/db: ingress rule 2, peer 2 matched: Allow',
    );
    const other = verdict(compiled, flow({ pod: 'lab/web' }));
    expect([other.allowed, explain(other.ingress), explain(other.egress)]).toEqual([
      false,
      'selected by NetworkPolicy shop/db, NetworkPolicy shop/deny, and no rule matches',
      'no policy selects',
    ]);
  });

  it('lets replies, a pod itself and its own node in, but not another node', () => {
    const compiled = cluster(denied);
    const asked = (source: Flow['source'], more: Partial<Flow> = {}) =>
      verdict(compiled, flow(source, 'shop/db', more)).allowed;
    expect(asked({ pod: 'lab/web' }, { established: true })).toBe(true);
    expect(asked({ pod: 'shop/db' })).toBe(true);
    expect(asked({ node: 'worker-1' })).toBe(true);
    expect(asked({ address: '192.168.56.12' })).toBe(true);
    expect(asked({ pod: 'lab/agent' })).toBe(true);
    expect(asked({ node: 'worker-2' })).toBe(false);
  });

  it('finds pods of the host network by address, never by selector', () => {
    const bySelector = policy('a', {
      podSelector: {},
      ingress: [{ from: [{ namespaceSelector: {} }] }],
    });
    const byBlock = policy('b', {
      podSelector: {},
      ingress: [{ from: [{ ipBlock: { cidr: '192.168.0.0/16' } }] }],
    });
    const asked = flow({ node: 'worker-2' });
    expect(verdict(cluster(bySelector), asked).allowed).toBe(false);
    expect(verdict(cluster(byBlock), asked).allowed).toBe(true);
  });

  it('takes named ports from the pod that is asked, and ranges', () => {
    const ports = [{ port: 'web' }, { port: 8000, endPort: 8010, protocol: 'UDP' }];
    const compiled = cluster(policy('p', { podSelector: {}, ingress: [{ ports }] }));
    const asked = (more: Partial<Flow>) =>
      verdict(compiled, flow({ pod: 'lab/web' }, 'shop/db', more)).allowed;
    expect([asked({}), asked({ port: 81 }), asked({ protocol: 'SCTP' })]).toEqual([
      true,
      false,
      false,
    ]);
    expect([asked({ protocol: 'UDP', port: 8010 }), asked({ port: 8005 })]).toEqual([true, false]);
  });

  it('asks tiers in order, and Pass hands on', () => {
    const admin = clusterNetworkPolicy({
      metadata: { name: 'admin' },
      spec: {
        tier: 'Admin',
        priority: 10,
        subject: { namespaces: {} },
        ingress: [
          {
            name: 'hand on',
            action: 'Pass',
            from: [{ namespaces: { matchLabels: { team: 'shop' } } }],
          },
          { action: 'Accept', from: [{ namespaces: {} }] },
        ],
      },
    });
    const compiled = cluster(denied, admin);
    expect(verdict(compiled, flow({ pod: 'lab/web' })).allowed).toBe(true);
    expect(explain(verdict(compiled, flow({ pod: 'shop/web' })).ingress)).toBe(
      'ClusterNetworkPolicy admin: ingress rule 1 (hand on), peer 1 passed; ' +
        'selected by NetworkPolicy shop/deny, and no rule matches',
    );
  });

  it('keeps up with changed labels of pods and namespaces', () => {
    const from = [{ namespaceSelector: { matchLabels: { team: 'trusted' } } }];
    const before = cluster(
      policy('p', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from }] }),
    );
    const asked = flow({ pod: 'lab/web' });
    expect(verdict(before, asked).allowed).toBe(false);
    const trusted = withNamespace(before, { name: 'lab', labels: { team: 'trusted' } });
    expect(verdict(trusted, asked).allowed).toBe(true);
    const moved = withPod(before, pod('shop', 'db', '10.244.1.9', { labels: { app: 'old' } }));
    expect(verdict(moved, asked).allowed).toBe(true);
    expect(verdict(before, asked).allowed).toBe(false);
    expect(moved.owners.has('10.244.1.3')).toBe(false);
  });
});
