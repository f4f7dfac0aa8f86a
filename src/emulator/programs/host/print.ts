import type { BindAnswer } from '../../host/resolver/bind-lookup.ts';
import {
  headerFlags,
  questionLine,
  sectionCounts,
  sectionText,
} from '../../host/resolver/bind-text.ts';
import type { DnsMessage, DnsRecord } from '../../host/resolver/message.ts';

/** What host says of the data of each type. */
const titles: Readonly<Record<string, string>> = {
  A: 'has address',
  NS: 'name server',
  CNAME: 'is an alias for',
  WKS: 'has well known services',
  PTR: 'domain name pointer',
  HINFO: 'host information',
  MX: 'mail is handled by',
  TXT: 'descriptive text',
  X25: 'x25 address',
  ISDN: 'isdn address',
  SIG: 'has signature',
  KEY: 'has key',
  AAAA: 'has IPv6 address',
  LOC: 'location',
};

const NUMBERS: Readonly<Record<string, number>> = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  NOTAUTH: 9,
};

const bare = (name: string) => name.replace(/(?<=.)\.$/, '');

/** The answers, each in one line. */
export function shortText(message: DnsMessage): string {
  return message.answers.map(shortLine).join('');
}

function shortLine({ name, type, data }: DnsRecord): string {
  return `${bare(name)} ${titles[type] ?? `has ${type} record`} ${data}\n`;
}

/** Why a name was not found. */
export function notFound({ message, name }: BindAnswer, typed: string): string {
  const { rcode } = message;
  const shown = rcode === 'NXDOMAIN' ? typed : bare(name);
  return `Host ${shown} not found: ${NUMBERS[rcode] ?? 0}(${rcode})\n`;
}

/** The whole message, as `-v` shows it. */
export function verboseText(message: DnsMessage): string {
  const parts = [
    `;; ->>HEADER<<- opcode: QUERY, status: ${message.rcode}, id: ${message.id}\n`,
    `;; flags:${headerFlags(message)}; ${sectionCounts(message)}\n`,
    `\n;; QUESTION SECTION:\n${questionLine(message.question)}\n`,
  ];
  for (const section of ['answers', 'authority', 'additional'] as const) {
    const lines = sectionText(message, section);
    const title = section === 'answers' ? 'ANSWER' : section.toUpperCase();
    if (lines !== '') parts.push(`\n;; ${title} SECTION:\n${lines}`);
  }
  return `${parts.join('')}\n`;
}
