import { isInet6 } from '../../network/address6.ts';
import type { Endpoint, SocketInfo } from '../../network/api.ts';
import { servicePort } from '../../network/netfilter/iptables/names.ts';
import { holds } from '../../network/policy-rule.ts';

type Test = (socket: SocketInfo) => boolean;

/** All states in the order of the kernel's numbers, as ss prints them. */
export const ALL_STATES = [
  'ESTAB',
  'SYN-SENT',
  'SYN-RECV',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'UNCONN',
  'CLOSE-WAIT',
  'LAST-ACK',
  'LISTEN',
  'CLOSING',
] as const;

const without = (...left: readonly string[]) => ALL_STATES.filter((each) => !left.includes(each));

/** States that ss shows without being asked for more. */
export const CONNECTED = without('LISTEN', 'UNCONN', 'TIME-WAIT', 'SYN-RECV');

/** Names in `state NAME` (`scan_state`). */
const states: Readonly<Record<string, readonly string[]>> = {
  established: ['ESTAB'],
  estab: ['ESTAB'],
  'syn-sent': ['SYN-SENT'],
  'syn-recv': ['SYN-RECV'],
  'fin-wait-1': ['FIN-WAIT-1'],
  'fin-wait-2': ['FIN-WAIT-2'],
  'time-wait': ['TIME-WAIT'],
  closed: ['UNCONN'],
  unconnected: ['UNCONN'],
  'close-wait': ['CLOSE-WAIT'],
  'last-ack': ['LAST-ACK'],
  listening: ['LISTEN'],
  listen: ['LISTEN'],
  closing: ['CLOSING'],
  all: ALL_STATES,
  connected: without('LISTEN', 'UNCONN'),
  synchronized: without('LISTEN', 'UNCONN', 'SYN-SENT'),
  bucket: ['SYN-RECV', 'TIME-WAIT'],
  big: without('LISTEN', 'UNCONN', 'SYN-SENT', 'SYN-RECV', 'TIME-WAIT'),
};

/** What the words after the options select; `states` replaces the default choice. */
export interface Selection {
  readonly states?: readonly string[];
  readonly test: Test;
}

type Failed = { readonly error: string };
const SYNTAX: Failed = { error: 'ss: bison bellows (while parsing filter): "syntax error!"' };

/** Reads `state …`, `exclude …` and an expression such as `( sport = :80 or dst 10.0.0.1 )`. */
export function readSelection(words: readonly string[]): Selection | Failed {
  let chosen: readonly string[] | undefined;
  let at = 0;
  for (; /^(state|excl(ude)?)$/.test(words[at] ?? ''); at += 2) {
    const name = words[at + 1];
    if (name === undefined) return { error: 'Command line is not complete. Try option "help"' };
    const wanted = states[name];
    if (!wanted) return { error: `ss: wrong state name: ${name}` };
    chosen =
      words[at] === 'state'
        ? [...(chosen ?? []), ...wanted]
        : (chosen ?? ALL_STATES).filter((each) => !wanted.includes(each));
  }
  const tokens = words
    .slice(at)
    .flatMap((word) => word.match(/[()]|!=|[<>]=?|==?|!|[^\s()!<>=]+/g) ?? []);
  const test = tokens.length === 0 ? () => true : parse(tokens);
  if (typeof test !== 'function') return test;
  return { test, ...(chosen ? { states: chosen } : {}) };
}

/** `or` binds least, then `and` (or nothing), then `not` (`ssfilter.y`). */
function parse(tokens: readonly string[]): Test | Failed {
  let at = 0;
  let failed = false;
  const peek = () => tokens[at] ?? '';
  const is = (...names: readonly string[]) => names.includes(peek());
  const never: Test = () => {
    failed = true;
    return false;
  };
  function either(): Test {
    let left = both();
    while (is('or', '|', '||')) {
      at += 1;
      const [a, b] = [left, both()];
      left = (socket) => a(socket) || b(socket);
    }
    return left;
  }
  function both(): Test {
    let left = one();
    while (at < tokens.length && !is('or', '|', '||', ')')) {
      if (is('and', '&', '&&')) at += 1;
      const [a, b] = [left, one()];
      left = (socket) => a(socket) && b(socket);
    }
    return left;
  }
  function one(): Test {
    if (is('not', '!')) {
      at += 1;
      const inner = one();
      return (socket) => !inner(socket);
    }
    if (is('(')) {
      at += 1;
      const inner = either();
      if (!is(')')) failed = true;
      at += 1;
      return inner;
    }
    const found = readTerm(tokens, at);
    if (!found) {
      failed = true;
      at = tokens.length;
      return never;
    }
    at = found.next;
    return found.test;
  }
  const test = either();
  return failed || at < tokens.length ? SYNTAX : test;
}

const OPERATOR = /^(=|==|eq|!=|ne|neq|[<>]=?|gt|lt|ge|geq|le|leq)$/;

function readTerm(
  words: readonly string[],
  at: number,
): { readonly test: Test; readonly next: number } | undefined {
  const word = words[at] as string;
  let next = at + 1;
  let operator = '=';
  if (OPERATOR.test(words[next] ?? '')) operator = words[next++] as string;
  const value = words[next++] ?? '';
  if (value === '') return undefined;
  const negated = ['!=', 'ne', 'neq'].includes(operator);
  if (word === 'sport' || word === 'dport') {
    const port = portOf(value.slice(value.lastIndexOf(':') + 1));
    if (port === undefined) return undefined;
    const side = (socket: SocketInfo) => (word === 'sport' ? socket.local.port : socket.peer?.port);
    return { test: (socket) => compare(side(socket) ?? 0, operator, port), next };
  }
  if (word !== 'src' && word !== 'dst') return undefined;
  const fits = readEnd(value);
  if (!fits) return undefined;
  const side = ({ local, peer }: SocketInfo) => (word === 'src' ? local : peer);
  return { test: (socket) => fits(side(socket)) !== negated, next };
}

const portOf = (text: string) => (/^\d+$/.test(text) ? Number(text) : servicePort(text));

/** `10.0.0.0/8`, `10.0.0.1:80`, `:80`, `[::1]:80` or `*`. */
function readEnd(text: string): ((end: Endpoint | undefined) => boolean) | undefined {
  const [, six, four, behind] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? [];
  const address = six ?? four ?? text;
  const port = behind === undefined || behind === '' || behind === '*' ? undefined : portOf(behind);
  if (port === undefined && behind !== undefined && behind !== '' && behind !== '*')
    return undefined;
  const any = address === '' || address === '*';
  const whole = address.includes('/') ? address : `${address}/${isInet6(address) ? 128 : 32}`;
  return (end) => {
    if (port !== undefined && end?.port !== port) return false;
    return any || (end !== undefined && holds(whole, end.address));
  };
}

function compare(port: number, operator: string, wanted: number): boolean {
  if (['!=', 'ne', 'neq'].includes(operator)) return port !== wanted;
  if (['>=', 'ge', 'geq'].includes(operator)) return port >= wanted;
  if (['<=', 'le', 'leq'].includes(operator)) return port <= wanted;
  if (operator === '>' || operator === 'gt') return port > wanted;
  if (operator === '<' || operator === 'lt') return port < wanted;
  return port === wanted;
}
