import { expect, it } from 'vitest';
import { bootTyped } from '../../cluster/testing.ts';

it('makes keys, sets up a device with a peer and shows it', () => {
  const on = bootTyped();
  expect(
    on.type('echo dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo= > /tmp/key', 'wg pubkey < /tmp/key'),
  ).toBe('hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n');
  expect(on.type('wg genkey | wg pubkey')).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
  const peer = 'v01ARQp49CpsH3SvseIS+ujr9geZFZGEE5YdwuiWzSg=';
  on.type(
    'sudo ip link add wg0 type wireguard',
    `sudo wg set wg0 listen-port 51820 private-key /tmp/key peer ${peer} ` +
      'endpoint 192.168.49.9:51820 allowed-ips 10.9.0.0/24 persistent-keepalive 25',
  );
  expect(on.type('sudo wg show wg0')).toBe(`interface: wg0
  public key: hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=
  private key: (hidden)
  listening port: 51820

peer: ${peer}
  endpoint: 192.168.49.9:51820
  allowed ips: 10.9.0.0/24
  persistent keepalive: every 25 seconds
`);
  expect(on.type('sudo wg show nosuch; sudo wg show wg0 allowed-ips')).toBe(
    `${peer}\t10.9.0.0/24\nUnable to access interface: No such device\n`,
  );
});
