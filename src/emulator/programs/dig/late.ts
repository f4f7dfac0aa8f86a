import { isErrno, strerror } from '../../host/errno.ts';
import { runLookup, type BindLookup, type BindOutput } from '../../host/resolver/bind-lookup.ts';
import {
  findServers,
  readBindSettings,
  type BindServer,
  type BindSettings,
} from '../../host/resolver/bind-settings.ts';
import type { DnsEdns, DnsMessage } from '../../host/resolver/message.ts';
import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { readWords, USAGE, VERSION, type Asked, type CommandLine } from './options.ts';
import { answerText, takeGreeting } from './print.ts';

/** dig of BIND 9.18. */
const program: ProgramCode = {
  run,
};

export default program;

/** Exit codes of dig(1). */
const NO_SERVER = 9;
const NO_BATCH = 8;

function* run(argv: readonly string[], sys: Sys): Process {
  const words = readWords(argv.slice(1));
  if ('said' in words) {
    yield* sys.write(2, words.said);
    return words.code;
  }
  for (const line of words.warnings) yield* sys.write(2, line);
  if (words.version) {
    yield* sys.write(2, `DiG ${VERSION}\n`);
    return 0;
  }
  if (words.help) {
    yield* sys.write(1, USAGE.slice(0, USAGE.indexOf('\n\n') + 1));
    return 0;
  }
  if (words.batch !== undefined) return yield* batch(sys, words.batch);
  let code = 0;
  for (const asked of words.lookups) {
    const ended = yield* ask(sys, words, asked);
    if (ended === 1) return 1;
    if (ended !== 0) code = ended;
  }
  return code;
}

function* batch(sys: Sys, path: string): Call<number> {
  const found = sys.files.read(path);
  if (isErrno(found)) {
    yield* sys.write(2, `${path}: ${strerror(found)}\ndig: couldn't open specified batch file\n`);
    return NO_BATCH;
  }
  yield* sys.write(2, 'dig: -f is not modelled here\n');
  return 2;
}

function* ask(sys: Sys, words: CommandLine, asked: Asked): Call<number> {
  const servers: BindServer[] = [];
  for (const name of asked.servers.length > 0 ? asked.servers : words.servers) {
    const found = yield* findServers(sys, name);
    if (!found) {
      yield* sys.write(2, `dig: couldn't get address for '${name}': not found\n`);
      return 1;
    }
    servers.push(...found);
  }
  const settings = settingsOf(sys, words, asked, servers);
  const lookup = lookupOf(sys, asked);
  let code = 0;
  const output: BindOutput = {
    *warning(text) {
      yield* sys.write(1, `;; ${text}\n`);
    },
    *comment(text) {
      if (asked.on['comments']) yield* sys.write(1, `;; ${text}\n`);
    },
    *trying() {},
    *answer(answer) {
      if (lookup.type === 'AXFR' || lookup.type === 'IXFR') {
        yield* transferFailed(sys, asked);
        return;
      }
      yield* sys.write(1, answerText(asked, answer, settings.port, sys.now));
    },
    *unreachable() {
      if (lookup.type === 'AXFR' || lookup.type === 'IXFR') {
        yield* transferFailed(sys, asked);
        return;
      }
      code = NO_SERVER;
      yield* sys.write(1, `${takeGreeting(asked)};; no servers could be reached\n`);
    },
  };
  yield* runLookup(sys, settings, lookup, output);
  return code;
}

/** No server here gives its zone away. */
function* transferFailed(sys: Sys, asked: Asked): Call<void> {
  yield* sys.write(1, `${takeGreeting(asked)}; Transfer failed.\n`);
}

function settingsOf(
  sys: Sys,
  words: CommandLine,
  asked: Asked,
  servers: readonly BindServer[],
): BindSettings {
  const own = readBindSettings(sys);
  const search = asked.domain === undefined ? own.search : [asked.domain];
  return {
    servers: servers.length > 0 ? servers : own.servers,
    port: words.port,
    search: search.filter((each) => each !== ''),
    ndots: asked.ndots ?? own.ndots,
    tries: asked.tries ?? own.tries,
    timeout: asked.timeout ?? own.timeout,
  };
}

function lookupOf(sys: Sys, asked: Asked): BindLookup {
  const { on } = asked;
  const edns: DnsEdns = {
    ...(asked.ednsVersion > 0 && { version: asked.ednsVersion }),
    udpSize: asked.bufferSize,
    ...(on['dnssec'] && { dnssecOk: true }),
    ...(on['cookie'] && { cookie: sys.chance.hex(`cookie/${asked.name}`, 16) }),
    options: [
      ...(on['nsid'] ? [{ code: 3, data: '' }] : []),
      ...(asked.subnet === undefined ? [] : [{ code: 8, data: subnetOption(asked.subnet) }]),
    ],
  };
  const question: Partial<DnsMessage> = {
    recursionDesired: on['recurse'] === true,
    ...(on['adflag'] && { authenticData: true }),
    ...(on['cdflag'] && { checkingDisabled: true }),
    ...(on['aaflag'] && { authoritative: true }),
    ...(on['edns'] && asked.bufferSize > 0 && { edns }),
  };
  const any = ['ANY', 'AXFR', 'IXFR'].includes(asked.type ?? '');
  return {
    // A trace begins at the root, whatever the name.
    name: on['trace'] ? '.' : asked.name,
    type: on['trace'] ? 'NS' : (asked.type ?? 'A'),
    class: asked.class ?? 'IN',
    search: on['search'] === true,
    tcp: on['tcp'] ?? any,
    ignoreTruncation: on['ignore'] === true,
    checkRecursion: false,
    servfailStops: on['fail'] !== false,
    question,
  };
}

/** RFC 7871: family, length of the prefix, scope, and as many bytes of the address. */
function subnetOption(text: string): string {
  const [address = '', length = '32'] = text.split('/');
  const bits = Number(length);
  const bytes = address
    .split('.')
    .slice(0, Math.ceil(bits / 8))
    .map(Number);
  return String.fromCharCode(0, 1, bits, 0, ...bytes);
}
