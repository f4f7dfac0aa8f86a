import type { Micros } from '../../world/json.ts';

/** What a command line of ping asks for. Times in microseconds. */
export interface PingOptions {
  readonly target: string;
  readonly count: number | undefined;
  readonly interval: Micros;
  /** How long the last answer is waited for. */
  readonly linger: Micros;
  readonly deadline: Micros | undefined;
  readonly size: number;
  readonly ttl: number;
  readonly numeric: boolean;
  readonly quiet: boolean;
  readonly dontFragment: boolean;
  readonly printTime: boolean;
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  /** A device or an address of one's own to send from. */
  readonly from: string | undefined;
  readonly mark: number | undefined;
  /** Answers may come from everybody on the link. */
  readonly broadcast: boolean;
  /** As fast as answers come: dots instead of lines, or lines at the pace of the answers. */
  readonly flood: boolean;
  readonly adaptive: boolean;
  readonly outstanding: boolean;
  readonly audible: boolean;
  readonly verbose: boolean;
  readonly sticky: boolean;
  /** Packets that go out at once. */
  readonly preload: number;
  readonly pattern: string | undefined;
  readonly identifier: number | undefined;
  /** What is said before anything else. */
  readonly warning: string;
}

export const USAGE = `
Usage
  ping [options] <destination>

Options:
  <destination>      dns name or ip address
  -a                 use audible ping
  -A                 use adaptive ping
  -B                 sticky source address
  -c <count>         stop after <count> replies
  -C                 call connect() syscall on socket creation
  -D                 print timestamps
  -d                 use SO_DEBUG socket option
  -e <identifier>    define identifier for ping session, default is random for
                     SOCK_RAW and kernel defined for SOCK_DGRAM
                     Imply using SOCK_RAW (for IPv4 only for identifier 0)
  -f                 flood ping
  -h                 print help and exit
  -I <interface>     either interface name or address
  -i <interval>      seconds between sending each packet
  -L                 suppress loopback of multicast packets
  -l <preload>       send <preload> number of packages while waiting replies
  -m <mark>          tag the packets going out
  -M <pmtud opt>     define mtu discovery, can be one of <do|dont|want>
  -n                 no dns name resolution
  -O                 report outstanding replies
  -p <pattern>       contents of padding byte
  -q                 quiet output
  -Q <tclass>        use quality of service <tclass> bits
  -s <size>          use <size> as number of data bytes to be sent
  -S <size>          use <size> as SO_SNDBUF socket option value
  -t <ttl>           define time to live
  -U                 print user-to-user latency
  -v                 verbose output
  -V                 print version and exit
  -w <deadline>      reply wait <deadline> in seconds
  -W <timeout>       time to wait for response

IPv4 options:
  -4                 use IPv4
  -b                 allow pinging broadcast
  -R                 record route
  -T <timestamp>     define timestamp, can be one of <tsonly|tsandaddr|tsprespec>

IPv6 options:
  -6                 use IPv6
  -F <flowlabel>     define flow label, default is random
  -N <nodeinfo opt>  use icmp6 node info query, try <help> as argument

For more details see ping(8).
`;

const FLAGS = 'nqDv4hV6aABCdfLOUbr';
const VALUES = 'ciWwstMImelpQSF';
const UNMODELLED = 'RTN';
const WORDS = 'MIpF';
const BUILD = 'libcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes\n';
const SECOND = 1_000_000;

/** Reads the options of iputils' ping; what is wrong is its own text. */
export function parseOptions(
  words: readonly string[],
): PingOptions | { readonly said: string; readonly code: number } {
  const found = new Map<string, string>();
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
        return { said: `ping: -${letter} is not modelled here\n`, code: 2 };
      if (FLAGS.includes(letter)) found.set(letter, '');
      else if (VALUES.includes(letter)) {
        const value = word.slice(at + 1) || words[++i];
        if (value === undefined) {
          return { said: `ping: option requires an argument -- '${letter}'\n${USAGE}`, code: 2 };
        }
        found.set(letter, value);
        break;
      } else return { said: `ping: invalid option -- '${letter}'\n${USAGE}`, code: 2 };
    }
  }
  if (found.has('h')) return { said: USAGE, code: 2 };
  if (found.has('V')) return { said: `ping from iputils 20221126\n${BUILD}`, code: 0 };
  for (const letter of VALUES) {
    const wrong = WORDS.includes(letter) ? undefined : badNumber(letter, found.get(letter));
    if (wrong !== undefined) return { said: wrong, code: 1 };
  }
  const target = rest.at(-1);
  if (target === undefined)
    return { said: 'ping: usage error: Destination address required\n', code: 1 };
  const hint = found.get('M') ?? 'want';
  if (!['do', 'dont', 'want', 'probe'].includes(hint)) {
    return { said: `ping: invalid -M argument: ${hint}\n`, code: 2 };
  }
  const pattern = found.get('p');
  if (pattern !== undefined && !/^[0-9a-f]{1,32}$/i.test(pattern)) {
    return { said: `ping: patterns must be specified as hex digits: ${pattern}\n`, code: 2 };
  }
  const linger = found.get('W');
  const garbage = linger !== undefined && !DECIMAL.test(linger);
  const warning = garbage
    ? `ping: option argument contains garbage: ${linger}\n` +
      'ping: this will become fatal error in the future\n'
    : '';
  return settings(target, found, hint, warning);
}

function settings(
  target: string,
  found: ReadonlyMap<string, string>,
  hint: string,
  warning: string,
): PingOptions {
  const micros = (letter: string) => Math.round(Number(found.get(letter)) * SECOND);
  return {
    target,
    count: found.has('c') ? Number(found.get('c')) : undefined,
    interval: found.has('i') ? micros('i') : found.has('f') ? 10_000 : SECOND,
    linger: found.has('W') && warning === '' ? micros('W') : 10 * SECOND,
    deadline: found.has('w') ? micros('w') : undefined,
    size: Number(found.get('s') ?? 56),
    ttl: Number(found.get('t') ?? 64),
    numeric: found.has('n'),
    quiet: found.has('q'),
    dontFragment: hint === 'do',
    printTime: found.has('D'),
    ipv4: found.has('4'),
    ipv6: found.has('6'),
    from: found.get('I'),
    mark: found.has('m') ? Number(found.get('m')) : undefined,
    broadcast: found.has('b'),
    flood: found.has('f'),
    adaptive: found.has('A'),
    outstanding: found.has('O'),
    audible: found.has('a'),
    verbose: found.has('v'),
    sticky: found.has('B'),
    preload: Number(found.get('l') ?? 1),
    pattern: found.get('p'),
    identifier: found.has('e') ? Number(found.get('e')) : undefined,
    warning,
  };
}

const DECIMAL = /^\d*\.?\d+$/;

function badNumber(letter: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const decimal = letter === 'i' || letter === 'w';
  if (letter === 'W') return undefined;
  if (!(decimal ? DECIMAL : /^-?(\d+|0x[0-9a-f]+)$/i).test(text))
    return `ping: invalid argument: '${text}'\n`;
  const value = Number(text);
  const [low, high] = letter === 't' ? [0, 255] : letter === 'c' ? [1, 2 ** 53] : [0, 2 ** 31];
  if (value < low || value > high) {
    return (
      `ping: invalid argument: '${text}': out of range: ${low} <= ` +
      `value <= ${letter === 'c' ? '9223372036854775807' : high}\n`
    );
  }
  return undefined;
}
