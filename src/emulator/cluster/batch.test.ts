// Jobs, the clock that makes them, and claims with their volumes, as one types them.
import { expect, it } from 'vitest';
import { bootTyped } from './testing.ts';

const PHASES = '-o jsonpath={.items[*].status.phase}';

it('runs Jobs to their end, and lets them fail', () => {
  const { type } = bootTyped();
  type('kubectl create job good --image=busybox -- true', 'sleep 4');
  expect(type('kubectl wait --for=condition=complete job/good')).toBe(
    'job.batch/good condition met\n',
  );
  expect(type('kubectl get job good --no-headers')).toMatch(/^good +Complete +1\/1 /);
  expect(type('kubectl get pods -o jsonpath={.items[0].metadata.finalizers}')).toBe('');
  const bad = `kubectl apply -f - <<'F'
apiVersion: batch/v1
kind: Job
metadata: {name: bad}
spec:
  completionMode: Indexed
  completions: 2
  backoffLimit: 0
  template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox,
    command: [sh, -c, 'exit $JOB_COMPLETION_INDEX']}]}}
F`;
  type(bad, 'sleep 20');
  const status = type('kubectl get job bad -o jsonpath={.status}');
  expect(status).toContain('"completedIndexes":"0"');
  expect(status).toContain('Job has reached the specified backoff limit');
  type('kubectl delete job good bad', 'sleep 3');
  expect(type('kubectl get pods')).toBe('No resources found in default namespace.\n');
});

it('makes Jobs by the clock, and keeps only the last ones', () => {
  const { type } = bootTyped();
  type("kubectl create cronjob tick --image=busybox --schedule='* * * * *' -- date", 'sleep 310');
  expect(type('kubectl get jobs --no-headers').trim().split('\n')).toHaveLength(3);
  expect(type('kubectl describe cronjob tick')).toMatch(/SawCompletedJob .*condition: Complete/);
  const from = 'kubectl create job now --from=cronjob/tick';
  expect(type(from)).toBe('job.batch/now created\n');
});

const set = `kubectl apply -f - <<'F'
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: c, image: busybox, command: [sh, -c, 'echo up >> /data/log; sleep 9999'],
        volumeMounts: [{name: data, mountPath: /data}]}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
F`;

it('gives each pod of a set a volume that outlives it', () => {
  const { type } = bootTyped();
  type(set, 'sleep 12');
  expect(type(`kubectl get pvc ${PHASES}`)).toBe('Bound Bound');
  type('kubectl delete pod db-0 --grace-period=1', 'sleep 10');
  expect(type('kubectl exec db-0 -- cat /data/log')).toBe('up\nup\n');
  type('kubectl delete pvc data-db-0 --wait=false');
  expect(type('kubectl get pvc data-db-0 --no-headers')).toMatch(/^data-db-0 +Terminating /);
  type('kubectl delete statefulset db', 'sleep 45', 'kubectl delete pvc --all', 'sleep 3');
  expect(type('kubectl get pv,pvc')).toBe('No resources found\n');
});

it('binds a claim to the smallest volume that fits, and keeps it afterwards', () => {
  const { type } = bootTyped();
  const volume = (name: string, size: string) => `
apiVersion: v1
kind: PersistentVolume
metadata: {name: ${name}}
spec: {capacity: {storage: ${size}}, accessModes: [ReadWriteOnce], storageClassName: manual,
  hostPath: {path: /mnt/${name}}}
---`;
  const claim = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: c}
spec: {storageClassName: manual, accessModes: [ReadWriteOnce],
  resources: {requests: {storage: 2Gi}}}`;
  const volumes = volume('small', '1Gi') + volume('large', '9Gi') + volume('right', '3Gi');
  type(`kubectl apply -f - <<'F'${volumes}${claim}\nF`, 'sleep 3');
  expect(type('kubectl get pvc c -o jsonpath={.spec.volumeName}')).toBe('right');
  type('kubectl delete pvc c', 'sleep 2');
  expect(type('kubectl get pv right -o jsonpath={.status.phase}')).toBe('Released');
});
