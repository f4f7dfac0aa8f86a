import { optionTable, unmodelledLetters, unmodelledLong } from './option-table.ts';

/** What the command line asks for. Times are in microseconds. */
export interface Settings {
  readonly flags: ReadonlySet<string>;
  readonly values: Readonly<Record<string, string>>;
  readonly headers: readonly string[];
  readonly resolves: readonly string[];
  readonly connectTo: readonly string[];
  /** Pieces of the body in order, each with the option that gave it. */
  readonly data: readonly { readonly kind: string; readonly text: string }[];
  readonly outputs: readonly (string | { readonly remoteName: true })[];
  readonly urls: readonly string[];
}

/** Options as read, or what curl says about them. */
export type Parsed =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly said: string };

const HINT = "curl: try 'curl --help' or 'curl --manual' for more information\n";
const DATA = ['data', 'dataRaw', 'dataBinary', 'dataUrlencode', 'json'];
const NUMBERS = ['maxTime', 'connectTimeout', 'maxRedirs', 'retry', 'retryDelay', 'retryMaxTime'];

interface Draft {
  flags: Set<string>;
  values: Record<string, string>;
  headers: string[];
  resolves: string[];
  connectTo: string[];
  data: { kind: string; text: string }[];
  outputs: (string | { remoteName: true })[];
  urls: string[];
}

/** Reads a command line as tool_getparam.c does: long names may be cut short where unambiguous. */
export function parseArguments(words: readonly string[]): Parsed {
  const draft: Draft = {
    flags: new Set(),
    values: {},
    headers: [],
    resolves: [],
    connectTo: [],
    data: [],
    outputs: [],
    urls: [],
  };
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      draft.urls.push(...queue);
      break;
    }
    if (word === '-' || !word.startsWith('-')) {
      draft.urls.push(word);
      continue;
    }
    const said = word.startsWith('--')
      ? readLong(draft, word, queue)
      : readLetters(draft, word, queue);
    if (said !== undefined) return { ok: false, said };
  }
  return { ok: true, settings: draft };
}

function readLong(draft: Draft, word: string, queue: string[]): string | undefined {
  const wanted = word.slice(2);
  const names = Object.keys(optionTable);
  const name = names.includes(wanted) ? wanted : findName(wanted);
  if (name === 'ambiguous') return `curl: option ${word}: is ambiguous\n${HINT}`;
  if (name === undefined) {
    const positive = wanted.replace(/^no-/, '');
    const spec = optionTable[positive];
    if (wanted !== positive && spec && !spec.argument && spec.sets) {
      draft.flags.delete(spec.sets);
      return undefined;
    }
    return `curl: option ${word}: is unknown\n${HINT}`;
  }
  const spec = optionTable[name];
  if (!spec) return `curl: --${name} is not modelled here\n`;
  if (!spec.argument) return set(draft, spec.sets ?? '', undefined, word);
  const argument = queue.shift();
  if (argument === undefined) return `curl: option ${word}: requires parameter\n${HINT}`;
  return set(draft, spec.sets ?? '', argument, word);
}

function findName(wanted: string): string | undefined {
  if (unmodelledLong.has(wanted)) return wanted;
  const all = [...Object.keys(optionTable), ...unmodelledLong].sort();
  const matching = all.filter((name) => name.startsWith(wanted));
  return matching.length > 1 ? 'ambiguous' : matching[0];
}

function readLetters(draft: Draft, word: string, queue: string[]): string | undefined {
  const entries = Object.values(optionTable);
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] as string;
    const spec = entries.find((each) => each.letter === letter);
    if (!spec) {
      if (unmodelledLetters.includes(letter)) return `curl: -${letter} is not modelled here\n`;
      return `curl: option ${word}: is unknown\n${HINT}`;
    }
    if (!spec.argument) {
      const said = set(draft, spec.sets ?? '', undefined, word);
      if (said !== undefined) return said;
      continue;
    }
    const argument = word.slice(at + 1) || queue.shift();
    if (argument === undefined) return `curl: option ${word}: requires parameter\n${HINT}`;
    return set(draft, spec.sets ?? '', argument, word);
  }
  return undefined;
}

function set(draft: Draft, name: string, text: string | undefined, word: string) {
  if (text === undefined) {
    if (name === 'remoteName') draft.outputs.push({ remoteName: true });
    else if (name.startsWith('tlsv1')) {
      draft.values['tlsMin'] = name === 'tlsv13' ? 'TLSv1.3' : 'TLSv1.2';
    } else draft.flags.add(name);
    return undefined;
  }
  if (NUMBERS.includes(name) && !/^-?\d+(\.\d+)?$/.test(text)) {
    return `curl: option ${word}: expected a proper numerical parameter\n${HINT}`;
  }
  if (DATA.includes(name)) draft.data.push({ kind: name, text });
  else if (name === 'header') draft.headers.push(text);
  else if (name === 'resolve') draft.resolves.push(text);
  else if (name === 'output') draft.outputs.push(text);
  else if (name === 'url') draft.urls.push(text);
  else if (name === 'connectTo') draft.connectTo.push(text);
  else if (name === 'tlsMaxText') {
    const versions: Readonly<Record<string, string>> = {
      default: 'TLSv1.3',
      '1.0': 'TLSv1.0',
      '1.1': 'TLSv1.1',
      '1.2': 'TLSv1.2',
      '1.3': 'TLSv1.3',
    };
    const most = versions[text];
    if (most === undefined) return `curl: option ${word}: is badly used here\n${HINT}`;
    draft.values['tlsMax'] = most;
  } else draft.values[name] = text;
  return undefined;
}
