import { expect, it } from 'vitest';
import { bootTyped } from '../../../../cluster/testing.ts';

it('waits for conditions, paths and deletion, and gives up in time', () => {
  const on = bootTyped();
  expect(
    on.type(
      'kubectl run a --image=nginx',
      'kubectl wait --for=condition=Ready pod/a --timeout=30s',
      "kubectl wait --for=jsonpath='{.status.phase}'=Running pod/a",
      'kubectl wait --for=condition=Nope pod/a --timeout=1s',
      'kubectl wait --for=condition=Ready pod/nope',
      '(sleep 1; kubectl delete pod a >/dev/null) & kubectl wait --for=delete pod/a',
    ),
  ).toBe(
    'pod/a created\npod/a condition met\npod/a condition met\n' +
      'error: timed out waiting for the condition on pods/a\n[exit 1]\n' +
      'Error from server (NotFound): pods "nope" not found\n[exit 1]\n' +
      'pod/a condition met\n',
  );
});
