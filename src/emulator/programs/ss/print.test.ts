import { expect, it } from 'vitest';
import { printTable } from './print.ts';

const row = (users: string, port: string) => [
  'tcp',
  'LISTEN',
  '0',
  '128',
  '0.0.0.0:',
  port,
  '0.0.0.0:',
  '*',
  users,
];

it('measures all cells but the last of all', () => {
  const one = ' users:(("a",pid=1,fd=3))';
  const two = ' users:(("longer",pid=12,fd=3))';
  expect(printTable([row(one, '80'), row(two, '8080')], false, true, true)).toBe(
    'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess                  \n' +
      'LISTEN 0      128          0.0.0.0:80        0.0.0.0:*    users:(("a",pid=1,fd=3))\n' +
      'LISTEN 0      128          0.0.0.0:8080      0.0.0.0:*    users:(("longer",pid=12,fd=3))\n',
  );
});

it('prints a bare header when there is nothing', () => {
  expect(printTable([], false, true, true)).toBe(
    'State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n',
  );
});
