import { isErrno } from '../../host/errno.ts';
import { statusOf, type HttpHead } from '../../host/http/message.ts';
import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { fillCache, type Limits } from './connect.ts';
import { fieldOf } from '../../host/http/message.ts';
import { buildRequest, readData } from './request.ts';
import { newRetries, pauseForRetry } from './retry.ts';
import {
  has,
  newFigures,
  note,
  startMeter,
  type Failure,
  type Figures,
  type Session,
} from './session.ts';
import { parseArguments, type Settings } from './settings.ts';
import { HELP, VERSION } from './texts.ts';
import { transfer, type Sink } from './transfer.ts';
import { follow, parseUrl, printUrl, type Url } from './url.ts';
import { writeOut } from './write-out.ts';

/** curl 7.88.1 for HTTP/1.1. */
const program: ProgramCode = {
  run,
};

export default program;

const CONNECT_PATIENCE = 300_000_000;

function* run(argv: readonly string[], sys: Sys): Process {
  const parsed = parseArguments(argv.slice(1));
  if (!parsed.ok) {
    yield* sys.write(2, parsed.said);
    return 2;
  }
  const { settings } = parsed;
  if (settings.flags.has('help') || settings.flags.has('version')) {
    yield* sys.write(1, settings.flags.has('help') ? HELP : VERSION);
    return 0;
  }
  if (settings.urls.length === 0) {
    const none = argv.length === 1 ? '' : 'curl: no URL specified!\n';
    yield* sys.write(2, `${none}curl: try 'curl --help' or 'curl --manual' for more information\n`);
    return 2;
  }
  const session = newSession(sys, settings);
  const wrong = yield* fillCache(session);
  if (wrong) return yield* tell(session, wrong);
  let code = 0;
  for (const [index, text] of settings.urls.entries()) {
    code = yield* fetchOne(session, text, index);
    if (code !== 0 && has(session, 'failEarly')) break;
  }
  for (const { fd } of session.connections) sys.close(fd);
  return code;
}

function newSession(sys: Sys, settings: Settings): Session {
  return {
    sys,
    settings,
    cache: new Map(),
    connections: [],
    connectionCount: 0,
    meter: false,
    meterHeadShown: false,
    meterAt: sys.now,
    dataNoted: false,
    tickets: 0,
    verifyResult: 0,
    streams: 0,
    settled: new Set(),
  };
}

function* tell(session: Session, { code, text, told, more = '' }: Failure): Call<number> {
  if (told) return code;
  const silent = has(session, 'silent') && !has(session, 'showError');
  if (!silent) yield* session.sys.write(2, `curl: (${code}) ${text}${more}\n`);
  return code;
}

/** One URL of the command line, with the redirects that it leads to. */
function* fetchOne(session: Session, text: string, index: number): Call<number> {
  const { sys, settings } = session;
  const url = parseUrl(text);
  if ('text' in url) return yield* tell(session, url);
  const data = readData(sys, settings);
  if (typeof data === 'string') {
    yield* sys.write(2, data);
    return 26;
  }
  const target = outputOf(session, url, index);
  if (typeof target === 'object') return yield* tell(session, target);
  const toTerminal = target === '-' && sys.isTerminal(1);
  const quiet = has(session, 'silent') || has(session, 'noProgress');
  session.meter = !quiet && !toTerminal;
  const output = yield* openOutput(session, target);
  const retries = newRetries(session);
  let figures: Figures;
  let failure: Failure | undefined;
  do {
    figures = newFigures(sys.now, url, text, 'GET');
    failure = yield* follows(session, url, data, figures, output.sink);
    figures.end = sys.now - figures.start;
    if (failure) yield* tell(session, failure);
  } while (yield* pauseForRetry(session, retries, failure, figures));
  output.end();
  const format = settings.values['writeOut'];
  if (format !== undefined) {
    const outcome = failure ?? { code: 0, text: '' };
    const shown = formatText(sys, format);
    const { text: out, said } = writeOut(shown, figures, outcome, session.verifyResult);
    if (said) yield* sys.write(2, said);
    yield* sys.write(1, out);
  }
  return failure?.code ?? 0;
}

function formatText(sys: Sys, format: string): string {
  if (!format.startsWith('@')) return format;
  const found = sys.files.read(format.slice(1));
  return isErrno(found) ? '' : found.text.replaceAll('\n', '');
}

/** Name of the file to write to; `-` is standard output. */
function outputOf({ settings }: Session, url: Url, index: number): string | Failure {
  const own =
    settings.outputs[index] ?? (settings.flags.has('remoteNameAll') ? { remoteName: true } : '-');
  if (typeof own === 'string') return own;
  const name = url.target.replace(/\?.*$/s, '').split('/').at(-1) ?? '';
  return name === ''
    ? { code: 23, text: 'Failed writing received data to disk/application' }
    : name;
}

interface Output {
  readonly sink: Sink;
  readonly end: () => void;
}

function* openOutput(session: Session, target: string): Call<Output> {
  const { sys, settings } = session;
  let fd: number | undefined = target === '-' ? 1 : undefined;
  const put = function* (text: string): Call<void> {
    if (fd === undefined) {
      const opened = sys.open(target, 'w');
      fd = isErrno(opened) ? -1 : opened;
    }
    if (fd >= 0) yield* sys.write(fd, text);
  };
  const bold = target === '-' && sys.isTerminal(1);
  const withHead = has(session, 'include') || has(session, 'head');
  const dump = settings.values['dumpHeader'];
  const sink: Sink = {
    *head(head) {
      const plain = [head.first, ...head.fields.map(([name, value]) => `${name}: ${value}`), ''];
      const text = plain.map((line) => `${line}\r\n`).join('');
      if (dump === '-') yield* put(text);
      else if (dump !== undefined) sys.files.write(dump, text, { append: true });
      if (!withHead) return;
      const shown = head.fields.map(([name, value]) => `\x1b[1m${name}\x1b[0m: ${value}\r\n`);
      yield* put(bold ? `${head.first}\r\n${shown.join('')}\r\n` : text);
    },
    body: put,
  };
  if (dump !== undefined && dump !== '-') sys.files.write(dump, '');
  return { sink, end: () => void (fd !== undefined && fd > 2 && sys.close(fd)) };
}

const isRedirect = (head: HttpHead) =>
  [301, 302, 303, 307, 308].includes(statusOf(head) ?? 0) &&
  fieldOf(head, 'location') !== undefined;

type Data = Exclude<ReturnType<typeof readData>, string>;

/** The request and, with `-L`, those that its redirects lead to. */
function* follows(
  session: Session,
  first: Url,
  data: Data,
  figures: Figures,
  sink: Sink,
): Call<Failure | undefined> {
  const { sys, settings } = session;
  const limits = limitsOf(settings, sys.now);
  const most = Number(settings.values['maxRedirs'] ?? 50);
  let url = first;
  let sendBody = true;
  yield* startMeter(session);
  for (;;) {
    const request = buildRequest(settings, url, data, sendBody);
    figures.method = request.method;
    const withError = has(session, 'fail') && !has(session, 'failWithBody');
    const isError = (head: HttpHead) => withError && (statusOf(head) ?? 0) >= 400;
    const leads = (head: HttpHead) => has(session, 'location') && isRedirect(head);
    const guarded: Sink = {
      head: (head) => (isError(head) ? nothing() : sink.head(head)),
      body: sink.body,
    };
    const skip = (head: HttpHead) => leads(head) || isError(head);
    const head = yield* transfer(session, url, request, figures, limits, guarded, skip);
    if ('code' in head) return head;
    const status = statusOf(head) ?? 0;
    const location = isRedirect(head) ? follow(url, fieldOf(head, 'location') ?? '') : undefined;
    if (location === undefined || !has(session, 'location')) {
      figures.redirectUrl = location ?? '';
      return failed(session, status);
    }
    if (most >= 0 && figures.redirects >= most) {
      return { code: 47, text: `Maximum (${most}) redirects followed` };
    }
    figures.redirects += 1;
    figures.redirect = sys.now - figures.start;
    const next = parseUrl(location);
    if ('text' in next) return next;
    if (next.port !== url.port) {
      yield* note(session, `Clear auth, redirects to port from ${url.port} to ${next.port}`);
    }
    yield* note(session, `Issue another request to this URL: '${printUrl(next)}'`);
    if (status === 303 || ((status === 301 || status === 302) && data)) {
      if (sendBody && data) yield* note(session, 'Switch from POST to GET');
      sendBody = false;
    }
    figures.url = printUrl(next);
    figures.downloaded = 0;
    figures.expected = undefined;
    url = next;
  }
}

function* nothing(): Call<void> {
  // An error page that -f keeps from being written.
}

function failed(session: Session, status: number): Failure | undefined {
  const asked = has(session, 'fail') || has(session, 'failWithBody');
  if (!asked || status < 400) return undefined;
  return { code: 22, text: `The requested URL returned error: ${status}` };
}

function limitsOf({ values }: Settings, start: number): Limits {
  const micros = (name: string) => Math.round(Number(values[name] ?? 0) * 1_000_000);
  const whole = micros('maxTime');
  const connect = micros('connectTimeout');
  return {
    start,
    end: whole > 0 ? start + whole : Infinity,
    connectEnd: start + (connect > 0 ? connect : CONNECT_PATIENCE),
  };
}
