import { expect, it } from 'vitest';
import { bootTyped, masked } from '../../../../cluster/testing.ts';

it('follows a rollout, keeps its history and goes back', () => {
  const on = bootTyped();
  on.type('kubectl create deployment web --image=nginx --replicas=2');
  expect(on.type('kubectl rollout status deploy/web').split('\n').at(-2)).toBe(
    'deployment "web" successfully rolled out',
  );
  expect(
    on.type(
      'kubectl set image deploy/web nginx=nginx:1.999',
      'kubectl rollout status deploy/web --timeout=20s | tail -1',
      'kubectl rollout history deploy/web',
      'kubectl rollout undo deploy/web',
      'kubectl rollout status deploy/web',
      'kubectl rollout undo deploy/web --to-revision=9',
    ),
  ).toBe(
    'deployment.apps/web image updated\n' +
      'Waiting for deployment "web" rollout to finish: 1 out of 2 new replicas have been ' +
      'updated...\nerror: timed out waiting for the condition\n' +
      'deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n' +
      'deployment.apps/web rolled back\ndeployment "web" successfully rolled out\n' +
      'error: unable to find specified revision 9 in history\n[exit 1]\n',
  );
  expect(masked(on.type('kubectl get rs -o wide | grep -v " 0 "'))).toContain(
    'nginx  nginx  app=web',
  );
});

it('restarts pods one after another', () => {
  const on = bootTyped();
  on.type('kubectl create deployment web --image=nginx', 'kubectl rollout status deploy/web');
  const before = on.type('kubectl get pods -o name');
  const said = on.type('kubectl rollout restart deploy/web', 'kubectl rollout status deploy/web');
  expect(said).toMatch(/^deployment.apps\/web restarted\n[^]*successfully rolled out\n$/);
  on.settle();
  expect(on.type('kubectl get pods -o name')).not.toBe(before);
});
