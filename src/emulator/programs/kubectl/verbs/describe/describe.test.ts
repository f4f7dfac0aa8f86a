import { beforeAll, expect, it } from 'vitest';
import { bootTyped, masked, type Typed } from '../../../../cluster/testing.ts';

let on: Typed;
beforeAll(() => {
  on = bootTyped();
  on.type(
    'kubectl create deployment web --image=nginx --replicas=2 --port=80',
    'kubectl expose deploy web',
  );
  on.settle();
});

it('describes a service with its endpoints', () => {
  expect(masked(on.type('kubectl describe svc web'))).toBe(
    'Name:  web\nNamespace:  default\nLabels:  app=web\nAnnotations:  <none>\n' +
      'Selector:  app=web\nType:  ClusterIP\nIP Family Policy:  SingleStack\n' +
      'IP Families:  IPv4\nIP:  10.96.X\nIPs:  10.96.X\nPort:  <unset>  80/TCP\n' +
      'TargetPort:  80/TCP\nEndpoints:  10.244.X:80,10.244.X:80\nSession Affinity:  None\n' +
      'Internal Traffic Policy:  Cluster\nEvents:  <none>\n',
  );
});

it('sets names in a template deeper than those of a pod', () => {
  const text = on.type('kubectl describe deploy web');
  expect(text).toContain(
    'Pod Template:\n  Labels:  app=web\n  Containers:\n   nginx:\n    Image:         nginx\n' +
      '    Port:          80/TCP\n    Host Port:     0/TCP\n    Environment:   <none>\n' +
      '    Mounts:        <none>\n  Volumes:         <none>\n  Node-Selectors:  <none>\n' +
      '  Tolerations:     <none>\nConditions:\n  Type           Status  Reason\n',
  );
  expect(masked(text)).toContain(
    'Normal  ScalingReplicaSet  T  deployment-controller  Scaled up replica set web-X from 0 to 2',
  );
});

it('keeps the blanks of the conditions of a pod, and its events in order', () => {
  const text = on.type('kubectl describe pods -l app=web');
  expect(text.split('\n\n\nName:')).toHaveLength(2);
  expect(text).toContain(
    'Conditions:\n  Type                        Status\n  PodReadyToStartContainers   True \n',
  );
  const events = text.split('-------\n')[1]?.split('\n\n')[0] ?? '';
  expect(events.split('\n').map((line) => line.trim().split(/ +/)[1])).toEqual([
    'Scheduled',
    'Pulling',
    'Pulled',
    'Created',
    'Started',
  ]);
});

it('finds objects by the beginning of their name, and says which there are not', () => {
  expect(on.type('kubectl describe pod web | grep -c ^Name:').trim()).toBe('2');
  expect(on.type('kubectl describe pod nope', 'kubectl describe pods -n empty')).toBe(
    'Error from server (NotFound): pods "nope" not found\n[exit 1]\n' +
      'No resources found in empty namespace.\n',
  );
});
