import type { Family } from '../../host/resolver/getaddrinfo.ts';
import type { Micros } from '../../world/json.ts';

export interface Flags {
  readonly scan: boolean;
  readonly verbose: boolean;
  readonly numeric: boolean;
  readonly listen: boolean;
  readonly keep: boolean;
  readonly udp: boolean;
  /** `-N`: shut the socket down after the end of standard input. */
  readonly shutdown: boolean;
  readonly detached: boolean;
  readonly family: Family;
  readonly wait: Micros | undefined;
  /** `-q`: how long to stay after the end of standard input; undefined for ever. */
  readonly quit: Micros | undefined;
  readonly source: string | undefined;
  readonly sourcePort: number | undefined;
}

export const usage =
  'usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n' +
  '\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n' +
  '\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n' +
  '\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n' +
  '\t  [destination] [port]\n';

/** Real options of nc that are not modelled: without and with a value. */
const UNMODELLED = 'CDFrSTUZbIiMmOPVWXx';
const WITH_VALUE = 'wqps';

/** Reads options as getopt does. */
export function parseFlags(
  words: readonly string[],
):
  | { readonly flags: Flags; readonly rest: readonly string[] }
  | { readonly said: string; readonly code: number } {
  const letters = new Map<string, string>();
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (!/^-./.test(word)) {
      rest.push(word);
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] as string;
      if (UNMODELLED.includes(letter))
        return { said: `nc: -${letter} is not modelled here\n`, code: 2 };
      if (!'zvnlkuNdh46wqps'.includes(letter)) {
        return { said: `nc: invalid option -- '${letter}'\n${usage}`, code: 1 };
      }
      if (!WITH_VALUE.includes(letter)) {
        letters.set(letter, '');
        continue;
      }
      const value = word.slice(at + 1) || words[++i];
      if (value === undefined) {
        return { said: `nc: option requires an argument -- '${letter}'\n${usage}`, code: 1 };
      }
      letters.set(letter, value);
      break;
    }
  }
  if (letters.has('h'))
    return { said: `OpenBSD netcat (Debian patchlevel 1.219-1)\n${usage}`, code: 0 };
  const wait = letters.get('w');
  if (wait !== undefined && !/^\d+$/.test(wait))
    return { said: `nc: timeout invalid: ${wait}\n`, code: 1 };
  const quit = Number(letters.get('q') ?? -1);
  return {
    rest,
    flags: {
      scan: letters.has('z'),
      verbose: letters.has('v'),
      numeric: letters.has('n'),
      listen: letters.has('l'),
      keep: letters.has('k'),
      udp: letters.has('u'),
      shutdown: letters.has('N'),
      detached: letters.has('d'),
      family: letters.has('4') ? 'v4' : letters.has('6') ? 'v6' : 'any',
      wait: wait === undefined ? undefined : Number(wait) * 1_000_000,
      quit: quit < 0 ? undefined : quit * 1_000_000,
      source: letters.get('s'),
      sourcePort: letters.has('p') ? Number(letters.get('p')) : undefined,
    },
  };
}
