import { isErrno } from '../../host/errno.ts';
import { httpDate } from '../../host/http/date.ts';
import { fieldOf, type HttpField } from '../../host/http/message.ts';
import type { HttpRequest } from '../../host/http/server.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import { tlsOf } from '../../host/tls/server.ts';
import { byteLength } from '../../network/bytes.ts';
import { fromCivil } from '../../world/time.ts';
import type { Location, Server, Settings } from './config.ts';

export interface Answer {
  readonly code: number;
  readonly fields: readonly HttpField[];
  readonly body: string;
  /** A line for the error log. */
  readonly problem?: string;
  readonly settings: Settings;
}

/** Reason phrases as nginx writes them. */
export const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  410: 'Gone',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  xml: 'text/xml',
  txt: 'text/plain',
  js: 'application/javascript',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  ico: 'image/x-icon',
};
/** When the files of the image were made. */
const IMAGE_TIME = fromCivil(2025, 4, 16, 12, 1, 11);

interface Asked {
  readonly sys: DaemonSys;
  readonly request: HttpRequest;
  readonly path: string;
  readonly version: string;
}

/** The answer of a server to a request. */
export function respond(asked: Asked, server: Server): Answer {
  const { path } = asked;
  const location = findLocation(server.locations, path);
  const settings = location?.settings ?? server.settings;
  const returned = server.settings.returned ?? settings.returned;
  if (returned) return returnAnswer(asked, settings, returned);
  return withErrorPage(asked, server, fileAnswer(asked, settings, path, location), settings);
}

/** Longest prefix, unless a regular expression matches; `=` and `^~` end the search. */
export function findLocation(locations: readonly Location[], path: string): Location | undefined {
  const exact = locations.find((each) => each.kind === 'exact' && each.path === path);
  if (exact) return exact;
  const prefix = locations
    .filter(
      ({ kind, path: own }) => (kind === 'prefix' || kind === 'first') && path.startsWith(own),
    )
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (prefix?.kind === 'first') return prefix;
  const regex = locations.find(
    ({ kind, path: own }) =>
      kind.startsWith('regex') && new RegExp(own, kind === 'regex' ? '' : 'i').test(path),
  );
  return regex ?? prefix;
}

function returnAnswer(
  asked: Asked,
  settings: Settings,
  { code, text }: { readonly code: number; readonly text?: string },
): Answer {
  if ([301, 302, 303, 307, 308].includes(code)) {
    const page = errorPage(asked, settings, code);
    return { ...page, fields: [...page.fields, ['Location', expand(asked, text ?? '')]] };
  }
  if (text === undefined || text === '') {
    return text === '' || code === 204
      ? plain(asked, settings, code, '')
      : errorPage(asked, settings, code);
  }
  return plain(asked, settings, code, expand(asked, text));
}

function plain({ path }: Asked, settings: Settings, code: number, body: string): Answer {
  const fields: HttpField[] = [
    ['Content-Type', typeOf(path, settings)],
    ['Content-Length', String(byteLength(body))],
  ];
  return { code, fields: [...fields, ...own(settings, code)], body, settings };
}

/** The built-in page of a code. */
export function errorPage(
  { version }: Pick<Asked, 'version'>,
  settings: Settings,
  code: number,
  /** What the page says more exactly than the code does. */
  exactly?: string,
): Answer {
  const heading = `${code} ${reasons[code] ?? ''}`.trim();
  const title = exactly === undefined ? heading : `${code} ${exactly}`;
  const name = settings.serverTokens === false ? 'nginx' : version;
  const body =
    `<html>\r\n<head><title>${title}` +
    `</title></head>\r\n<body>\r\n<center><h1>${heading}` +
    '</h1></center>\r\n' +
    (exactly === undefined ? '' : `<center>${exactly}</center>\r\n`) +
    `<hr><center>${name}</center>\r\n</body>\r\n</html>\r\n`;
  const fields: HttpField[] = [
    ['Content-Type', 'text/html'],
    ['Content-Length', String(byteLength(body))],
  ];
  return { code, fields, body, settings };
}

function fileAnswer(asked: Asked, settings: Settings, path: string, location?: Location): Answer {
  if (asked.request.method !== 'GET' && asked.request.method !== 'HEAD') {
    return errorPage(asked, settings, 405);
  }
  if (settings.tryFiles) return tryFiles(asked, settings, path, settings.tryFiles);
  const root = settings.root ?? '/etc/nginx/html';
  const full = settings.alias
    ? `${settings.alias}${path.slice(location?.path.length ?? 0)}`
    : `${root.replace(/\/$/, '')}${path}`;
  return serve(asked, settings, path, full);
}

function tryFiles(
  asked: Asked,
  settings: Settings,
  path: string,
  words: readonly string[],
): Answer {
  const { sys } = asked;
  const root = (settings.root ?? '/etc/nginx/html').replace(/\/$/, '');
  for (const word of words.slice(0, -1)) {
    const uri = expand(asked, word);
    const stat = sys.files.stat(`${root}${uri}`);
    if (isErrno(stat) || (stat.type === 'directory') !== uri.endsWith('/')) continue;
    return serve(asked, settings, uri, `${root}${uri}`);
  }
  const last = words.at(-1) ?? '';
  if (last.startsWith('=')) return errorPage(asked, settings, Number(last.slice(1)));
  const uri = expand(asked, last).replace(/\?.*$/s, '');
  return serve(asked, settings, uri, `${root}${uri}`);
}

function serve(asked: Asked, settings: Settings, path: string, full: string): Answer {
  const { sys, request } = asked;
  const stat = sys.files.stat(full);
  const refuse = (code: number, problem: string): Answer => ({
    ...errorPage(asked, settings, code),
    problem,
  });
  if (isErrno(stat)) {
    const why = stat === 'EACCES' ? '13: Permission denied' : '2: No such file or directory';
    return refuse(stat === 'EACCES' ? 403 : 404, `open() "${full}" failed (${why})`);
  }
  if (stat.type === 'directory') {
    if (!path.endsWith('/')) {
      const host = fieldOf(request.head, 'host') ?? sys.hostname;
      const page = errorPage(asked, settings, 301);
      const scheme = tlsOf(sys, request.fd) ? 'https' : 'http';
      return { ...page, fields: [...page.fields, ['Location', `${scheme}://${host}${path}/`]] };
    }
    for (const name of settings.index ?? ['index.html']) {
      if (!isErrno(sys.files.stat(`${full}${name}`)))
        return serve(asked, settings, name, `${full}${name}`);
    }
    return refuse(403, `directory index of "${full}" is forbidden`);
  }
  const found = sys.files.read(full);
  if (isErrno(found)) return refuse(403, `open() "${full}" failed (13: Permission denied)`);
  const modified = stat.modified === 0 ? IMAGE_TIME : stat.modified;
  const size = byteLength(found.text);
  const etag = `"${Math.floor(modified / 1_000_000).toString(16)}-${size.toString(16)}"`;
  const type: HttpField = ['Content-Type', typeOf(full, settings)];
  const time: HttpField = ['Last-Modified', httpDate(modified)];
  if (fieldOf(request.head, 'if-none-match') === etag) {
    return { code: 304, fields: [time, ['ETag', etag]], body: '', settings };
  }
  const fields: HttpField[] = [type, ['Content-Length', String(size)], time, ['ETag', etag]];
  return {
    code: 200,
    fields: [...fields, ...own(settings, 200), ['Accept-Ranges', 'bytes']],
    body: found.text,
    settings,
  };
}

function own({ headers = [] }: Settings, code: number): HttpField[] {
  return [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].includes(code) ? [...headers] : [];
}

function withErrorPage(asked: Asked, server: Server, answer: Answer, settings: Settings): Answer {
  const page = settings.errorPages?.find(({ codes }) => codes.includes(answer.code));
  if (!page || answer.code < 400 || !page.path.startsWith('/')) return answer;
  const location = findLocation(server.locations, page.path);
  const inner = fileAnswer(asked, location?.settings ?? server.settings, page.path, location);
  if (inner.code !== 200) return answer;
  const { problem } = answer;
  return { ...inner, code: answer.code, ...(problem !== undefined && { problem }) };
}

function typeOf(path: string, settings: Settings): string {
  const extension = /\.([^./]+)$/.exec(path)?.[1] ?? '';
  return types[extension] ?? settings.defaultType ?? 'text/plain';
}

/** Variables of nginx in a text. */
export function expand({ sys, request, path }: Asked, text: string): string {
  const [, query = ''] = request.target.split(/\?(.*)/s);
  const host = (fieldOf(request.head, 'host') ?? '').replace(/:\d+$/, '').toLowerCase();
  const values: Readonly<Record<string, string>> = {
    args: query,
    host,
    hostname: sys.hostname,
    http_host: fieldOf(request.head, 'host') ?? '',
    http_user_agent: fieldOf(request.head, 'user-agent') ?? '',
    is_args: query === '' ? '' : '?',
    query_string: query,
    remote_addr: request.peer.address,
    remote_port: String(request.peer.port),
    request_method: request.method,
    request_uri: request.target,
    scheme: tlsOf(sys, request.fd) ? 'https' : 'http',
    server_addr: sys.socketNames(request.fd)?.local.address ?? '',
    server_port: String(request.port),
    server_protocol: request.version,
    uri: path,
  };
  return text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (whole, a?: string, b?: string) => {
    const name = (a ?? b) as string;
    if (values[name] !== undefined) return values[name] as string;
    const header = /^http_(\w+)$/.exec(name)?.[1]?.replaceAll('_', '-');
    return header === undefined ? whole : (fieldOf(request.head, header) ?? '');
  });
}
