import { expect, it } from 'vitest';
import { bootTyped } from '../../../../cluster/testing.ts';

it('runs a pod, shows what it says and takes it away', () => {
  const on = bootTyped();
  expect(on.type('kubectl run t --image=busybox -i --rm --restart=Never -- echo hi')).toBe(
    'hi\npod "t" deleted from default namespace\n',
  );
  expect(
    on.type(
      "kubectl run t --image=busybox --restart=Never --command -- sh -c 'echo said; exit 3'",
      'sleep 4; kubectl get pod t --no-headers | cut -c1-25',
      'kubectl logs t',
      'kubectl logs t -c nope',
      'kubectl delete pod t --grace-period=0 --force',
    ),
  ).toBe(
    'pod/t created\nt     0/1   Error   0    \nsaid\n' +
      'error: container nope is not valid for pod t\n[exit 1]\n' +
      'pod "t" force deleted from default namespace\n' +
      'Warning: Immediate deletion does not wait for confirmation that the running resource ' +
      'has been terminated. The resource may continue to run on the cluster indefinitely.\n',
  );
});
