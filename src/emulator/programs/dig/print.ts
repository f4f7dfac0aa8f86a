import type { BindAnswer } from '../../host/resolver/bind-lookup.ts';
import {
  headerFlags,
  questionLine,
  sectionCounts,
  sectionText,
  type MasterStyle,
} from '../../host/resolver/bind-text.ts';
import type { DnsEdns, DnsMessage } from '../../host/resolver/message.ts';
import type { Micros } from '../../world/json.ts';
import { formatTime } from '../gnu/calendar.ts';
import type { Asked } from './options.ts';

/** All that dig prints of an answer (printmessage and received of dig.c). */
export function answerText(asked: Asked, answer: BindAnswer, port: number, now: Micros): string {
  const { message, server } = answer;
  const { on } = asked;
  if (on['short']) return shortText(asked, answer);
  const style: MasterStyle = {
    ttl: on['ttlid'] !== false,
    class: on['class'] !== false,
    units: on['ttlunits'] === true,
  };
  const parts = [takeGreeting(asked)];
  if (on['comments']) parts.push(headerText(answer), ednsText(message, answer.question));
  if (on['question']) {
    const line = `${questionLine(message.question, style)}\n`;
    parts.push(on['comments'] ? `;; QUESTION SECTION:\n${line}\n` : line);
  }
  for (const section of ['answers', 'authority', 'additional'] as const) {
    const word = section === 'answers' ? 'answer' : section;
    const lines = on[word] ? sectionText(message, section, style) : '';
    if (lines === '') continue;
    parts.push(on['comments'] ? `;; ${word.toUpperCase()} SECTION:\n${lines}\n` : lines);
  }
  const where = `${server.address}#${port}(${server.shown})`;
  const time = on['microseconds']
    ? `${answer.elapsed} usec`
    : `${Math.floor(answer.elapsed / 1000)} msec`;
  if (on['stats']) {
    parts.push(
      `;; Query time: ${time}\n`,
      `;; SERVER: ${where} (${answer.protocol})\n`,
      `;; WHEN: ${formatTime(now, '%a %b %d %H:%M:%S UTC %Y')}\n`,
      `;; MSG SIZE  rcvd: ${message.size ?? 0}\n\n`,
    );
  } else if (on['identify']) {
    const took = time.replace(/msec$/, 'ms').replace(/usec$/, 'us');
    parts.push(`;; Received ${message.size ?? 0} bytes from ${where} in ${took}\n\n`);
  }
  return parts.join('');
}

/** The lines before the first answer, once, unless later options left them out. */
export function takeGreeting(asked: Asked): string {
  const { greeting, on } = asked;
  asked.greeting = '';
  return on['cmd'] ? greeting : '';
}

/** `+short`: the data of the answers, and nothing else. */
function shortText({ on }: Asked, { message, server, elapsed }: BindAnswer): string {
  const took = `${Math.floor(elapsed / 1000)} ms`;
  const from = on['identify'] ? ` from server ${server.address} in ${took}.` : '';
  return message.answers.map(({ data }) => `${data}${from}\n`).join('');
}

function headerText({ message, name }: BindAnswer): string {
  const parts = [';; Got answer:\n'];
  if (/(^|\.)local\.$/i.test(name)) {
    parts.push(
      ';; WARNING: .local is reserved for Multicast DNS\n',
      ';; You are currently testing what happens when an mDNS query is leaked to DNS\n',
    );
  }
  parts.push(
    `;; ->>HEADER<<- opcode: QUERY, status: ${message.rcode}, id: ${message.id}\n`,
    `;; flags:${headerFlags(message)}; ${sectionCounts(message)}\n`,
  );
  if (message.recursionDesired && !message.recursionAvailable)
    parts.push(';; WARNING: recursion requested but not available\n');
  return `${parts.join('')}\n`;
}

/** The OPT pseudo-section; nothing where the answer has none. */
function ednsText(message: DnsMessage, asked: DnsMessage): string {
  const { edns } = message;
  if (!edns) {
    const refused = message.rcode === 'FORMERR' || message.rcode === 'NOTIMP';
    if (!asked.edns || !refused) return '';
    const what = `EDNS query returned status ${message.rcode}`;
    return `;; WARNING: ${what} - retry with '+noedns'\n\n`;
  }
  const flags = edns.dnssecOk ? ' do' : '';
  const lines = [`; EDNS: version: 0, flags:${flags}; udp: ${edns.udpSize}\n`];
  for (const { code, data } of edns.options ?? []) {
    if (code === 3) lines.push(data === '' ? '; NSID:\n' : `; NSID: ${bytes(data)} ("${data}")\n`);
    else if (code === 8) lines.push(subnetLine(data));
    else lines.push(`; OPT=${code}:${data === '' ? '' : ` ${bytes(data)} ("${data}")`}\n`);
  }
  const cookie = cookieLine(edns, asked.edns);
  if (edns.error) lines.push(cookie, errorLine(edns.error));
  else lines.push(cookie);
  return `;; OPT PSEUDOSECTION:\n${lines.join('')}`;
}

/** A server without cookies of its own sends the client's back. */
function cookieLine({ cookie }: DnsEdns, asked: DnsEdns | undefined): string {
  if (cookie === undefined) return '';
  const own = asked?.cookie ?? '';
  if (cookie === own) return `; COOKIE: ${cookie} (echoed)\n`;
  return `; COOKIE: ${cookie} (${cookie.startsWith(own) ? 'good' : 'bad'})\n`;
}

const errorNames: Readonly<Record<number, string>> = {
  0: 'Other',
  3: 'Stale Answer',
  6: 'DNSSEC Bogus',
  15: 'Blocked',
  16: 'Censored',
  17: 'Filtered',
  18: 'Prohibited',
  20: 'Not Authoritative',
  21: 'Not Supported',
  22: 'No Reachable Authority',
  23: 'Network Error',
};

function errorLine({ code, text }: { readonly code: number; readonly text: string }): string {
  const name = errorNames[code] ?? 'Unknown';
  return `; EDE: ${code} (${name})${text === '' ? '' : `: (${text})`}\n`;
}

function subnetLine(data: string): string {
  const [, , source = 0, scope = 0, ...address] = [...data].map((each) => each.charCodeAt(0));
  const full = [...address, 0, 0, 0, 0].slice(0, 4).join('.');
  return `; CLIENT-SUBNET: ${full}/${source}/${scope}\n`;
}

const bytes = (data: string) =>
  [...data].map((each) => each.charCodeAt(0).toString(16).padStart(2, '0')).join(' ');
