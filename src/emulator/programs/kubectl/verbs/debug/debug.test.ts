import { expect, it } from 'vitest';
import { bootTyped } from '../../../../cluster/testing.ts';

const LEGACY =
  '--profile=legacy is deprecated and will be removed in the future. It is recommended to ' +
  'explicitly specify a profile, for example "--profile=general".\n';

it('runs an ephemeral container in the network of a pod', () => {
  const on = bootTyped();
  on.type('kubectl run a --image=nginx', 'kubectl wait --for=condition=Ready pod/a');
  const said = on.type(
    "echo 'hostname; wget -qO- localhost | head -1' | " +
      'kubectl debug -i -q a --image=busybox -c first --profile=general -- sh',
    'kubectl debug a --image=busybox -c second -- sleep 100',
    'kubectl get pod a -o jsonpath=\'{.spec.ephemeralContainers[*].name}{"\\n"}\'',
  );
  expect(said).toBe(`a\n<!DOCTYPE html>\n${LEGACY}first second\n`);
  on.settle();
  expect(on.type('kubectl describe pod a')).toContain('Ephemeral Containers:\n  first:\n');
});

it('runs a pod in the network of a node', () => {
  const on = bootTyped();
  const said = on.type(
    'echo hostname | kubectl debug -i node/worker-1 --image=busybox --profile=sysadmin -- sh',
  );
  expect(said).toMatch(
    /^Creating debugging pod node-debugger-worker-1-\w{5} with container debugger on node/,
  );
  expect(said).toContain('\nworker-1\n');
});

it('says what there is not', () => {
  const on = bootTyped();
  expect(on.type('kubectl debug a', 'kubectl debug nope --image=busybox')).toBe(
    'error: you must specify --image when not using --copy-to.\n[exit 1]\n' +
      `${LEGACY}Error from server (NotFound): pods "nope" not found\n[exit 1]\n`,
  );
});
