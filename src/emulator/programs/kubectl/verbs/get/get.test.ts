import { beforeAll, expect, it } from 'vitest';
import { bootTyped, masked, type Typed } from '../../../../cluster/testing.ts';

let on: Typed;
beforeAll(() => {
  on = bootTyped();
  on.type(
    'kubectl create deployment web --image=nginx --replicas=2',
    'kubectl run a --image=nginx',
  );
  on.settle();
});

it('prints tables, wide or with labels, of several kinds and of all namespaces', () => {
  expect(masked(on.type('kubectl get deploy,pods -o wide --show-labels'))).toBe(
    'NAME  READY  UP-TO-DATE  AVAILABLE  AGE  CONTAINERS  IMAGES  SELECTOR  LABELS\n' +
      'deployment.apps/web  2/2  2  2  T  nginx  nginx  app=web  app=web\n' +
      '\n' +
      'NAME  READY  STATUS  RESTARTS  AGE  IP  NODE  NOMINATED NODE  READINESS GATES  LABELS\n' +
      'pod/a  1/1  Running  0  T  10.244.X  worker-X  <none>  <none>  run=a\n' +
      'pod/web-X  1/1  Running  0  T  10.244.X  worker-X  <none>  <none>  ' +
      `app=web,pod-template-hash=${hash()}\n` +
      'pod/web-X  1/1  Running  0  T  10.244.X  worker-X  <none>  <none>  ' +
      `app=web,pod-template-hash=${hash()}\n`,
  );
  expect(on.type('kubectl get svc -A --no-headers').split('\n')[0]).toMatch(
    /^default +kubernetes +ClusterIP +10\.96\.0\.1 +<none> +443\/TCP +\d+s$/,
  );
});

function hash(): string {
  return on
    .type("kubectl get pods -l app=web -o jsonpath='{.items[0].metadata.labels}'")
    .slice('{"app":"web","pod-template-hash":"'.length, -2);
}

it('prints names, paths, templates and columns', () => {
  expect(
    on.type(
      'kubectl get pod/a svc/kubernetes -o name',
      'kubectl get pod a -o jsonpath=\'{.spec.containers[*].image}{"\\n"}\'',
      'kubectl get pod a -o go-template=\'{{.metadata.name}}{{"\\n"}}\'',
      'kubectl get pod a -o custom-columns=N:.metadata.name,P:.spec.priority',
      'kubectl get pods -l app=web -L app --sort-by=.metadata.name --no-headers | wc -l',
    ),
  ).toBe('pod/a\nservice/kubernetes\nnginx\na\nN     P\na     0\n2\n');
});

it('says what is wrong in the words of kubectl', () => {
  expect(
    on.type(
      'kubectl get pod nope',
      'kubectl get nope',
      'kubectl get pods -n empty',
      'kubectl get pods --field-selector foo=bar',
      'kubectl get pods --nope',
    ),
  ).toBe(
    'Error from server (NotFound): pods "nope" not found\n[exit 1]\n' +
      'error: the server doesn\'t have a resource type "nope"\n[exit 1]\n' +
      'No resources found in empty namespace.\n' +
      'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label ' +
      'selector "", field selector "foo=bar": field label not supported: foo\n[exit 1]\n' +
      "error: unknown flag: --nope\nSee 'kubectl get --help' for usage.\n[exit 1]\n",
  );
});

it('watches until it is ended', () => {
  const shown = on.type(
    '(sleep 1; kubectl label pod a tier=x >/dev/null) & kubectl get pod a -w -L tier & sleep 2; ' +
      'kill %2',
  );
  expect(masked(shown)).toContain(
    'NAME  READY  STATUS  RESTARTS  AGE  TIER\na  1/1  Running  0  T  \na  1/1  Running  0  T  x\n',
  );
});
