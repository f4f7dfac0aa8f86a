import { expect, it } from 'vitest';
import { bootTyped } from '../../../../cluster/testing.ts';

it('tells what is allowed to whom', () => {
  const on = bootTyped();
  expect(
    on.type(
      'kubectl create role r --verb=get --resource=pods,services',
      'kubectl create rolebinding r --role=r --serviceaccount=default:default --user=bob',
      'kubectl auth can-i get svc --as=bob',
      'kubectl auth can-i list svc --as=bob',
      'kubectl auth can-i look pods',
      "kubectl auth can-i --list --as=bob --no-headers | tail -2 | tr -s ' '",
      'kubectl auth whoami --as=bob --as-group=team -o name',
      'kubectl auth can-i get pods --list',
    ),
  ).toBe(
    'role.rbac.authorization.k8s.io/r created\n' +
      'rolebinding.rbac.authorization.k8s.io/r created\n' +
      'yes\nno\n[exit 1]\n' +
      "yes\nWarning: verb 'look' is not a known verb\n\n" +
      'pods [] [] [get]\nservices [] [] [get]\n' +
      'selfsubjectreview.authentication.k8s.io/<unknown>\n' +
      'error: list option must be specified with no arguments\n[exit 1]\n',
  );
});

it('reconciles roles without taking from them', () => {
  const on = bootTyped();
  expect(
    on.type(
      'kubectl create role r --verb=get --resource=pods --dry-run=client -o yaml > r.yaml',
      'kubectl create role r --verb=list --resource=pods',
      'kubectl auth reconcile -f r.yaml',
      'kubectl get role r -o jsonpath="{.rules[*].verbs}"',
    ),
  ).toContain(
    'role.rbac.authorization.k8s.io/r reconciled\n' +
      '\treconciliation required update\n' +
      '\tmissing rules added:\n' +
      '\t\t{Verbs:[get] APIGroups:[] Resources:[pods] ResourceNames:[] NonResourceURLs:[]}\n' +
      '["list"] ["get"]',
  );
});
