import { plainPrint, type PrintOptions } from './print-expr.ts';

/** What nft was asked for on its command line. */
export interface Flags {
  readonly print: PrintOptions;
  readonly help: boolean;
  readonly version: boolean;
  readonly check: boolean;
  readonly echo: boolean;
  readonly json: boolean;
  readonly file?: string;
  readonly commands: readonly string[];
  /** The text of getopt's complaint. */
  readonly error?: string;
  /** An option that is real but not here. */
  readonly notModelled?: string;
}

export const VERSION = 'nftables v1.0.6 (Lester Gooch #5)\n';

export const USAGE = [
  'Usage: nft [ options ] [ cmds... ]',
  '',
  'Options (general):',
  '  -h, --help                      Show this help',
  '  -v, --version                   Show version information',
  '  -V                              Show extended version information',
  '',
  'Options (ruleset input handling):',
  '  -f, --file <filename>           Read input from <filename>',
  '  -D, --define <name=value>       Define variable, e.g. --define foo=1.2.3.4',
  '  -i, --interactive               Read input from interactive CLI',
  '  -I, --includepath <directory>   Add <directory> to the paths searched for include ' +
    'files. Default is: /etc',
  '  -c, --check                     Check commands validity without actually applying the ' +
    'changes.',
  '  -o, --optimize                  Optimize ruleset',
  '',
  'Options (ruleset list formatting):',
  '  -a, --handle                    Output rule handle.',
  '  -s, --stateless                 Omit stateful information of ruleset.',
  '  -t, --terse                     Omit contents of sets.',
  '  -S, --service                   Translate ports to service names as described in ' +
    '/etc/services.',
  '  -N, --reversedns                Translate IP addresses to names.',
  '  -u, --guid                      Print UID/GID as defined in /etc/passwd and /etc/group.',
  '  -n, --numeric                   Print fully numerical output.',
  '  -y, --numeric-priority          Print chain priority numerically.',
  '  -p, --numeric-protocol          Print layer 4 protocols numerically.',
  '  -T, --numeric-time              Print time values numerically.',
  '',
  'Options (command output formatting):',
  '  -e, --echo                      Echo what has been added, inserted or replaced.',
  '  -j, --json                      Format output in JSON',
  '  -d, --debug <level [,level...]> Specify debugging level (scanner, parser, eval, ' +
    'netlink, mnl, proto-ctx, segtree, all)',
  '',
  '',
].join('\n');

const LONG: Readonly<Record<string, string>> = {
  help: 'h',
  version: 'v',
  check: 'c',
  file: 'f',
  interactive: 'i',
  includepath: 'I',
  define: 'D',
  json: 'j',
  numeric: 'n',
  stateless: 's',
  reversedns: 'N',
  service: 'S',
  debug: 'd',
  handle: 'a',
  echo: 'e',
  guid: 'u',
  'numeric-priority': 'y',
  'numeric-protocol': 'p',
  'numeric-time': 'T',
  terse: 't',
  optimize: 'o',
};

const WITH_VALUE = 'fIdD';
const NOT_MODELLED = 'iIdDoNV';

type Building = {
  -readonly [K in keyof Flags]: Flags[K];
};

/** Reads options as getopt does; what is no option is a word of a command. */
export function readFlags(words: readonly string[]): Flags {
  const flags: Building = {
    print: plainPrint,
    help: false,
    version: false,
    check: false,
    echo: false,
    json: false,
    commands: [],
  };
  const commands: string[] = [];
  flags.commands = commands;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') {
      commands.push(...words.slice(i + 1));
      break;
    }
    // Options end at the first command (nft looks for them before it only).
    if (commands.length > 0 || word === '-' || !word.startsWith('-')) {
      commands.push(...words.slice(i));
      break;
    }
    if (word.startsWith('--')) {
      const [name = '', value] = word.slice(2).split(/=(.*)/s);
      const letter = LONG[name];
      if (letter === undefined)
        return { ...flags, error: `nft: unrecognized option '--${name}'\n` };
      const needs = WITH_VALUE.includes(letter);
      if (needs && value === undefined && words[i + 1] === undefined) {
        return { ...flags, error: `nft: option '--${name}' requires an argument\n` };
      }
      take(flags, letter, needs ? (value ?? words[++i] ?? '') : '');
      continue;
    }
    for (let j = 1; j < word.length; j++) {
      const letter = word[j] as string;
      if (!'hvVcfiIDjnsNaeSupyTtdo'.includes(letter)) {
        return { ...flags, error: `nft: invalid option -- '${letter}'\n` };
      }
      if (!WITH_VALUE.includes(letter)) {
        take(flags, letter, '');
        continue;
      }
      const value = word.slice(j + 1) || words[++i];
      if (value === undefined) {
        return { ...flags, error: `nft: option requires an argument -- '${letter}'\n` };
      }
      take(flags, letter, value);
      break;
    }
  }
  return flags;
}

const PRINT: Readonly<Record<string, Partial<PrintOptions>>> = {
  a: { handle: true },
  s: { stateless: true },
  t: { terse: true },
  S: { service: true },
  u: { guid: true },
  y: { numericPriority: true },
  p: { numericProtocol: true },
  T: { numericTime: true },
  n: { numericPriority: true, numericProtocol: true, numericSymbol: true, numericTime: true },
};

function take(flags: Building, letter: string, value: string): void {
  if (letter in PRINT) flags.print = { ...flags.print, ...PRINT[letter] };
  else if (letter === 'h') flags.help = true;
  else if (letter === 'v') flags.version = true;
  else if (letter === 'c') flags.check = true;
  else if (letter === 'e') flags.echo = true;
  else if (letter === 'j') flags.json = true;
  else if (letter === 'f') flags.file = value;
  else if (NOT_MODELLED.includes(letter)) flags.notModelled ??= `the option -${letter}`;
}
