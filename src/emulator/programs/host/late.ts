import { runLookup, type BindAnswer, type BindOutput } from '../../host/resolver/bind-lookup.ts';
import { findServers, readBindSettings } from '../../host/resolver/bind-settings.ts';
import { chainOf, isIPv4, isIPv6 } from '../../host/resolver/getaddrinfo.ts';
import { reverseName } from '../../host/resolver/message.ts';
import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { readOptions, type Options } from './options.ts';
import { notFound, shortText, verboseText } from './print.ts';

/** host of BIND 9.18. */
const program: ProgramCode = {
  run,
};

export default program;

interface State {
  readonly sys: Sys;
  readonly options: Options;
  /** The server was given, and is still to be told. */
  introduce: boolean;
  failed: boolean;
}

function* run(argv: readonly string[], sys: Sys): Process {
  const options = readOptions(argv, readBindSettings(sys));
  if ('said' in options) {
    yield* sys.write(options.fd, options.said);
    return options.code;
  }
  const [name = '', server] = options.words;
  const state: State = { sys, options, introduce: server !== undefined, failed: true };
  if (server !== undefined) {
    const found = yield* findServers(sys, server);
    if (!found) {
      yield* sys.write(2, `host: couldn't get address for '${server}': not found\n`);
      return 1;
    }
    options.bind = { ...options.bind, servers: found };
  }
  yield* lookUp(state, name);
  return state.failed ? 1 : 0;
}

function* lookUp(state: State, name: string): Call<void> {
  const { type } = state.options;
  if (isIPv4(name) || isIPv6(name)) {
    // An address is turned into a name whatever the type.
    yield* ask(state, reverseName(name), 'PTR', false);
    return;
  }
  if (type !== undefined) {
    yield* ask(state, name, type, false);
    return;
  }
  const first = yield* ask(state, name, 'A', true);
  if (first?.message.rcode !== 'NOERROR') return;
  const { canonical } = chainOf(first.message);
  for (const each of ['AAAA', 'MX']) yield* ask(state, `${canonical}.`, each, true);
}

/** `usual`: no type was chosen, so that an empty answer is nothing to tell. */
function* ask(
  state: State,
  name: string,
  type: string,
  usual: boolean,
): Call<BindAnswer | undefined> {
  const { sys, options } = state;
  let result: BindAnswer | undefined;
  const put = (text: string) => sys.write(1, text);
  const output: BindOutput = {
    *warning(text) {
      yield* put(`;; ${text}\n`);
    },
    *comment(text) {
      if (options.verbose) yield* put(`;; ${text}\n`);
    },
    *trying(candidate) {
      if (options.verbose) yield* put(`Trying "${candidate.replace(/(?<=.)\.$/, '')}"\n`);
    },
    *unreachable() {
      yield* put(';; no servers could be reached\n');
    },
    *answer(answer) {
      result = answer;
      // What comes after a cut answer is asked over TCP, too.
      options.tcp ||= answer.protocol === 'TCP';
      state.failed = answer.message.rcode !== 'NOERROR';
      yield* put(answerText(state, answer, { typed: name, type, usual }));
    },
  };
  const lookup = {
    name,
    type,
    class: options.class,
    search: true,
    tcp: options.tcp,
    ignoreTruncation: false,
    checkRecursion: false,
    servfailStops: options.servfailStops,
    question: { recursionDesired: options.recurse },
  };
  yield* runLookup(sys, options.bind, lookup, output);
  return result;
}

function answerText(
  state: State,
  answer: BindAnswer,
  asked: { readonly typed: string; readonly type: string; readonly usual: boolean },
): string {
  const { bind, verbose } = state.options;
  const { message, server, elapsed } = answer;
  const address = `${server.address}#${bind.port}`;
  const parts: string[] = [];
  if (state.introduce) {
    parts.push(`Using domain server:\nName: ${server.shown}\nAddress: ${address}\nAliases: \n\n`);
    state.introduce = false;
  }
  if (message.rcode !== 'NOERROR') parts.push(notFound(answer, asked.typed));
  else if (verbose) parts.push(verboseText(message));
  else if (message.answers.length > 0) parts.push(shortText(message));
  else if (!asked.usual) {
    parts.push(`${answer.name.replace(/(?<=.)\.$/, '')} has no ${asked.type} record\n`);
  }
  if (verbose) {
    const took = Math.floor(elapsed / 1000);
    parts.push(`Received ${message.size ?? 0} bytes from ${address} in ${took} ms\n`);
  }
  return parts.join('');
}
