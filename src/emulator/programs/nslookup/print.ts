import type { BindAnswer } from '../../host/resolver/bind-lookup.ts';
import type { DnsMessage, DnsRecord } from '../../host/resolver/message.ts';

/** What nslookup calls the data of each type. */
const titles: Readonly<Record<string, string>> = {
  A: 'internet address = ',
  NS: 'nameserver = ',
  CNAME: 'canonical name = ',
  SOA: 'soa = ',
  WKS: 'protocol = ',
  PTR: 'name = ',
  HINFO: 'hinfo = ',
  MINFO: 'minfo = ',
  MX: 'mail exchanger = ',
  TXT: 'text = ',
  RP: 'rp = ',
  AFSDB: 'afsdb = ',
  AAAA: 'has AAAA address ',
  LOC: 'loc = ',
  SRV: 'service = ',
  NAPTR: 'naptr = ',
};

const withoutDot = (name: string) => name.replace(/(?<=.)\.$/, '');

const dataOf = ({ type, data }: DnsRecord) => `${titles[type] ?? `rdata_${type} = `}${data}`;

/** Records of an answer in nslookup's short form. */
export function answerLines(message: DnsMessage, sections: readonly Section[]): string {
  return sections
    .flatMap((section) => message[section].map((record) => shortLine(record, section)))
    .join('');
}

type Section = 'answers' | 'authority' | 'additional';

function shortLine(record: DnsRecord, section: Section): string {
  const name = withoutDot(record.name);
  const address = record.type === 'A' || record.type === 'AAAA';
  if (address && section === 'answers') return `Name:\t${name}\nAddress: ${record.data}\n`;
  if (record.type === 'SOA') return `${name}\n${soaLines(record.data)}`;
  return `${name}\t${dataOf(record)}\n`;
}

function soaLines(data: string): string {
  const [origin = '', mail = '', ...numbers] = data.split(' ');
  const names = ['serial', 'refresh', 'retry', 'expire', 'minimum'];
  const rest = names.map((name, index) => `\t${name} = ${numbers[index] ?? 0}\n`).join('');
  return `\torigin = ${withoutDot(origin)}\n\tmail addr = ${withoutDot(mail)}\n${rest}`;
}

/** The whole message, as `-debug` shows it. */
export function debugText({ message }: BindAnswer): string {
  const { question } = message;
  const asked =
    `\t${withoutDot(question.name)}, type = ${question.type}, ` +
    `class = ${question.class ?? 'IN'}\n`;
  const section = (title: string, records: readonly DnsRecord[]) =>
    `    ${title}:\n${records.map(detail).join('')}`;
  return (
    '------------\n' +
    `    QUESTIONS:\n${asked}` +
    section('ANSWERS', message.answers) +
    section('AUTHORITY RECORDS', message.authority) +
    section('ADDITIONAL RECORDS', message.additional) +
    '------------\n'
  );
}

function detail(record: DnsRecord): string {
  const data = record.type === 'SOA' ? soaLines(record.data) : `\t${dataOf(record)}\n`;
  return `    ->  ${withoutDot(record.name)}\n${data}\tttl = ${record.ttl}\n`;
}
