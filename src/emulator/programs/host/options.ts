import { secondsOf, type BindSettings } from '../../host/resolver/bind-settings.ts';
import { className, typeName } from '../../host/resolver/bind-text.ts';

/** What the options of host say. */
export interface Options {
  bind: BindSettings;
  /** Undefined: A, AAAA and MX, or PTR for an address. */
  type: string | undefined;
  class: string;
  verbose: boolean;
  tcp: boolean;
  recurse: boolean;
  servfailStops: boolean;
  readonly words: string[];
}

/** Words that cannot be understood: what is said where, and the exit code. */
export interface Misuse {
  readonly said: string;
  readonly fd: 1 | 2;
  readonly code: number;
}

export const USAGE =
  'Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n' +
  '            [-R number] [-m flag] [-p port] hostname [server]\n' +
  '       -a is equivalent to -v -t ANY\n' +
  '       -A is like -a but omits RRSIG, NSEC, NSEC3\n' +
  '       -c specifies query class for non-IN data\n' +
  '       -C compares SOA records on authoritative nameservers\n' +
  '       -d is equivalent to -v\n' +
  '       -l lists all hosts in a domain, using AXFR\n' +
  '       -m set memory debugging flag (trace|record|usage)\n' +
  '       -N changes the number of dots allowed before root lookup is done\n' +
  '       -p specifies the port on the server to query\n' +
  '       -r disables recursive processing\n' +
  '       -R specifies number of retries for UDP packets\n' +
  '       -s a SERVFAIL response should stop query\n' +
  '       -t specifies the query type\n' +
  '       -T enables TCP/IP mode\n' +
  '       -U enables UDP mode\n' +
  '       -v enables verbose output\n' +
  '       -V print version number and exit\n' +
  '       -w specifies to wait forever for a reply\n' +
  '       -W specifies how long to wait for a reply\n' +
  '       -4 use IPv4 query transport only\n' +
  '       -6 use IPv6 query transport only\n';

const DAY = 86_400_000_000;
const VALUED = 'cNtWRmp';

/** Reads options as isc_commandline_parse does. */
export function readOptions(argv: readonly string[], bind: BindSettings): Options | Misuse {
  const options: Options = {
    bind,
    type: undefined,
    class: 'IN',
    verbose: false,
    tcp: false,
    recurse: true,
    servfailStops: false,
    words: [],
  };
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i] as string;
    // Options end at the first word that is none.
    if (options.words.length > 0 || !/^-./.test(word)) {
      options.words.push(word);
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] as string;
      if (!VALUED.includes(letter)) {
        const wrong = flag(options, letter);
        if (wrong) return wrong;
        continue;
      }
      const value = word.slice(at + 1) || argv[++i];
      const wrong =
        value === undefined
          ? misuse(`host: option requires an argument -- ${letter}\n${USAGE}`)
          : valued(options, letter, value);
      if (wrong) return wrong;
      break;
    }
  }
  return options.words.length === 0 || options.words.length > 2 ? misuse(USAGE) : options;
}

const misuse = (said: string, code = 1): Misuse => ({ said, fd: 2, code });

function flag(options: Options, letter: string): Misuse | undefined {
  switch (letter) {
    case 'a':
      options.type = 'ANY';
      options.verbose = true;
      return undefined;
    case 'd':
    case 'v':
      options.verbose = true;
      return undefined;
    case 'T':
      options.tcp = true;
      return undefined;
    case 'U':
      options.tcp = false;
      return undefined;
    case 'r':
      options.recurse = false;
      return undefined;
    case 's':
      options.servfailStops = true;
      return undefined;
    case 'w':
      options.bind = { ...options.bind, timeout: DAY };
      return undefined;
    case 'V':
      return { said: 'host 9.18.49-1~deb12u3-Debian\n', fd: 2, code: 0 };
    case '4':
      return undefined;
    case '6':
    case 'A':
    case 'C':
    case 'i':
    case 'l':
    case 'D':
      return misuse(`host: -${letter} is not modelled here\n`, 2);
    default:
      return misuse(`host: illegal option -- ${letter}\n${USAGE}`);
  }
}

function valued(options: Options, letter: string, value: string): Misuse | undefined {
  const number = Number.parseInt(value, 10) || 0;
  const { bind } = options;
  switch (letter) {
    case 't': {
      const type = typeName(value);
      if (type === undefined) return misuse(`host: invalid type: ${value}\n`);
      options.type = type;
      return undefined;
    }
    case 'c': {
      const named = className(value);
      if (named === undefined) return misuse(`host: invalid class: ${value}\n`);
      options.class = named;
      return undefined;
    }
    case 'N':
      options.bind = { ...bind, ndots: number };
      return undefined;
    case 'W':
      options.bind = { ...bind, timeout: secondsOf(String(number)) ?? bind.timeout };
      return undefined;
    case 'R':
      options.bind = { ...bind, tries: Math.max(1, number + 1) };
      return undefined;
    case 'p':
      options.bind = { ...bind, port: number };
      return undefined;
    default:
      return misuse(`host: -${letter} is not modelled here\n`, 2);
  }
}
