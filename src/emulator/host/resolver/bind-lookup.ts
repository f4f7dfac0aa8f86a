import type { Micros } from '../../world/json.ts';
import { isErrno } from '../errno.ts';
import type { Call, Sys } from '../syscalls.ts';
import type { BindServer, BindSettings } from './bind-settings.ts';
import { exchangeTcp, sendDns } from './exchange.ts';
import { decodeDns, makeQuestion, type DnsMessage } from './message.ts';

/** One name that a BIND tool looks up (`dig_lookup_t`). */
export interface BindLookup {
  /** As typed. */
  readonly name: string;
  readonly type: string;
  readonly class: string;
  /** Whether the search list counts. */
  readonly search: boolean;
  readonly tcp: boolean;
  /** A truncated answer is taken as it is. */
  readonly ignoreTruncation: boolean;
  /** An answer without `ra` is a reason to ask the next server. */
  readonly checkRecursion: boolean;
  /** SERVFAIL is an answer as any other. */
  readonly servfailStops: boolean;
  /** Flags and EDNS of the question. */
  readonly question: Partial<DnsMessage>;
}

/** An answer, and how it came. */
export interface BindAnswer {
  readonly message: DnsMessage;
  readonly server: BindServer;
  /** The name that was asked for, with its final dot. */
  readonly name: string;
  readonly protocol: 'UDP' | 'TCP';
  readonly elapsed: Micros;
  readonly question: DnsMessage;
}

/** What a tool does with the events of a look-up (the callbacks of dighost.c). */
export interface BindOutput {
  /** A complaint that all tools show, without `;; `. */
  warning(text: string): Call<void>;
  /** A remark that some tools leave out, without `;; `. */
  comment(text: string): Call<void>;
  trying(name: string): Call<void>;
  answer(answer: BindAnswer): Call<void>;
  /** No server gave an answer. */
  unreachable(): Call<void>;
}

/** Looks a name up as dighost.c does: the search list, the servers, the tries. */
export function* runLookup(
  sys: Sys,
  settings: BindSettings,
  lookup: BindLookup,
  output: BindOutput,
): Call<void> {
  const names = candidates(lookup, settings);
  for (const [index, name] of names.entries()) {
    yield* output.trying(name);
    const answer = yield* askServers(sys, settings, lookup, name, output);
    if (!answer) return yield* output.unreachable();
    if (answer.message.rcode === 'NXDOMAIN' && index < names.length - 1) continue;
    return yield* output.answer(answer);
  }
}

/**
 * Names in the order in which they are tried: one with enough dots only as it is; any other with
 * the search list and, in the end, as it is.
 */
function candidates(lookup: BindLookup, { search, ndots }: BindSettings): readonly string[] {
  const name = lookup.name;
  if (name.endsWith('.')) return [name];
  const asIs = `${name}.`;
  const dots = name.split('.').length - 1;
  if (!lookup.search || dots >= ndots) return [asIs];
  return [...search.map((suffix) => (suffix === '.' ? asIs : `${name}.${suffix}.`)), asIs];
}

type Failure =
  | { readonly failed: 'setup' | 'connection'; readonly why: string }
  | { readonly failed: 'answer'; readonly why: string };

/** Tries are for the first server; each that comes after it has one. */
function* askServers(
  sys: Sys,
  settings: BindSettings,
  lookup: BindLookup,
  name: string,
  output: BindOutput,
): Call<BindAnswer | undefined> {
  const { servers, port } = settings;
  let left = settings.tries;
  let at = 0;
  let setupFailed = false;
  for (let turn = 0; at < servers.length; turn++) {
    const server = servers[at] as BindServer;
    const next = servers[at + 1];
    const found = yield* askOne(sys, settings, lookup, { name, server, turn }, output);
    if ('failed' in found) {
      const shown = `${server.address}#${port}`;
      setupFailed = found.failed !== 'answer';
      if (found.failed === 'answer') {
        yield* output.warning(`communications error to ${shown}: ${found.why}`);
      } else {
        const what = found.failed === 'setup' ? 'UDP setup with' : 'Connection to';
        const whom = `${shown}(${server.shown}) for ${lookup.name}`;
        yield* output.warning(`${what} ${whom} failed: ${found.why}.`);
      }
      if (left > 1) {
        left -= 1;
        // A socket that could not even be set up ends the look-up each time anew.
        if (setupFailed) yield* output.unreachable();
      } else at += 1;
      continue;
    }
    const { rcode, recursionAvailable, recursionDesired } = found.message;
    const servfail = rcode === 'SERVFAIL' && !lookup.servfailStops;
    const noRecursion = lookup.checkRecursion && !recursionAvailable && recursionDesired;
    if (!servfail && !noRecursion) return found;
    const what = rcode === 'SERVFAIL' ? 'SERVFAIL reply' : 'recursion not available';
    const further = next ? ', trying next server' : '';
    yield* output.comment(`Got ${what} from ${server.address}${further}`);
    if (!next) return found;
    at += 1;
  }
  return undefined;
}

interface Turn {
  readonly name: string;
  readonly server: BindServer;
  readonly turn: number;
}

/** Asks one server once; a truncated answer is fetched over TCP. */
function* askOne(
  sys: Sys,
  settings: BindSettings,
  lookup: BindLookup,
  { name, server, turn }: Turn,
  output: BindOutput,
): Call<BindAnswer | Failure> {
  const purpose = `bind/${name}/${lookup.type}/${server.address}/${turn}/${sys.now}`;
  const id = sys.chance.integer(purpose, 65_536);
  const made = makeQuestion(id, name, lookup.type, lookup.question);
  const classed = lookup.class === 'IN' ? {} : { class: lookup.class };
  const question = { ...made, question: { ...made.question, ...classed } };
  const to = { address: server.address, port: settings.port };
  const began = sys.now;
  const pack = (message: DnsMessage, protocol: 'UDP' | 'TCP'): BindAnswer => ({
    message,
    server,
    name,
    protocol,
    elapsed: sys.now - began,
    question,
  });
  if (server.address.includes(':')) return { failed: 'answer', why: 'connection refused' };
  if (!lookup.tcp) {
    const found = yield* askUdp(sys, to, question, settings.timeout);
    if ('failed' in found) return found;
    if (!found.truncated || lookup.ignoreTruncation) return pack(found, 'UDP');
    yield* output.comment('Truncated, retrying in TCP mode.');
  }
  const found = yield* exchangeTcp(sys, to, [question], settings.timeout);
  const message = typeof found === 'string' ? undefined : found[0];
  if (message) return pack(message, 'TCP');
  if (found === 'closed') return { failed: 'answer', why: 'end of file' };
  if (found === 'timeout') return { failed: 'answer', why: 'timed out' };
  const why = found === 'refused' ? 'connection refused' : 'host unreachable';
  return { failed: 'connection', why };
}

const setupTexts: Readonly<Record<string, string>> = {
  ENETUNREACH: 'network unreachable',
  EHOSTUNREACH: 'host unreachable',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};

/** Only these end a wait: the others are "soft" to a socket that does not ask for them. */
const icmpTexts: Readonly<Record<string, string>> = {
  'port-unreachable': 'connection refused',
  'admin-prohibited': 'host unreachable',
};

function* askUdp(
  sys: Sys,
  to: { readonly address: string; readonly port: number },
  question: DnsMessage,
  timeout: Micros,
): Call<DnsMessage | Failure> {
  const fd = sys.openUdp();
  if (isErrno(fd)) return { failed: 'setup', why: 'out of memory' };
  try {
    const failed = sendDns(sys, fd, to, question);
    if (failed === 'ECONNREFUSED') return { failed: 'answer', why: 'connection refused' };
    if (failed && failed !== 'EPERM')
      return { failed: 'setup', why: setupTexts[failed] ?? 'unexpected error' };
    const until = sys.now + timeout;
    for (let left = timeout; left > 0; left = until - sys.now) {
      const event = yield* sys.receive(fd, left);
      if (typeof event === 'string') break;
      if (event.event === 'icmp') {
        const why = icmpTexts[event.kind];
        if (why !== undefined) return { failed: 'answer', why };
      }
      if (event.event !== 'datagram') continue;
      const message = decodeDns(event.payload);
      if (message?.response && message.id === question.id) return message;
    }
    return { failed: 'answer', why: 'timed out' };
  } finally {
    sys.close(fd);
  }
}
