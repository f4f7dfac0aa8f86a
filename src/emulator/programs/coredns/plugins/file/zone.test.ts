import { expect, it } from 'vitest';
import type { DnsMessage, DnsRecord } from '../../../../host/resolver/message.ts';
import type { Steps } from '../../plugin.ts';
import { lookup } from './lookup.ts';
import { parseZone } from './zone.ts';

const text = `; a zone of the lab
$TTL 1h
$ORIGIN lab.test.
@       IN SOA ns admin (
            2026112500 ; serial
            2h 30m 1w 5m )
        IN NS  ns
ns      IN A   192.0.2.53
www 60  IN A   192.0.2.80
        IN TXT "two words" one
alias      CNAME www
*.apps  IN A   192.0.2.81
sub     IN NS  ns.sub
ns.sub  IN A   192.0.2.54
other.test. IN A 192.0.2.99
`;

// oxlint-disable-next-line require-yield -- there is nobody to ask
function* nobody(): Steps<DnsMessage | undefined> {
  return undefined;
}

it('a zone file answers for its names, wildcards and parts given away', () => {
  const zone = parseZone(text, '/lab.db', 'lab.test.');
  if ('error' in zone) throw new Error(zone.error);
  const ask = (name: string, type = 'A') => {
    const step = lookup(zone, name, type, nobody).next();
    if (!step.done) throw new Error('it waits');
    const line = (record: DnsRecord) =>
      `${record.name} ${record.ttl} ${record.type} ${record.data}`;
    const { rcode, answers, authority, delegated } = step.value;
    return [rcode, ...answers.map(line), ...authority.map(line), ...(delegated ? ['down'] : [])];
  };
  const soa = 'lab.test. 3600 SOA ns.lab.test. admin.lab.test. 2026112500 7200 1800 604800 300';
  const ns = 'lab.test. 3600 NS ns.lab.test.';
  expect(ask('www.lab.test.')).toEqual(['NOERROR', 'www.lab.test. 60 A 192.0.2.80', ns]);
  expect(ask('www.lab.test.', 'TXT')[1]).toBe('www.lab.test. 3600 TXT "two words" "one"');
  expect(ask('alias.lab.test.')).toEqual([
    'NOERROR',
    'alias.lab.test. 3600 CNAME www.lab.test.',
    'www.lab.test. 60 A 192.0.2.80',
    ns,
  ]);
  expect(ask('shop.apps.lab.test.')[1]).toBe('shop.apps.lab.test. 3600 A 192.0.2.81');
  expect(ask('apps.lab.test.')).toEqual(['NOERROR', soa]);
  expect(ask('no.lab.test.')).toEqual(['NXDOMAIN', soa]);
  expect(ask('x.sub.lab.test.')).toEqual([
    'NOERROR',
    'sub.lab.test. 3600 NS ns.sub.lab.test.',
    'down',
  ]);
  expect(parseZone('www IN A 192.0.2.1\n', '/x.db', 'lab.test.')).toEqual({
    error: 'file "/x.db" has no SOA record for origin lab.test.',
  });
});
