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

it('edits several objects as one list, objects before they are made, and what was applied', () => {
  const on = bootTyped();
  on.type(
    'kubectl create cm a --from-literal=k=one --save-config',
    'kubectl create cm b --from-literal=k=two --save-config',
  );
  const shell = (line: string) => on.type(line);
  expect(shell("EDITOR='sed -i s/one/three/' kubectl edit cm/a cm/b")).toBe(
    'configmap/a edited\nconfigmap/b skipped\n',
  );
  expect(shell("EDITOR='sed -i s/two/four/' kubectl apply edit-last-applied cm/b")).toBe(
    'configmap/b edited\n',
  );
  expect(shell('kubectl apply view-last-applied cm/b | grep k:')).toBe('  k: four\n');
  on.type('kubectl create cm c --from-literal=k=x --dry-run=client -o yaml > c.yaml');
  expect(shell("EDITOR='sed -i s/x$/five/' kubectl create --edit -f c.yaml")).toBe(
    'configmap/c created\n',
  );
  expect(shell("kubectl get cm a b c -o jsonpath='{.items[*].data.k}'")).toBe('three two five');
});
