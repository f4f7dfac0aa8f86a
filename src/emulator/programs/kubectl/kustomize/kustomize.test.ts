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
