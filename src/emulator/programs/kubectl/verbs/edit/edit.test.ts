import { expect, it } from 'vitest';
import { bootTyped } from '../../../../cluster/testing.ts';

const edit = (editor: string) => `KUBE_EDITOR="${editor}" kubectl edit deploy web`;

it('sends what an editor makes of the object', () => {
  const on = bootTyped();
  on.type('kubectl create deployment web --image=nginx');
  expect(
    on.type(
      edit('nope'),
      edit("sed -i 's/replicas: 1/replicas: 2/'"),
      'kubectl get deploy web -o jsonpath=\'{.spec.replicas}{"\\n"}\'',
      edit('true'),
      edit('cp /dev/null'),
      edit('false'),
    ),
  ).toBe(
    'error: unable to launch the editor "nope"\n[exit 1]\ndeployment.apps/web edited\n2\n' +
      'Edit cancelled, no changes made.\nEdit cancelled, saved file was empty.\n' +
      'error: there was a problem with the editor "false"\n[exit 1]\n',
  );
});

it('opens the file again where it cannot be stored', () => {
  const on = bootTyped();
  on.type('kubectl create deployment web --image=nginx');
  expect(on.type(edit("sed -i 's/replicas: 1/replicas: -1/'"))).toMatch(
    new RegExp(
      '^error: deployments.apps "web" is invalid\\n' +
        'A copy of your changes has been stored to "/tmp/kubectl-edit-\\d+.yaml"\\n' +
        'error: Edit cancelled, no valid changes were saved.\\n\\[exit 1\\]\\n$',
    ),
  );
});
