import { expect, it } from 'vitest';
import { bootTyped } from '../../../../cluster/testing.ts';

it('writes a kubeconfig entry by entry', () => {
  const on = bootTyped();
  const config = 'KUBECONFIG=/tmp/kc kubectl config';
  expect(
    on.type(
      `${config} set-cluster c --server=https://1.2.3.4`,
      `${config} set-credentials u --token=abc`,
      `${config} set-context x --cluster=c --user=u`,
      `${config} use-context x`,
      `${config} set contexts.x.namespace shop`,
      `${config} set foo.bar y`,
      `${config} unset users.u`,
      `${config} view`,
    ),
  ).toBe(`Cluster "c" set.
User "u" set.
Context "x" created.
Switched to context "x".
Property "contexts.x.namespace" set.
error: unable to parse foo.bar after [] at api.Config
[exit 1]
Property "users.u" unset.
apiVersion: v1
clusters:
- cluster:
    server: https://1.2.3.4
  name: c
contexts:
- context:
    cluster: c
    namespace: shop
    user: u
  name: x
current-context: x
kind: Config
users: null
`);
});
