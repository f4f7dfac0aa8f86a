import { expect, it } from 'vitest';
import { bootTyped } from '../../../cluster/testing.ts';

it('builds an overlay: names, labels, images, patches and hashes', () => {
  const on = bootTyped();
  on.type(
    'mkdir -p base over',
    'kubectl create deployment web --image=nginx:1.25 --dry-run=client -o yaml > base/web.yaml',
    "printf 'resources: [web.yaml]\\nconfigMapGenerator:\\n- name: conf\\n  literals: [a=b]\\n' " +
      '> base/kustomization.yaml',
    "printf 'resources: [../base]\\nnamePrefix: dev-\\nnamespace: shop\\n" +
      'labels:\\n- pairs: {t: a}\\n' +
      'images:\\n- name: nginx\\n  newTag: "1.27"\\npatches:\\n- target: {kind: Deployment}\\n' +
      '  patch: |-\\n    - {op: replace, path: /spec/replicas, value: 2}\\n' +
      "' > over/kustomization.yaml",
  );
  expect(on.type('kubectl kustomize over')).toBe(`apiVersion: v1
data:
  a: b
kind: ConfigMap
metadata:
  labels:
    t: a
  name: dev-conf-4h2mbtbbt6
  namespace: shop
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
    t: a
  name: dev-web
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  strategy: {}
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - image: nginx:1.27
        name: nginx
        resources: {}
status: {}
`);
  expect(on.type('kubectl apply -k base', 'kubectl kustomize nowhere')).toMatch(
    /^configmap\/conf-\w+ created\ndeployment\.apps\/web created\nerror: must build at directory: /,
  );
});

it('replaces fields, expands vars, and keeps the order that is asked for', () => {
  const on = bootTyped();
  on.type(
    'mkdir k',
    'kubectl create cm conf --from-literal=host=a.example.com --dry-run=client -o yaml > k/a.yaml',
    'kubectl create svc clusterip web --tcp=80 --dry-run=client -o yaml > k/b.yaml',
    "kubectl run p --image=nginx --env='HOST=$(HOST)' --dry-run=client -o yaml > k/c.yaml",
    "printf 'resources: [c.yaml, b.yaml, a.yaml]\nnamePrefix: x-\nsortOptions: {order: fifo}\n" +
      'vars: [{name: HOST, objref: {apiVersion: v1, kind: Service, name: web}}]\n' +
      'replacements:\n- source: {kind: ConfigMap, fieldPath: data.host, options: ' +
      '{delimiter: ., index: 1}}\n  targets:\n  - select: {kind: Pod}\n    fieldPaths: ' +
      '["metadata.labels.run", "spec.containers.[name=p].image"]\n' +
      "' > k/kustomization.yaml",
  );
  const out = on.type(
    "kubectl kustomize k 2>/dev/null | grep -E 'kind|run:|image|value|  name: x'",
  );
  expect(out).toBe(
    'kind: Pod\n    run: example\n  name: x-p\n      value: x-web\n    image: example\n' +
      'kind: Service\n  name: x-web\nkind: ConfigMap\n  name: x-conf\n',
  );
});
