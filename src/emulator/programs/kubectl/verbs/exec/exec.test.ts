import { beforeAll, expect, it } from 'vitest';
import { bootTyped, type Typed } from '../../../../cluster/testing.ts';

let on: Typed;
beforeAll(() => {
  on = bootTyped();
  on.type('kubectl create deployment web --image=nginx', 'kubectl rollout status deploy/web');
});

it('runs a command in a container and ends with its code', () => {
  expect(
    on.type(
      'kubectl exec deploy/web -- echo hi',
      "kubectl exec deploy/web -- sh -c 'echo no >&2; exit 7'",
      'echo text | kubectl exec -i deploy/web -- cat',
    ),
  ).toBe('hi\nno\ncommand terminated with exit code 7\n[exit 7]\ntext\n');
});

it('says what there is not', () => {
  expect(on.type('kubectl exec nope -- ls', 'kubectl exec deploy/web ls')).toBe(
    'Error from server (NotFound): pods "nope" not found\n[exit 1]\n' +
      'error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] ' +
      "instead\nSee 'kubectl exec -h' for help and examples\n[exit 1]\n",
  );
  expect(on.type('kubectl exec deploy/web -- nope')).toContain(
    'exec: "nope": executable file not found in $PATH',
  );
});
