import type { SocketInfo } from '../../network/api.ts';
import { servicePort } from '../../network/netfilter/iptables/names.ts';

type Test = (socket: SocketInfo) => boolean;

/** Names of states in `state NAME`, with what ss prints for them. */
const states: Readonly<Record<string, readonly string[]>> = {
  established: ['ESTAB'],
  'syn-sent': ['SYN-SENT'],
  'syn-recv': ['SYN-RECV'],
  'fin-wait-1': ['FIN-WAIT-1'],
  'fin-wait-2': ['FIN-WAIT-2'],
  'time-wait': ['TIME-WAIT'],
  closed: ['UNCONN'],
  'close-wait': ['CLOSE-WAIT'],
  'last-ack': ['LAST-ACK'],
  listening: ['LISTEN', 'UNCONN'],
  listen: ['LISTEN', 'UNCONN'],
  closing: ['CLOSING'],
};

/** States that ss shows without being asked for more. */
export const isOpen = (state: string): boolean => state !== 'LISTEN' && state !== 'UNCONN';

/** What the words after the options select; `states` replaces the default choice. */
export interface Selection {
  readonly states?: (state: string) => boolean;
  readonly test: Test;
}

/** Reads `state …` and an expression such as `( sport = :80 or dst 10.0.0.1 )`. */
export function readSelection(words: readonly string[]): Selection | { readonly error: string } {
  let chosen: Selection['states'];
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    if (words[i] !== 'state') {
      rest.push(words[i] as string);
      continue;
    }
    const name = words[++i] ?? '';
    if (name === 'all') chosen = () => true;
    else if (name === 'connected') chosen = isOpen;
    else {
      const wanted = states[name];
      if (!wanted) return { error: `ss: wrong state name: ${name}` };
      chosen = (state) => wanted.includes(state);
    }
  }
  const test = expression(rest.filter((word) => word !== '(' && word !== ')'));
  if (typeof test !== 'function') return test;
  return { test, ...(chosen ? { states: chosen } : {}) };
}

/** Terms joined by `and` (or nothing) bind closer than `or`. */
function expression(words: readonly string[]): Test | { readonly error: string } {
  const groups: Test[][] = [[]];
  for (let i = 0; i < words.length;) {
    const word = words[i] as string;
    if (word === 'or' || word === '||') groups.push([]);
    if (['or', '||', 'and', '&&'].includes(word)) {
      i += 1;
      continue;
    }
    const term = readTerm(words, i);
    if ('error' in term) return term;
    groups.at(-1)?.push(term.test);
    i = term.next;
  }
  return (socket) => groups.some((group) => group.every((test) => test(socket)));
}

function readTerm(
  words: readonly string[],
  at: number,
): { readonly test: Test; readonly next: number } | { readonly error: string } {
  const word = words[at] as string;
  let next = at + 1;
  let operator = '=';
  if (/^(=|==|eq|!=|ne|neq|[<>]=?|gt|lt|ge|le)$/.test(words[next] ?? ''))
    operator = words[next++] as string;
  const value = words[next++] ?? '';
  const wrong = { error: `ss: bison bellows (while parsing filter): "syntax error!"` };
  if (value === '') return wrong;
  if (word === 'sport' || word === 'dport') {
    const text = value.slice(value.lastIndexOf(':') + 1);
    const port = /^\d+$/.test(text) ? Number(text) : servicePort(text);
    if (port === undefined) return wrong;
    const side = (socket: SocketInfo) => (word === 'sport' ? socket.local.port : socket.peer?.port);
    return { test: (socket) => compare(side(socket) ?? 0, operator, port), next };
  }
  if (word === 'src' || word === 'dst') {
    const [address = '', port = ''] = value.split(':');
    const side = (socket: SocketInfo) => (word === 'src' ? socket.local : socket.peer);
    const test: Test = (socket) => {
      const end = side(socket);
      return end?.address === address && (port === '' || String(end.port) === port);
    };
    return { test, next };
  }
  return wrong;
}

function compare(port: number, operator: string, wanted: number): boolean {
  if (['!=', 'ne', 'neq'].includes(operator)) return port !== wanted;
  if (['>=', 'ge', '>', 'gt'].includes(operator)) return port >= wanted;
  if (['<=', 'le', '<', 'lt'].includes(operator)) return port <= wanted;
  return port === wanted;
}
