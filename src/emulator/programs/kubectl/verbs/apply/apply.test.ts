import { beforeEach, expect, it } from 'vitest';
import { bootTyped, type Typed } from '../../../../cluster/testing.ts';

let on: Typed;
beforeEach(() => {
  on = bootTyped();
});

const service = (port: number, more = '') => `cat > s.yaml <<'Y'
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: ${port}}]
${more}Y`;

it('creates, leaves unchanged and configures', () => {
  expect(
    on.type(
      service(80),
      'kubectl apply -f s.yaml --dry-run=client',
      'kubectl apply -f s.yaml --dry-run=server',
      'kubectl apply -f s.yaml',
      'kubectl apply -f s.yaml',
      service(81),
      'kubectl diff -f s.yaml | grep "^[+-] "',
      'cat s.yaml | kubectl apply -f -',
      "kubectl get svc web -o jsonpath='{.spec.ports[*].port}'",
    ),
  ).toBe(
    'service/web created (dry run)\nservice/web created (server dry run)\nservice/web created\n' +
      'service/web unchanged\n-  - port: 80\n+  - port: 81\n-    targetPort: 80\n' +
      '+    targetPort: 81\nservice/web configured\n81',
  );
});

it('takes away what an earlier configuration had and this one has not', () => {
  on.type(service(80, '  sessionAffinity: ClientIP\n'), 'kubectl apply -f s.yaml');
  on.type('kubectl annotate svc web by=hand', service(80), 'kubectl apply -f s.yaml');
  const path = '{.spec.sessionAffinity} {.metadata.annotations.by}';
  expect(on.type(`kubectl get svc web -o jsonpath='${path}'`)).toBe('None hand');
});

it('tells broken YAML by its line and fields by their path', () => {
  expect(
    on.type(
      "printf 'apiVersion: v1\\nkind: Service\\nmetadata:\\n  name: web\\n spec: 1\\n' > b.yaml",
      'kubectl apply -f b.yaml',
      service(80, '  selectr: {a: b}\n'),
      'kubectl apply -f s.yaml',
      'kubectl apply -f nope.yaml',
    ),
  ).toBe(
    'error: error parsing b.yaml: error converting YAML to JSON: yaml: line 4: ' +
      'did not find expected key\n[exit 1]\n' +
      'Error from server (BadRequest): error when creating "s.yaml": Service in version "v1" ' +
      'cannot be handled as a Service: strict decoding error: unknown field "spec.selectr"\n' +
      '[exit 1]\nerror: the path "nope.yaml" does not exist\n[exit 1]\n',
  );
});
