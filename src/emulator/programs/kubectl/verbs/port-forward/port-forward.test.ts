import { expect, it } from 'vitest';
import { bootTyped } from '../../../../cluster/testing.ts';

it('carries connections to a pod, and tells of ports where nobody listens', () => {
  const on = bootTyped();
  on.type('kubectl run web --image=nginx', 'kubectl wait --for=condition=Ready pod/web');
  expect(
    on.type('kubectl port-forward pod/web 8080:80 & sleep 1; curl -s localhost:8080 | grep title'),
  ).toContain(
    'from 127.0.0.1:8080 -> 80\nForwarding from [::1]:8080 -> 80\n' +
      'Handling connection for 8080\n<title>Welcome to nginx!',
  );
  expect(
    on.type('kubectl port-forward pod/web 81 & sleep 1; curl -s localhost:81; sleep 1'),
  ).toMatch(
    /81 -> 81: error forwarding port 81 .*connection refused.*\nerror: lost connection to pod/,
  );
});
