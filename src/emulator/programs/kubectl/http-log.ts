import { isErrno } from '../../host/errno.ts';
import { httpDate } from '../../host/http/date.ts';
import { reasons } from '../../host/http/reasons.ts';
import type { ApiRequest, ApiResponse } from '../../apiserver/request.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import { byteLength } from '../../network/bytes.ts';
import type { Errno } from '../../network/api.ts';
import { goQuote } from './go-format.ts';
import type { ClientConfig } from './kubeconfig.ts';
import { klogLine } from './klog.ts';

/** Names of headers as Go writes them. */
const headerName = (name: string) =>
  name.replaceAll(
    /(^|-)([a-z])/g,
    (_all, dash: string, letter: string) => dash + letter.toUpperCase(),
  );

/** How much of a body is shown at each level (client-go `truncateBody`). */
const most: Readonly<Record<number, number>> = { 8: 1024, 9: 10_240 };

function shortened(body: string, level: number): string {
  const limit = most[level] ?? Infinity;
  if (body.length <= limit) return body;
  return `${body.slice(0, limit)} [truncated ${body.length - limit} chars]`;
}

/** A value of a structured line: text of several lines stands in a block of its own. */
function valueText(text: string): string {
  if (!text.includes('\n')) return goQuote(text);
  const lines = text.replace(/\n$/, '').split('\n');
  return `<\n${lines.map((line) => `\t${line}\n`).join('')} >`;
}

function headerBlock(headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers)
    .map(([name, value]) => `\t${headerName(name)}: ${value}\n`)
    .sort();
  return `<\n${lines.join('')} >`;
}

const gates = [
  ['ClientsAllowCBOR', false],
  ['ClientsPreferCBOR', false],
  ['InOrderInformers', true],
  ['InOrderInformersBatchProcess', true],
  ['InformerResourceVersion', true],
  ['WatchListClient', true],
] as const;

/** What is logged of requests at `-v=6` and above, as client-go's round trippers do. */
export interface HttpLog {
  /** Before the first request: where the configuration comes from. */
  loaded(path: string | undefined): Call<void>;
  asked(request: ApiRequest): Call<void>;
  note(level: number, place: string, text: string): Call<void>;
  /** `taken`: microseconds since the request. */
  answered(request: ApiRequest, response: ApiResponse | Errno, taken: number): Call<void>;
}

/** The log of a client. Below level 6 it is silent. */
export function createHttpLog(sys: Sys, config: () => ClientConfig, level: number): HttpLog {
  let dialled = false;
  const say = function* (place: string, text: string): Call<void> {
    yield* sys.write(2, klogLine(sys, 'I', place, text));
  };
  const urlOf = ({ url }: ApiRequest) => `${config().url}${url}`;
  return {
    *loaded(path) {
      if (level < 6) return;
      if (path !== undefined) yield* say('loader.go:405', `Config loaded from file:  ${path}`);
      for (const [name, on] of gates) {
        const text = `"Feature gate default state" feature="${name}" enabled=${on}`;
        yield* say('envvar.go:172', text);
      }
    },
    *note(from, place, text) {
      if (level >= from) yield* say(place, text);
    },
    *asked(request) {
      if (level < 7) return;
      const body = request.body === undefined ? '' : JSON.stringify(request.body) + tailOf(request);
      if (level >= 8) {
        yield* say(placeOf(request), `"Request Body" body=${valueText(shortened(body, level))}`);
      }
      const headers = request.headers ?? {};
      if (level >= 9) {
        const flags = Object.entries(headers)
          .map(([name, value]) => `-H "${headerName(name)}: ${value}"`)
          .sort();
        const curl = `curl -v -X${request.method}  ${flags.join(' ')} '${urlOf(request)}'`;
        yield* say('round_trippers.go:527', `"Request" curlCommand=<\n\t${curl}\n >`);
        return;
      }
      const what = `verb="${request.method}" url="${urlOf(request)}"`;
      const text = `"Request" ${what} headers=${headerBlock(headers)}`;
      yield* say('round_trippers.go:527', text);
    },
    *answered(request, response, taken) {
      if (level < 6) return;
      const refused = isErrno(response);
      const time = `milliseconds=${Math.round(taken / 1000)}`;
      const named = level === 6 || level >= 9 || refused;
      const what = named ? ` verb="${request.method}" url="${urlOf(request)}"` : '';
      if (level >= 9 && !dialled && !refused) {
        dialled = true;
        const { address, port } = config().options.server;
        const where = `network="tcp" address="${address}:${port}"`;
        yield* say('round_trippers.go:562', `"HTTP Trace: Dial succeed" ${where}`);
      }
      if (refused) {
        yield* say('round_trippers.go:632', `"Response"${what} status="" ${time}`);
        return;
      }
      const status = `status="${response.status} ${reasons[response.status] ?? ''}"`;
      const body =
        typeof response.body === 'string' ? response.body : `${JSON.stringify(response.body)}\n`;
      const headers =
        level >= 8 ? ` headers=${headerBlock(answerHeaders(sys, response, body))}` : '';
      const trace =
        level >= 9
          ? ' dnsLookupMilliseconds=0 dialMilliseconds=0 tlsHandshakeMilliseconds=0 ' +
            `serverProcessingMilliseconds=${Math.round(taken / 1000)}`
          : '';
      const text = `"Response"${what} ${status}${headers} ${time}${trace}`;
      yield* say('round_trippers.go:632', text);
      if (level < 8) return;
      yield* say(placeOf(request), `"Response Body" body=${valueText(shortened(body, level))}`);
    },
  };
}

/** Places in the source of client-go that ask for what is no object. */
const places: readonly (readonly [path: RegExp, place: string])[] = [
  [/^\/api(\?|$)/, 'discovery_client.go:255'],
  [/^\/apis(\?|$)/, 'discovery_client.go:318'],
  [/^\/version(\?|$)/, 'discovery_client.go:667'],
  [/^\/openapi\/v3(\?|$)/, 'client.go:46'],
  [/^\/openapi\/v3\//, 'groupversion.go:75'],
  [/^\/openapi\/v2/, 'discovery_client.go:681'],
  [/\/selfsubject/, 'type.go:213'],
  [/\/pods\/[^/]+\/log(\?|$)/, 'logs.go:476'],
];
const writes: Readonly<Record<string, string>> = {
  POST: 'helper.go:246',
  PATCH: 'helper.go:269',
  PUT: 'helper.go:319',
  DELETE: 'helper.go:202',
};

/** The line of client-go that a body is logged at. */
function placeOf({ method, url }: ApiRequest): string {
  const special = places.find(([path]) => path.test(url));
  if (special) return special[1];
  if (method === 'PATCH' && /\/scale(\?|$)/.test(url)) return 'client.go:232';
  if (method !== 'GET') return writes[method] ?? 'helper.go:246';
  const [path = ''] = url.split('?');
  const parts = path.split('/').slice(path.startsWith('/apis/') ? 4 : 3);
  const inside = parts[0] === 'namespaces' && parts.length > 2 ? parts.slice(2) : parts;
  return inside.length > 1 ? 'helper.go:105' : 'helper.go:113';
}

/** Objects are encoded with a line break behind them, patches are not. */
function tailOf({ method, url, headers }: ApiRequest): string {
  if (/\/selfsubject/.test(url)) return '';
  if (method !== 'PATCH') return '\n';
  return /apply-patch/.test(headers?.['content-type'] ?? '') ? '\n' : '';
}

function answerHeaders(sys: Sys, { headers }: ApiResponse, body: string): Record<string, string> {
  const uuid = (what: string) => {
    const hex = sys.chance.hex(`${what} ${sys.now}`, 32);
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      hex.slice(12, 16),
      hex.slice(16, 20),
      hex.slice(20),
    ].join('-');
  };
  return {
    'audit-id': uuid('audit'),
    'cache-control': 'no-cache, private',
    'content-length': String(byteLength(body)),
    'content-type': headers['content-type'] ?? 'application/json',
    date: httpDate(sys.now),
  };
}
