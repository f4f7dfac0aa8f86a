// The servers that CoreDNS forwarded to in coredns.jsonl (`upstream` of its topology).
import type { DnsMessage, DnsRecord } from '../../../src/emulator/host/resolver/message.ts';
import type { Answer } from './zone-server.ts';

const record = (name: string, type: string, data: string, ttl: number): DnsRecord => ({
  name,
  type,
  ttl,
  data,
});

const HOUR = 3600;
const ZONE = 'example.com.';
const SOA = record(
  ZONE,
  'SOA',
  `ns1.${ZONE} hostmaster.${ZONE} 2026112301 7200 3600 1209600 60`,
  HOUR,
);
const NS = record(ZONE, 'NS', `ns1.${ZONE}`, HOUR);
const ROOT = record(
  '.',
  'SOA',
  'a.root-servers.net. nstld.verisign-grs.com. 2026112300 1800 900 604800 86400',
  86_400,
);

const records: readonly DnsRecord[] = [
  SOA,
  NS,
  record(ZONE, 'A', '192.0.2.80', HOUR),
  record(ZONE, 'MX', `10 mail.${ZONE}`, HOUR),
  record(ZONE, 'TXT', '"v=spf1 -all"', HOUR),
  record(`ns1.${ZONE}`, 'A', '192.168.49.53', HOUR),
  record(`www.${ZONE}`, 'A', '192.0.2.80', 300),
  record(`www.${ZONE}`, 'AAAA', '2001:db8::80', 300),
  record(`short.${ZONE}`, 'A', '192.0.2.5', 5),
  record(`alias.${ZONE}`, 'CNAME', `www.${ZONE}`, HOUR),
  record(`mail.${ZONE}`, 'A', '192.0.2.25', HOUR),
  ...Array.from({ length: 59 }, (_, index) =>
    record(`big.${ZONE}`, 'A', `192.0.2.${index + 1}`, HOUR),
  ),
];

/** A resolver's answers: `ra` set, `aa` not. */
export function answerUpstream({ question }: DnsMessage): Answer {
  const name = question.name.toLowerCase();
  if ((question.class ?? 'IN') !== 'IN') return { rcode: 'REFUSED' };
  if (name.endsWith('.servfail.test.')) return { rcode: 'SERVFAIL' };
  return { recursionAvailable: true, ...found(name, question.type) };
}

function found(name: string, type: string): Partial<DnsMessage> {
  if (name === ZONE || name.endsWith(`.${ZONE}`)) return inZone(name, type);
  if (name === 'example.org.' || name.endsWith('.example.org.')) {
    if (name === 'v6only.example.org.')
      return type === 'AAAA' ? { answers: [record(name, 'AAAA', '2001:db8::99', 10)] } : {};
    return type === 'A' ? { answers: [record(name, 'A', '192.0.2.77', 10)] } : {};
  }
  return { rcode: 'NXDOMAIN', authority: [ROOT] };
}

function inZone(name: string, type: string): Partial<DnsMessage> {
  const own = records.filter((each) => each.name === name);
  if (own.length === 0) return { rcode: 'NXDOMAIN', authority: [SOA] };
  const alias = own.find((each) => each.type === 'CNAME');
  const target = alias && type !== 'CNAME' ? alias.data : name;
  const answers = [
    ...(alias && type !== 'CNAME' ? [alias] : []),
    ...records.filter((each) => each.name === target && each.type === type),
  ];
  if (answers.length === 0) return { authority: [SOA] };
  return { answers, authority: type === 'NS' && name === ZONE ? [] : [NS] };
}

/** The stub domain's server. */
export function answerStub({ question }: DnsMessage): Answer {
  const hosts: { readonly [name: string]: string } = {
    'git.corp.local.': '192.168.49.80',
    'wiki.corp.local.': '192.168.49.81',
  };
  const address = hosts[question.name.toLowerCase()];
  if (address === undefined) return { rcode: 'SERVFAIL' };
  const answers = question.type === 'A' ? [record(question.name, 'A', address, HOUR)] : [];
  return { recursionAvailable: true, answers };
}
