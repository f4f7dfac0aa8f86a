import { beforeEach, describe, expect, it } from 'vitest';
import { createBench, type Bench } from '../testing.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';
const roles = `${RBAC}/namespaces/default/roles`;
const bindings = `${RBAC}/namespaces/default/rolebindings`;
const pods = '/api/v1/namespaces/default/pods';
const maps = '/api/v1/namespaces/default/configmaps';
const bob = { 'impersonate-user': 'bob' };

const role = (name: string, ...rules: object[]) => ({ metadata: { name }, rules });
const rule = (verbs: string[], resources: string[], more: object = {}) => ({
  apiGroups: [''],
  resources,
  verbs,
  ...more,
});
const binding = (name: string, kind: string, to: string, ...subjects: object[]) => ({
  metadata: { name },
  roleRef: { apiGroup: GROUP, kind, name: to },
  subjects,
});
const user = (name: string) => ({ kind: 'User', name });

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});

describe('requests', () => {
  it('are refused in upstream words', () => {
    expect(bench.fail('GET', pods, undefined, bob)).toMatchObject({
      code: 403,
      message:
        'pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the ' +
        'namespace "default"',
      details: { kind: 'pods' },
    });
    expect(bench.fail('GET', '/api/v1/nodes/n', undefined, bob).message).toBe(
      'nodes "n" is forbidden: User "bob" cannot get resource "nodes" in API group "" at the ' +
        'cluster scope',
    );
    expect(bench.fail('GET', '/api/v1/namespaces/default', undefined, bob).message).toBe(
      'namespaces "default" is forbidden: User "bob" cannot get resource "namespaces" in API ' +
        'group "" in the namespace "default"',
    );
    expect(bench.fail('GET', '/apis', undefined, bob).message).toBe(
      'forbidden: User "bob" cannot get path "/apis"',
    );
  });

  it('follow roles, names, subresources and groups', () => {
    bench.ask('POST', roles, role('a', rule(['get', 'list'], ['pods', 'pods/log'])));
    bench.ask(
      'POST',
      roles,
      role('b', rule(['get', 'list'], ['configmaps'], { resourceNames: ['m'] })),
    );
    bench.ask('POST', bindings, binding('a', 'Role', 'a', user('bob')));
    bench.ask('POST', bindings, binding('b', 'Role', 'b', { kind: 'Group', name: 'team' }));
    const team = { ...bob, 'impersonate-group': 'team' };
    const status = (url: string, who: Readonly<Record<string, string>>) =>
      bench.send('GET', url, undefined, who).status;
    expect(status(pods, bob)).toBe(200);
    expect(status(`${pods}?watch=1`, bob)).toBe(403);
    expect(status(`${maps}/m`, bob)).toBe(403);
    expect(status(`${maps}/m`, team)).toBe(404);
    expect(status(maps, team)).toBe(403);
    expect(status(`${maps}?fieldSelector=metadata.name%3Dm`, team)).toBe(200);
    expect(bench.send('DELETE', pods, undefined, bob).status).toBe(403);
  });

  it('of service accounts follow their namespace', () => {
    bench.ask('POST', `${RBAC}/clusterroles`, role('r', rule(['list'], ['pods'])));
    const account = { kind: 'ServiceAccount', name: 'robot', namespace: 'default' };
    bench.ask('POST', bindings, binding('r', 'ClusterRole', 'r', account));
    const robot = { 'impersonate-user': 'system:serviceaccount:default:robot' };
    expect(bench.send('GET', pods, undefined, robot).status).toBe(200);
    expect(bench.send('GET', '/api/v1/pods', undefined, robot).status).toBe(403);
  });

  it('tell of roles that are not there', () => {
    bench.ask('POST', bindings, binding('x', 'ClusterRole', 'none', user('bob')));
    expect(bench.fail('GET', pods, undefined, bob).message).toMatch(
      /: RBAC: clusterrole\.rbac\.authorization\.k8s\.io "none" not found$/,
    );
  });
});

describe('impersonation', () => {
  it('has to be allowed itself', () => {
    const eve = { name: 'eve', groups: ['system:authenticated'] };
    const answer = bench.api.handle({ method: 'GET', url: pods, headers: bob }, eve);
    expect((answer.body as { message: string }).message).toBe(
      'users "bob" is forbidden: User "eve" cannot impersonate resource "users" in API group "" ' +
        'at the cluster scope',
    );
  });
});

describe('escalation', () => {
  it('is refused, with what is lacking', () => {
    bench.ask(
      'POST',
      roles,
      role(
        'makers',
        {
          apiGroups: [GROUP],
          resources: ['roles', 'rolebindings'],
          verbs: ['create'],
        },
        rule(['get'], ['pods']),
      ),
    );
    bench.ask('POST', bindings, binding('makers', 'Role', 'makers', user('bob')));
    const wish = role('w', rule(['get', 'list'], ['pods', 'secrets']));
    expect(bench.fail('POST', roles, wish, bob).message).toBe(
      'roles.rbac.authorization.k8s.io "w" is forbidden: user "bob" ' +
        '(groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently ' +
        'held:\n{APIGroups:[""], Resources:["pods"], Verbs:["list"]}\n' +
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}',
    );
    expect(bench.send('POST', roles, role('ok', rule(['get'], ['pods'])), bob).status).toBe(201);
    bench.ask('POST', roles, wish);
    const bound = binding('w', 'Role', 'w', user('bob'));
    expect(bench.fail('POST', bindings, bound, bob).code).toBe(403);
  });
});

describe('tokens', () => {
  const tokens = '/api/v1/namespaces/default/serviceaccounts/robot/token';

  it('stand for their account until it goes or they end', () => {
    bench.ask('POST', '/api/v1/namespaces/default/serviceaccounts', {
      metadata: { name: 'robot' },
    });
    const made = bench.ask('POST', tokens, { spec: { expirationSeconds: 600 } });
    const { token } = made['status'] as { readonly token: string };
    expect(token.split('.')).toHaveLength(3);
    expect(bench.api.authenticate(token)).toMatchObject({
      name: 'system:serviceaccount:default:robot',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
    });
    expect(bench.api.authenticate(`${token}x`)).toBeUndefined();
    bench.pass(601_000_000);
    expect(bench.api.authenticate(token)).toBeUndefined();
  });
});
