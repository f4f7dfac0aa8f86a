import { expect, it } from 'vitest';
import { bootTyped } from '../../../../cluster/testing.ts';

it('patches in three ways', () => {
  const on = bootTyped();
  on.type('kubectl create deployment web --image=nginx');
  const containers =
    '{"spec":{"template":{"spec":{"containers":[{"name":"b","image":"busybox"}]}}}}';
  const operations = '[{"op":"replace","path":"/spec/replicas","value":2}]';
  expect(
    on.type(
      `kubectl patch deploy web -p '${containers}'`,
      'kubectl get deploy web -o jsonpath=\'{.spec.template.spec.containers[*].name}{"\\n"}\'',
      `kubectl patch deploy web --type=json -p '${operations}'`,
      `kubectl patch deploy web --type=merge -p '{"spec":{"replicas":2}}'`,
      `kubectl patch deploy web -p '{bad'`,
    ),
  ).toBe(
    'deployment.apps/web patched\nb nginx\ndeployment.apps/web patched\n' +
      'deployment.apps/web patched (no change)\n' +
      "error: unable to parse \"{bad\": yaml: line 1: did not find expected ',' or '}'\n[exit 1]\n",
  );
});
