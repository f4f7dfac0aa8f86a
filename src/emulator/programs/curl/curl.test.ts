import { expect, it } from 'vitest';
import { boot } from '../../cluster/boot.ts';

it('tries again where it is told to', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  const run = (text: string) => cluster.script(text);
  const refused = run('curl -sS --retry 2 http://127.0.0.1:81/');
  const failed =
    "curl: (7) Failed to connect to 127.0.0.1 port 81 after 0 ms: Couldn't connect to server\n";
  expect(refused).toEqual({ stdout: '', stderr: failed, exit: 7 });
  const again = run('curl --no-progress-meter --retry 2 --retry-connrefused http://127.0.0.1:81/');
  const pause = (seconds: number, left: string) =>
    `Warning: Problem: connection refused. Will retry in ${seconds} seconds. ${left} left.\n`;
  expect(again.stderr).toBe(
    `${failed}${pause(1, '2 retries')}${failed}${pause(2, '1 retry')}${failed}`,
  );
  const late = `(sleep 2; nginx -g 'daemon off;') >/dev/null 2>&1 &
curl -s --retry 5 --retry-connrefused --retry-delay 1 localhost:80 -o /dev/null -w '%{http_code}'`;
  const pod = `kubectl run web --image=nginx --command -- sleep 1d
kubectl wait --for=condition=Ready pod/web
kubectl exec -i web -- bash`;
  expect(cluster.script(`${pod} <<'EOF'\n${late}\nEOF`).stdout).toMatch(/200$/);
});

it('connects first, and says then that a scheme is not modelled', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  expect(cluster.script('curl -sS https://127.0.0.1:81/').stderr).toMatch(/^curl: \(7\) Failed/);
  expect(cluster.script('curl -s ftp://192.168.49.2:6443/')).toEqual({
    stdout: '',
    stderr: 'curl: ftp:// is not modelled here\n',
    exit: 2,
  });
});

it('speaks to the API server over TLS, and looks at its certificate', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  const url = 'https://192.168.49.2:6443';
  const strict = cluster.script(`curl -sS ${url}/healthz`);
  expect(strict.exit).toBe(60);
  expect(strict.stderr).toContain('(60) SSL certificate problem: unable to get local issuer');
  expect(cluster.script(`curl -sk ${url}/healthz`).stdout).toBe('ok');
  expect(cluster.script(`curl -sk ${url}/`).stdout).toContain('cannot get path \\"/\\"');
  const http = cluster.script('curl -s http://192.168.49.2:6443/');
  expect(http.stdout).toBe('Client sent an HTTP request to an HTTPS server.\n');
  const script = `
    openssl s_client -connect 192.168.49.2:6443 </dev/null 2>/dev/null |
      openssl x509 -noout -subject -ext subjectAltName`;
  expect(cluster.script(script).stdout).toBe(
    'subject=CN = kube-apiserver\nX509v3 Subject Alternative Name: \n    DNS:control-plane, ' +
      'DNS:kubernetes, DNS:kubernetes.default, DNS:kubernetes.default.svc, ' +
      'DNS:kubernetes.default.svc.cluster.local, IP Address:10.96.0.1, ' +
      'IP Address:192.168.49.2\n',
  );
});
