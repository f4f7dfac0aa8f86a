import { readOptions } from '../gnu/getopt.ts';
import type { Micros } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';

/** What a command line asks for. */
export interface TraceOptions {
  readonly host: string;
  readonly first: number;
  readonly most: number;
  readonly probes: number;
  readonly atOnce: number;
  /** The longest wait for an answer, and what it is in times that other answers took. */
  readonly wait: readonly [longest: Micros, here: number, near: number];
  readonly port: number;
  readonly length: number;
  readonly numeric: boolean;
  readonly icmp: boolean;
  readonly tcp: boolean;
}

const USAGE =
  'Usage:\n  traceroute [ -46dFITnreAUDV ] [ -f first_ttl ] [ -g gate,... ] [ -i device ] ' +
  '[ -m max_ttl ] [ -N squeries ] [ -p port ] [ -t tos ] [ -l flow_label ] ' +
  '[ -w MAX,HERE,NEAR ] [ -q nqueries ] [ -s src_addr ] [ -z sendwait ] [ --fwmark=num ] ' +
  'host [ packetlen ]\n';

const table = {
  short: '4nITUf:m:N:p:q:w:V',
  long: {
    icmp: 'I',
    tcp: 'T',
    udp: 'U',
    'first-hop': 'f',
    first: 'f',
    'max-hops': 'm',
    'sim-queries': 'N',
    port: 'p',
    queries: 'q',
    wait: 'w',
  },
  unmodelled: (
    '-6 -d -F -r -e -A -D -g -i -t -l -s -z -O -M --as-path-lookups --mtu --back ' +
    '--source --interface --gateway --dont-fragment --tos --sendwait --extensions --module'
  ).split(' '),
};

/** Reads the words after the name; a text is what is said instead. */
export function parseOptions(
  words: readonly string[],
): TraceOptions | { readonly said: string; readonly code: number } {
  const read = readOptions(words, table);
  if ('unmodelled' in read)
    return { said: `traceroute: ${read.unmodelled} is not modelled here\n`, code: 2 };
  if ('error' in read) {
    const bad = words.find((word) => word.startsWith('-')) ?? '';
    const at = words.indexOf(bad) + 1;
    return { said: `Bad option \`${bad}' (argc ${at})\n`, code: 2 };
  }
  const { given, operands } = read;
  if (given.some(({ key }) => key === 'V' || key === '--version')) {
    return { said: 'Modern traceroute for Linux, version 2.1.2\n', code: 0 };
  }
  const [host, length = '60'] = operands;
  if (host === undefined || given.some(({ key }) => key === '--help')) {
    return { said: USAGE, code: host === undefined ? 0 : 0 };
  }
  const value = (key: string) => given.findLast((each) => each.key === key)?.value;
  const number = (key: string, usual: number) => Number(value(key) ?? usual);
  const [longest = 5, here = 3, near = 10] = (value('w') ?? '5').split(',').map(Number);
  const [first, most] = [number('f', 1), number('m', 30)];
  if (most < 1 || most > 255) return { said: 'max hops cannot be more than 255\n', code: 2 };
  if (first < 1 || first > most) return { said: 'first hop out of range\n', code: 2 };
  const probes = number('q', 3);
  if (probes < 1 || probes > 10) return { said: 'no more than 10 probes per hop\n', code: 2 };
  const icmp = given.some(({ key }) => key === 'I');
  const tcp = given.some(({ key }) => key === 'T');
  return {
    host,
    first,
    most,
    probes,
    atOnce: number('N', 16),
    wait: [longest * SECOND, here, near],
    port: number('p', tcp ? 80 : 33_434),
    length: Number(length),
    numeric: given.some(({ key }) => key === 'n'),
    icmp,
    tcp,
  };
}
