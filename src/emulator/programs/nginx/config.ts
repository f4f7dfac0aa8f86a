import { isErrno, strerror } from '../../host/errno.ts';
import type { Files } from '../../host/syscalls.ts';
import { directiveProblem } from './directives.ts';
import { parseConfig, type Directive } from './parse.ts';

/** A `location` block as far as it is modelled. */
export interface Location {
  readonly kind: 'prefix' | 'exact' | 'first' | 'regex' | 'regex-nocase';
  readonly path: string;
  readonly settings: Settings;
}

/** What may stand in http, server and location alike; the inner one wins. */
export interface Settings {
  readonly root?: string;
  readonly alias?: string;
  readonly index?: readonly string[];
  readonly returned?: { readonly code: number; readonly text?: string };
  readonly tryFiles?: readonly string[];
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly defaultType?: string;
  readonly autoindex?: boolean;
  readonly accessLog?: boolean;
  readonly errorPages?: readonly { readonly codes: readonly number[]; readonly path: string }[];
  readonly serverTokens?: boolean;
  readonly certificate?: string;
  readonly certificateKey?: string;
  readonly protocols?: readonly string[];
  readonly verifyClient?: string;
}

/** A place that is listened on. */
export interface Listen {
  readonly address: string;
  readonly port: number;
  readonly ssl: boolean;
  /** Answers to names that no server has. */
  readonly isDefault: boolean;
}

export interface Server {
  readonly listens: readonly Listen[];
  readonly names: readonly string[];
  readonly settings: Settings;
  readonly locations: readonly Location[];
}

export type Config =
  | { readonly ok: true; readonly servers: readonly Server[] }
  | { readonly ok: false; readonly error: string };

export const CONFIG_PATH = '/etc/nginx/nginx.conf';

/** Reads nginx.conf and what it includes; the error is nginx's own text behind `[emerg]`. */
export function readConfig(files: Files, path = CONFIG_PATH): Config {
  const found = files.read(path);
  if (isErrno(found)) {
    const number = found === 'EACCES' ? 13 : 2;
    return { ok: false, error: `open() "${path}" failed (${number}: ${strerror(found)})` };
  }
  const whole = expand(files, path, found.text);
  if (typeof whole === 'string') return { ok: false, error: whole };
  const problem = check(whole, 'main');
  if (problem !== undefined) return { ok: false, error: problem };
  const http = whole.find(({ words }) => words[0] === 'http');
  if (!whole.some(({ words }) => words[0] === 'events')) {
    return { ok: false, error: 'no "events" section in configuration' };
  }
  const outer = settingsOf(http?.block ?? [], {});
  const servers = (http?.block ?? []).filter(({ words }) => words[0] === 'server');
  return { ok: true, servers: servers.map(({ block = [] }) => serverOf(block, outer)) };
}

function expand(files: Files, path: string, text: string, depth = 0): Directive[] | string {
  const parsed = parseConfig(path, text);
  if (!parsed.ok) return parsed.error;
  return includes(files, parsed.directives, depth);
}

/** Puts the directives of included files in the place of `include`. */
function includes(
  files: Files,
  directives: readonly Directive[],
  depth: number,
): Directive[] | string {
  const all: Directive[] = [];
  for (const each of directives) {
    const [name, pattern = ''] = each.words;
    if (name === 'include' && depth < 10) {
      const inner = included(files, each, pattern, depth);
      if (typeof inner === 'string') return inner;
      all.push(...inner);
    } else if (each.block) {
      const block: Directive[] | string = includes(files, each.block, depth);
      if (typeof block === 'string') return block;
      all.push({ ...each, block });
    } else all.push(each);
  }
  return all;
}

function included(files: Files, { file, line }: Directive, pattern: string, depth: number) {
  const full = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`;
  if (full === '/etc/nginx/mime.types' && isErrno(files.stat(full))) return [];
  const folder = full.replace(/\/[^/]*$/, '');
  const isGlob = /[*?[]/.test(full);
  const names = isGlob ? files.list(folder) : [full.split('/').at(-1) as string];
  const glob = new RegExp(
    `^${(full.split('/').at(-1) ?? '').replaceAll(/[.+^$()|\\]/g, '\\$&').replaceAll('*', '.*')}$`,
  );
  const all: Directive[] = [];
  for (const name of isErrno(names) ? [] : [...names].sort().filter((each) => glob.test(each))) {
    const found = files.read(`${folder}/${name}`);
    if (isErrno(found)) {
      return `open() "${folder}/${name}" failed (2: ${strerror(found)}) in ${file}:${line}`;
    }
    const inner = expand(files, `${folder}/${name}`, found.text, depth + 1);
    if (typeof inner === 'string') return inner;
    all.push(...inner);
  }
  return all;
}

/** The first directive that nginx refuses, in its words. */
function check(directives: readonly Directive[], context: string): string | undefined {
  for (const each of directives) {
    const problem = directiveProblem(each, context);
    if (problem !== undefined) return `${problem} in ${each.file}:${each.line}`;
    const name = each.words[0] as string;
    if (!each.block || name === 'types' || name === 'map' || name === 'geo') continue;
    const inner = check(each.block, name);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function serverOf(block: readonly Directive[], outer: Settings): Server {
  const settings = settingsOf(block, outer);
  const listens = block
    .filter(({ words }) => words[0] === 'listen')
    .flatMap(({ words }) => listenOf(words[1] ?? '80', words.slice(2)) ?? []);
  const names = block
    .filter(({ words }) => words[0] === 'server_name')
    .flatMap(({ words }) => words.slice(1));
  return {
    listens: listens.length > 0 ? listens : [{ ...plain, address: '0.0.0.0', port: 80 }],
    names,
    settings,
    locations: block
      .filter(({ words }) => words[0] === 'location')
      .map((each) => locationOf(each, settings)),
  };
}

const plain = { ssl: false, isDefault: false };

/** A place to listen on; sockets of IPv6 are for IPv6 alone unless told otherwise. */
function listenOf(text: string, words: readonly string[]): Listen | undefined {
  if (text.startsWith('unix:')) return undefined;
  const [, address, port] = /^(?:(\[[^\]]*\]|[^:]+):)?(\d+)$/.exec(text) ?? [];
  const ssl = words.includes('ssl');
  const isDefault = words.includes('default_server') || words.includes('default');
  const six = /^\[(.*)\]$/.exec(address ?? text)?.[1];
  if (six !== undefined) {
    const both = six === '::' && words.includes('ipv6only=off');
    return { address: both ? '*' : six, port: Number(port ?? 80), ssl, isDefault };
  }
  if (port === undefined) return { address: text, port: 80, ssl, isDefault };
  const any = address === undefined || address === '*';
  return {
    address: any ? '0.0.0.0' : address === 'localhost' ? '127.0.0.1' : address,
    port: Number(port),
    ssl,
    isDefault,
  };
}

function locationOf({ words, block = [] }: Directive, outer: Settings): Location {
  const kinds = { '=': 'exact', '^~': 'first', '~': 'regex', '~*': 'regex-nocase' } as const;
  const modifier = words[1] as keyof typeof kinds;
  const kind = words.length > 2 ? kinds[modifier] : 'prefix';
  return { kind, path: words.at(-1) ?? '/', settings: settingsOf(block, outer) };
}

function settingsOf(block: readonly Directive[], outer: Settings): Settings {
  const { returned: _returned, tryFiles: _tryFiles, alias: _alias, ...inherited } = outer;
  let settings: Settings = inherited;
  for (const { words } of block) {
    const [name, ...rest] = words;
    const own = read(name as string, rest, settings, outer);
    if (own) settings = { ...settings, ...own };
  }
  return settings;
}

function read(
  name: string,
  words: readonly string[],
  so: Settings,
  outer: Settings,
): Partial<Settings> | undefined {
  const [first = ''] = words;
  switch (name) {
    case 'root':
      return { root: first };
    case 'alias':
      return { alias: first };
    case 'index':
      return { index: words };
    case 'return': {
      if (so.returned) return undefined;
      const bare = /^\d{3}$/.test(first);
      const text = bare ? words[1] : first;
      return {
        returned: { code: bare ? Number(first) : 302, ...(text !== undefined && { text }) },
      };
    }
    case 'try_files':
      return { tryFiles: words };
    case 'add_header': {
      const before = so.headers === outer.headers ? [] : (so.headers ?? []);
      return { headers: [...before, [first, words[1] ?? '']] };
    }
    case 'default_type':
      return { defaultType: first };
    case 'autoindex':
      return { autoindex: first === 'on' };
    case 'access_log':
      return { accessLog: first !== 'off' };
    case 'server_tokens':
      return { serverTokens: first !== 'off' };
    case 'ssl_certificate':
      return { certificate: first };
    case 'ssl_certificate_key':
      return { certificateKey: first };
    case 'ssl_protocols':
      return { protocols: words };
    case 'ssl_verify_client':
      return { verifyClient: first };
    case 'error_page': {
      const codes = words.slice(0, -1).map(Number).filter(Boolean);
      return { errorPages: [...(so.errorPages ?? []), { codes, path: words.at(-1) ?? '' }] };
    }
    default:
      return undefined;
  }
}
