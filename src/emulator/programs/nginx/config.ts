import { isErrno } from '../../host/errno.ts';
import type { Files } from '../../host/syscalls.ts';

/** What is read of a `server` block. */
export interface NginxServer {
  readonly listen: { readonly address: string; readonly port: number };
  readonly names: readonly string[];
  readonly root: string;
  readonly return?: Returned;
  readonly locations: readonly {
    readonly path: string;
    readonly exact: boolean;
    readonly root?: string;
    readonly return?: Returned;
  }[];
}

interface Returned {
  readonly code: number;
  readonly text: string;
}

type Node = { readonly words: readonly string[]; readonly block?: readonly Node[] };

/** Servers of all files in conf.d; the error is nginx's own. */
export function readServers(
  files: Files,
): { readonly servers: readonly NginxServer[] } | { readonly error: string } {
  const names = files.list('/etc/nginx/conf.d');
  const servers: NginxServer[] = [];
  for (const name of isErrno(names) ? [] : names.filter((each) => each.endsWith('.conf'))) {
    const path = `/etc/nginx/conf.d/${name}`;
    const found = files.read(path);
    if (isErrno(found)) continue;
    const parsed = parse(path, found.text);
    if ('error' in parsed) return parsed;
    for (const node of parsed.nodes) if (node.words[0] === 'server') servers.push(serverOf(node));
  }
  return { servers };
}

function parse(
  path: string,
  text: string,
): { readonly nodes: readonly Node[] } | { readonly error: string } {
  const tokens = text.replaceAll(/#[^\n]*/g, '').match(/'[^']*'|"[^"]*"|[{};]|[^\s{};]+/g) ?? [];
  let at = 0;
  const line = () => text.split('\n').length;
  const block = (top: boolean): Node[] | string => {
    const nodes: Node[] = [];
    let words: string[] = [];
    while (at < tokens.length) {
      const token = tokens[at++] as string;
      if (token === ';') {
        nodes.push({ words });
        words = [];
      } else if (token === '{') {
        const inner = block(false);
        if (typeof inner === 'string') return inner;
        nodes.push({ words, block: inner });
        words = [];
      } else if (token === '}') {
        if (top) return `unexpected "}" in ${path}:${line()}`;
        return words.length > 0
          ? `directive "${words[0]}" is not terminated by ";" in ${path}:${line()}`
          : nodes;
      } else words.push(token.replaceAll(/^['"]|['"]$/g, ''));
    }
    if (!top) return `unexpected end of file, expecting "}" in ${path}:${line()}`;
    return words.length > 0
      ? `unexpected end of file, expecting ";" or "}" in ${path}:${line()}`
      : nodes;
  };
  const nodes = block(true);
  return typeof nodes === 'string' ? { error: nodes } : { nodes };
}

function serverOf({ block = [] }: Node): NginxServer {
  const word = (name: string) => block.find(({ words }) => words[0] === name)?.words;
  const listens = block
    .filter(({ words }) => words[0] === 'listen')
    .map(({ words }) => words[1] ?? '80');
  const listen = listens.find((each) => !each.startsWith('[')) ?? '80';
  const [, address = '0.0.0.0', port = '80'] = /^(?:(.+):)?(\d+)$/.exec(listen) ?? [];
  const given = returned(block);
  return {
    listen: { address: address === '*' ? '0.0.0.0' : address, port: Number(port) },
    names: word('server_name')?.slice(1) ?? [],
    root: word('root')?.[1] ?? '/usr/share/nginx/html',
    ...(given && { return: given }),
    locations: block
      .filter(({ words }) => words[0] === 'location')
      .map(({ words, block: inner = [] }) => {
        const exact = words[1] === '=';
        const own = returned(inner);
        const root = inner.find((each) => each.words[0] === 'root')?.words[1];
        return {
          path: (exact ? words[2] : words[1]) ?? '/',
          exact,
          ...(root && { root }),
          ...(own && { return: own }),
        };
      }),
  };
}

function returned(block: readonly Node[]): Returned | undefined {
  const words = block.find((each) => each.words[0] === 'return')?.words;
  if (!words) return undefined;
  return { code: Number(words[1]), text: (words[2] ?? '').replaceAll('\\n', '\n') };
}
