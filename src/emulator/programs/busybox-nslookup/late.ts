import { isErrno } from '../../host/errno.ts';
import { parseResolverConfig } from '../../host/resolver/config.ts';
import { sendDns } from '../../host/resolver/exchange.ts';
import { getaddrinfo, isIPv4, isIPv6 } from '../../host/resolver/getaddrinfo.ts';
import {
  decodeDns,
  makeQuestion,
  reverseName,
  type DnsMessage,
  type DnsRecord,
} from '../../host/resolver/message.ts';
import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import type { Micros } from '../../world/json.ts';

/** nslookup of busybox 1.35 (networking/nslookup.c with FEATURE_NSLOOKUP_BIG). */
const program: ProgramCode = {
  run,
};

export default program;

const TYPES = ['A', 'SOA', 'NS', 'CNAME', 'PTR', 'MX', 'TXT', 'AAAA', 'SRV', 'ANY'];
const SECOND = 1_000_000;

interface Settings {
  types: string[];
  port: number;
  /** Time for all answers of one server. */
  timeout: Micros;
  /** How often the questions are sent in that time. */
  sends: number;
}

/** A question, and what came back. */
interface Query {
  /** As it is shown. */
  readonly name: string;
  readonly type: string;
  readonly message: DnsMessage;
  answer?: DnsMessage;
  /** How many answers came before it. */
  arrived?: number;
}

function* run(argv: readonly string[], sys: Sys): Process {
  const settings: Settings = { types: [], port: 53, timeout: 5 * SECOND, sends: 2 };
  const words: string[] = [];
  for (const word of argv.slice(1)) {
    const wrong = word.startsWith('-') ? setOption(settings, word.slice(1)) : undefined;
    if (!word.startsWith('-')) words.push(word);
    if (wrong === undefined) continue;
    yield* sys.write(2, `nslookup: ${wrong}\n`);
    return 1;
  }
  const [host, ...named] = words;
  if (host === undefined) {
    yield* sys.write(2, 'BusyBox v1.35.0 multi-call binary.\n\n' + USAGE);
    return 1;
  }
  const found = sys.files.read('/etc/resolv.conf');
  const config = parseResolverConfig(isErrno(found) ? '' : found.text);
  const servers = named.length > 0 ? yield* addresses(sys, named) : config.nameservers;
  if (!servers) return 1;
  const search = named.length > 0 ? [] : config.search;
  const queries = makeQueries(sys, host, settings.types, search);
  for (const server of servers.length > 0 ? servers : ['127.0.0.1']) {
    if (!(yield* sendQueries(sys, settings, server, queries))) continue;
    return yield* show(sys, settings, server, queries);
  }
  yield* sys.write(1, ';; connection timed out; no servers could be reached\n\n');
  return 1;
}

const USAGE =
  'Usage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n\n' +
  'Query DNS about HOST\n\n' +
  `QUERY_TYPE: ${TYPES.map((each) => each.toLowerCase()).join(',')}\n`;

function setOption(settings: Settings, text: string): string | undefined {
  const [key = '', value = ''] = text.split(/=(.*)/s);
  if (/^(debug|stats)$/.test(key)) return undefined;
  const number = Number.parseInt(value, 10);
  if (/^(q|t|type|query|querytype)$/.test(key)) {
    const type = value.toUpperCase();
    if (!TYPES.includes(type)) return `invalid query type "${value}"`;
    settings.types.push(type);
  } else if (key === 'port') settings.port = number || 53;
  else if (key === 'timeout') settings.timeout = Math.max(1, number || 5) * SECOND;
  else if (key === 'retry') settings.sends = Math.max(1, number || 2);
  else return `invalid option -- '${key.slice(0, 1)}'\n${USAGE.trimEnd()}`;
  return undefined;
}

function* addresses(sys: Sys, names: readonly string[]): Call<readonly string[] | undefined> {
  const all: string[] = [];
  for (const name of names) {
    const found = yield* getaddrinfo(sys, name);
    if (!found.ok) {
      yield* sys.write(2, `nslookup: bad address '${name}'\n`);
      return undefined;
    }
    all.push(found.addresses[0] as string);
  }
  return all;
}

/** Only a name without any dot goes through the search list; and then not as it is. */
function makeQueries(
  sys: Sys,
  host: string,
  types: readonly string[],
  search: readonly string[],
): Query[] {
  const make = (name: string, type: string): Query => {
    const id = sys.chance.integer(`nslookup/${name}/${type}/${sys.now}`, 65_536);
    return { name, type, message: makeQuestion(id, name, type) };
  };
  const number = isIPv4(host) || isIPv6(host);
  const shown = number ? reverseName(host).replace(/\.$/, '') : host;
  const names =
    !number && !host.includes('.') && search.length > 0
      ? search.map((suffix) => `${host}.${suffix}`)
      : [shown];
  const asked = types.length > 0 ? types : number ? ['PTR'] : ['A', 'AAAA'];
  return asked.flatMap((type) => names.map((name) => make(name, type)));
}

/** Sends all questions that have no answer yet, again and again; false where none was answered. */
function* sendQueries(
  sys: Sys,
  { port, timeout, sends }: Settings,
  address: string,
  queries: readonly Query[],
): Call<boolean> {
  const fd = sys.openUdp();
  if (isErrno(fd)) return false;
  const to = { address, port };
  const interval = Math.floor(timeout / sends);
  let servfails = 2 * queries.length;
  let refused = false;
  let arrived = 0;
  try {
    for (let turn = 0; turn < sends; turn++) {
      const failed = refused ? 'ECONNREFUSED' : sendAll(sys, fd, to, queries);
      if (failed && failed !== 'EPERM') {
        yield* sys.write(2, `nslookup: write to '${address}': ${writeTexts[failed] ?? failed}\n`);
        break;
      }
      const until = sys.now + interval;
      while (queries.some(({ answer }) => !answer) && sys.now < until) {
        const event = yield* sys.receive(fd, until - sys.now);
        if (typeof event === 'string') break;
        if (event.event === 'icmp' || event.event === 'failed') refused = true;
        const message = event.event === 'datagram' ? decodeDns(event.payload) : undefined;
        const query = queries.find((each) => each.message.id === message?.id && !each.answer);
        if (!message?.response || !query) continue;
        if (message.rcode === 'SERVFAIL' && servfails > 0) {
          servfails -= 1;
          sendDns(sys, fd, to, query.message);
        } else {
          query.answer = message;
          query.arrived = arrived++;
        }
      }
      if (queries.every(({ answer }) => answer)) break;
    }
  } finally {
    sys.close(fd);
  }
  return queries.some(({ answer }) => answer);
}

const writeTexts: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ENETUNREACH: 'Network is unreachable',
  EHOSTUNREACH: 'No route to host',
};

function sendAll(
  sys: Sys,
  fd: number,
  to: { readonly address: string; readonly port: number },
  queries: readonly Query[],
) {
  for (const query of queries) {
    const failed = query.answer ? undefined : sendDns(sys, fd, to, query.message);
    if (failed) return failed;
  }
  return undefined;
}

function* show(
  sys: Sys,
  { port }: Settings,
  server: string,
  queries: readonly Query[],
): Call<number> {
  yield* sys.write(1, `Server:\t\t${server}\nAddress:\t${server}:${port}\n\n`);
  let code = 0;
  // Answers are told as they came.
  const last = queries.length;
  const told = queries.toSorted((a, b) => (a.arrived ?? last) - (b.arrived ?? last));
  for (const { name, answer } of told) {
    if (!answer) {
      yield* sys.write(1, `*** Can't find ${name}: No answer\n\n`);
      code = 1;
    } else if (answer.rcode !== 'NOERROR') {
      yield* sys.write(1, `** server can't find ${name}: ${answer.rcode}\n\n`);
      code = 1;
    } else {
      const borrowed = answer.authoritative ? '' : 'Non-authoritative answer:\n';
      yield* sys.write(1, `${borrowed}${answer.answers.map(recordText).join('')}\n`);
    }
  }
  return code;
}

const bare = (name: string) => name.replace(/(?<=.)\.$/, '');

function recordText(record: DnsRecord): string {
  const name = bare(record.name);
  const words = record.data.split(' ');
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${name}\nAddress: ${record.data}\n`;
    case 'NS':
      return `${name}\tnameserver = ${bare(record.data)}\n`;
    case 'CNAME':
      return `${name}\tcanonical name = ${bare(record.data)}\n`;
    case 'PTR':
      return `${name}\tname = ${bare(record.data)}\n`;
    case 'MX':
      return `${name}\tmail exchanger = ${words[0]} ${bare(words[1] ?? '')}\n`;
    case 'TXT':
      return `${name}\ttext = ${record.data}\n`;
    case 'SRV':
      return `${name}\tservice = ${words.slice(0, 3).join(' ')} ${bare(words[3] ?? '')}\n`;
    case 'SOA': {
      const labels = ['serial', 'refresh', 'retry', 'expire', 'minimum'];
      const rest = labels.map((label, index) => `\t${label} = ${words[index + 2]}\n`).join('');
      const origin = `\torigin = ${bare(words[0] ?? '')}\n`;
      return `${name}\n${origin}\tmail addr = ${bare(words[1] ?? '')}\n${rest}`;
    }
    default:
      return '';
  }
}
