import type { Micros } from '../../world/json.ts';
import type { Call, Sys } from '../syscalls.ts';
import { candidateNames, type ResolverConfig } from './config.ts';
import { exchange, exchangeTcp, type NoAnswer } from './exchange.ts';
import { makeQuestion, type DnsMessage } from './message.ts';

/** What became of a name's questions: `h_errno` of the resolver. */
export type Lookup =
  | { readonly found: true; readonly name: string; readonly answers: readonly DnsMessage[] }
  | { readonly found: false; readonly why: 'not-found' | 'no-data' | 'try-again' | 'too-late' };

const PORT = 53;

/** Servers to ask; without any in resolv.conf, the one on this machine. */
export function serversOf({ nameservers }: ResolverConfig): readonly string[] {
  return nameservers.length > 0 ? nameservers : ['127.0.0.1'];
}

/**
 * Goes through the search list as glibc's res_search: each candidate with all types at once, until
 * one of them has a record. SERVFAIL goes on to the next candidate; silence and refusal end the
 * search (but the name as it is is still tried). `until` is when the caller loses patience.
 */
export function* searchName(
  sys: Sys,
  config: ResolverConfig,
  name: string,
  types: readonly string[],
  until: Micros = Infinity,
): Call<Lookup> {
  const names = candidateNames(name, config);
  const asIs = `${name.replace(/\.$/, '')}.`;
  let [noData, failed, over] = [false, false, false];
  for (const candidate of names) {
    if (over && candidate !== asIs) continue;
    const answers = yield* askAll(sys, config, candidate, types, until);
    if (sys.now >= until) return { found: false, why: 'too-late' };
    if (typeof answers === 'string') {
      if (answers === 'refused') return { found: false, why: 'try-again' };
      if (answers === 'servfail') failed = true;
      else if (over || candidate === asIs) return { found: false, why: 'try-again' };
      else [over, failed] = [true, true];
      continue;
    }
    if (answers.some(hasRecords)) return { found: true, name: candidate, answers };
    if (answers.some(({ rcode }) => rcode === 'NOERROR')) noData = true;
  }
  if (noData) return { found: false, why: 'no-data' };
  return { found: false, why: failed ? 'try-again' : 'not-found' };
}

/** Any record ends the search, an alias without an address too. */
function hasRecords({ rcode, answers }: DnsMessage): boolean {
  return rcode === 'NOERROR' && answers.length > 0;
}

/** res_send: round the servers, as often as `attempts` says, until one gives a usable answer. */
function* askAll(
  sys: Sys,
  config: ResolverConfig,
  name: string,
  types: readonly string[],
  until: Micros,
): Call<readonly DnsMessage[] | NoAnswer | 'servfail'> {
  const servers = serversOf(config);
  let outcome: NoAnswer | 'servfail' = 'refused';
  for (let attempt = 0; attempt < config.attempts; attempt++) {
    for (const [index, address] of servers.entries()) {
      if (sys.now >= until) return 'timeout';
      const turn = { address, index, attempt, until };
      const answer = yield* askOne(sys, config, turn, name, types);
      if (typeof answer === 'string') {
        if (answer !== 'refused') outcome = answer;
        continue;
      }
      const good = answer.filter(({ rcode }) => rcode === 'NOERROR' || rcode === 'NXDOMAIN');
      if (good.length > 0) return good;
      outcome = answer.some(({ rcode }) => rcode === 'SERVFAIL') ? 'servfail' : 'timeout';
    }
  }
  return outcome;
}

interface Turn {
  readonly address: string;
  readonly index: number;
  readonly attempt: number;
  readonly until: Micros;
}

function* askOne(
  sys: Sys,
  config: ResolverConfig,
  { address, index, attempt, until }: Turn,
  name: string,
  types: readonly string[],
): Call<readonly DnsMessage[] | NoAnswer> {
  const server = { address, port: PORT };
  const questions = types.map((type) => {
    const purpose = `dns/${name}/${type}/${index}/${attempt}/${sys.now}`;
    return makeQuestion(sys.chance.integer(purpose, 65_536), name, type);
  });
  const share = index > 0 ? Math.ceil((config.timeout * 2 ** index) / 3) : config.timeout;
  const patience = index > 0 ? Math.max(1_000_000, share) : config.timeout;
  const timeout = Math.min(patience, until - sys.now);
  if (config.useTcp) return yield* exchangeTcp(sys, server, questions, timeout);
  const answers = yield* exchange(sys, server, questions, timeout, true);
  if (typeof answers === 'string' || !answers.some(({ truncated }) => truncated)) return answers;
  return yield* exchangeTcp(sys, server, questions, timeout);
}
