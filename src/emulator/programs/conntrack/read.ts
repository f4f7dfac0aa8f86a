import { filters } from './filters.ts';
import type { Flow } from './print.ts';

/** What a command line asks for. */
export interface Asked {
  readonly command: string | undefined;
  readonly table: string;
  readonly output: ReadonlySet<string>;
  readonly tests: readonly ((flow: Flow) => boolean)[];
  /** Values by the longest name of their options, for commands that change entries. */
  readonly values: ReadonlyMap<string, string>;
  readonly events: ReadonlySet<string>;
  readonly error?: string;
  readonly notModelled?: string;
}

const commands: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['L', '--dump'],
    ['G', '--get'],
    ['D', '--delete'],
    ['I', '--create'],
    ['A', '--add'],
    ['U', '--update'],
    ['E', '--event'],
    ['F', '--flush'],
    ['C', '--count'],
    ['S', '--stats'],
    ['V', '--version'],
    ['h', '--help'],
  ].flatMap(([letter = '', long = '']) => [
    [`-${letter}`, letter],
    [long, letter],
  ]),
);

const OUTPUTS = ['xml', 'extended', 'timestamp', 'id', 'ktimestamp', 'labels', 'userspace', 'save'];
const TABLES = ['conntrack', 'expect', 'dying', 'unconfirmed'];
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  NEW: ['NEW'],
  UPDATES: ['UPDATE'],
  DESTROY: ['DESTROY'],
  ALL: ['NEW', 'UPDATE', 'DESTROY'],
};
/** Options with a value that choose nothing. */
const others: Readonly<Record<string, string>> = {
  '-t': '--timeout',
  '--timeout': '--timeout',
  '-b': '--buffer-size',
  '--buffer-size': '--buffer-size',
};

/** Reads the words after the program's name. */
export function read(words: readonly string[]): Asked {
  const output = new Set<string>();
  const tests: ((flow: Flow) => boolean)[] = [];
  const values = new Map<string, string>();
  const events = new Set<string>();
  let command: string | undefined;
  let table = 'conntrack';
  const result = (error?: string, notModelled?: string): Asked => ({
    command,
    table,
    output,
    tests,
    values,
    events,
    ...(error === undefined ? {} : { error }),
    ...(notModelled === undefined ? {} : { notModelled }),
  });
  for (let i = 0; i < words.length; i++) {
    const [word = '', attached] = (words[i] as string).split('=');
    const take = () => attached ?? words[++i];
    if (commands[word] !== undefined) {
      if (command !== undefined) return result('Invalid commands combination');
      command = commands[word];
      const next = words[i + 1];
      if (next !== undefined && !next.startsWith('-') && 'LGDIAUEFCS'.includes(command ?? '')) {
        i += 1;
        if (!TABLES.includes(next)) return result(`unknown type \`${next}'`);
        table = next;
      }
      continue;
    }
    const wrong = takeOption(word, take, words[i + 1], attached, {
      output,
      tests,
      values,
      events,
    });
    if (wrong) return result(wrong.error, wrong.notModelled);
  }
  const used = [...values.keys()];
  if (command === undefined && used.length > 0) {
    return result(`Illegal option \`${used[0]}' with this command`);
  }
  return result();
}

type Taken = Pick<Asked, 'notModelled' | 'error'> | undefined;

function takeOption(
  word: string,
  take: () => string | undefined,
  next: string | undefined,
  attached: string | undefined,
  into: {
    readonly output: Set<string>;
    readonly tests: ((flow: Flow) => boolean)[];
    readonly values: Map<string, string>;
    readonly events: Set<string>;
  },
): Taken {
  const { output, tests, values, events } = into;
  const filter = filters.find(({ names }) => names.includes(word));
  if (filter) {
    const protocol = values.get('--protonum')?.toLowerCase();
    const names: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp' };
    const known = names[protocol ?? ''] ?? protocol;
    if (filter.protocols && !filter.protocols.includes(known ?? '')) {
      return { error: `unknown option \`${word}'` };
    }
    const none = filter.optional && attached === undefined && !/^[\d.:[]/.test(next ?? '-');
    const value = none ? '' : take();
    if (value === undefined) return { error: `option \`${word}' requires an argument` };
    const error = none ? undefined : filter.check?.(value);
    if (error !== undefined) return { error };
    values.set(filter.names.at(-1) ?? word, value);
    tests.push((flow) => filter.test(flow, value));
    return undefined;
  }
  if (word === '-z' || word === '--zero') return undefined;
  const other = others[word];
  const valued = ['-o', '--output', '-f', '--family', '-e', '--event-mask'].includes(word);
  if (other === undefined && !valued) {
    if (['-l', '--label', '--label-add', '--label-del', '-c', '--secmark'].includes(word)) {
      return { notModelled: word };
    }
    return { error: word.startsWith('-') ? `unknown option \`${word}'` : 'Bad parameter' };
  }
  const value = take();
  if (value === undefined) return { error: `option \`${word}' requires an argument` };
  if (other !== undefined) values.set(other, value);
  else if (word === '-o' || word === '--output') {
    for (const kind of value.split(',')) {
      if (!OUTPUTS.includes(kind)) return { error: `Bad parameter \`${kind}'` };
      output.add(kind);
    }
  } else if (word === '-f' || word === '--family') {
    if (value !== 'ipv4' && value !== 'ipv6') return { error: `\`${value}' unsupported protocol` };
    tests.push(({ original }) => original.source.includes(':') === (value === 'ipv6'));
  } else {
    for (const kind of value.toUpperCase().split(',')) {
      const kinds = EVENTS[kind];
      if (!kinds) return { error: `Bad parameter \`${kind}'` };
      for (const each of kinds) events.add(each);
    }
  }
  return undefined;
}
