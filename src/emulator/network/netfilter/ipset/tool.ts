import type { Micros } from '../../../world/json.ts';
import { readExtensions, type Extra } from './extras.ts';
import { holds } from './match.ts';
import { isSetError, parseEntry } from './parse-entry.ts';
import { readCreate } from './create.ts';
import { printSet } from './print.ts';
import { alive, findType, type SetRecord, type Sets } from './types.ts';

/** What ipset sees of a host. */
export interface SetHost {
  readonly sets: Sets;
  readonly now: Micros;
  /** Rules and sets that use a set. */
  references(name: string): number;
  /** A number for the hash of a new set. */
  initval(name: string): number;
}

/** What ipset printed, and the sets after it. */
export interface SetResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  readonly sets?: Sets;
  /** A file that the output goes to instead. */
  readonly file?: { readonly path: string; readonly text: string };
}

const VERSION = 'ipset v7.17';
const NO_SET = 'The set with the given name does not exist';

const commands: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['create', '-N', '--create', 'n', 'new'],
    ['add', '-A', '--add'],
    ['del', '-D', '--del'],
    ['test', '-T', '--test'],
    ['destroy', '-X', '--destroy', 'x'],
    ['list', '-L', '--list'],
    ['save', '-S', '--save'],
    ['restore', '-R', '--restore'],
    ['flush', '-F', '--flush'],
    ['rename', '-E', '--rename', 'e'],
    ['swap', '-W', '--swap', 'w'],
    ['help', '-h', '--help', '-H'],
    ['version', '-v', '--version', '-V'],
  ].flatMap(([name, ...others]) => [name, ...others].map((word) => [word, name as string])),
);

interface Flags {
  exist: boolean;
  quiet: boolean;
  names: boolean;
  terse: boolean;
  sorted: boolean;
  output?: string;
  file?: string;
}

interface Asked {
  readonly flags: Flags;
  readonly command: string | undefined;
  readonly words: readonly string[];
  readonly error?: string;
}

/** The file that `-f` names, if any. */
export function setFile(words: readonly string[]): string | undefined {
  return readWords(words).flags.file;
}

/** Whether the command reads a text: from the file, or from standard input. */
export const readsInput = (words: readonly string[]): boolean =>
  readWords(words).command === 'restore';

/** Runs ipset 7.17 with the words after its name; `input` is what `restore` reads. */
export function runIpset(words: readonly string[], host: SetHost, input = ''): SetResult {
  const asked = readWords(words);
  const result = runAsked(asked, host, input);
  // `-q` keeps errors back.
  return asked.flags.quiet ? { ...result, stderr: '' } : result;
}

function runAsked(asked: Asked, host: SetHost, input: string): SetResult {
  if (asked.error !== undefined) return problem(asked.error);
  if (asked.command === undefined) {
    const [first] = asked.words;
    const unknown = first === undefined ? '.' : `: unknown argument ${first}`;
    return problem(`No command specified${unknown}`, true);
  }
  if (asked.command === 'restore') return restore(host, input, asked.flags);
  return runCommand(asked, host);
}

function readWords(all: readonly string[]): Asked {
  const flags: Flags = { exist: false, quiet: false, names: false, terse: false, sorted: false };
  const words: string[] = [];
  let command: string | undefined;
  for (let i = 0; i < all.length; i++) {
    const word = all[i] as string;
    // Options have one dash, as in `-exist`.
    if (['-exist', '-!', '--exist'].includes(word)) flags.exist = true;
    else if (['-quiet', '-q', '--quiet'].includes(word)) flags.quiet = true;
    else if (['-name', '-n', '--name'].includes(word)) flags.names = true;
    else if (['-terse', '-t', '--terse'].includes(word)) flags.terse = true;
    else if (['-sorted', '-s', '--sorted'].includes(word)) flags.sorted = true;
    else if (['-resolve', '-r', '--resolve'].includes(word)) continue;
    else if (['-output', '-o', '--output'].includes(word)) {
      flags.output = all[++i] ?? '';
      if (!['plain', 'save', 'xml'].includes(flags.output)) {
        const error = `Syntax error: unknown output mode '${flags.output}'`;
        return { flags, command, words, error };
      }
    } else if (['-file', '-f', '--file'].includes(word)) flags.file = all[++i] ?? '';
    else if (command === undefined && commands[word] !== undefined) command = commands[word];
    else words.push(word);
  }
  return { flags, command, words };
}

const done = (stdout: string, sets?: Sets): SetResult => ({
  stdout,
  stderr: '',
  exit: 0,
  ...(sets ? { sets } : {}),
});

/** An error: of the command line (with a hint), or of the kernel. */
function problem(message: string, hint = false, line?: number): SetResult {
  const where = line === undefined ? '' : `Error in line ${line}: `;
  const help = hint ? "Try `ipset help' for more information.\n" : '';
  return { stdout: '', stderr: `${VERSION}: ${where}${message}\n${help}`, exit: hint ? 2 : 1 };
}

const MISSING = 'Missing mandatory argument to command';
const SECOND = 'Missing second mandatory argument to command';

function runCommand({ command = '', words, flags }: Asked, host: SetHost): SetResult {
  const [name, other] = words;
  const { sets } = host;
  switch (command) {
    case 'version':
      return done(`${VERSION}, protocol version: 7\n`);
    case 'help':
      return { stdout: '', stderr: 'ipset: help is not modelled here\n', exit: 2 };
    case 'list':
    case 'save':
      return list(host, name, { ...flags, output: command === 'save' ? 'save' : flags.output });
    case 'flush':
    case 'destroy':
      return command === 'flush' ? flush(sets, name) : destroy(host, name);
    default:
  }
  if (name === undefined) return problem(`${MISSING} ${command}`, true);
  if (command === 'create') return create(host, name, words.slice(1), flags);
  if (other === undefined) return problem(`${SECOND} ${command}`, true);
  if (command === 'rename') return rename(host, name, other);
  if (command === 'swap') return swap(sets, name, other);
  const set = sets.get(name);
  if (!set) return problem(NO_SET);
  if (command === 'test') return test(host, set, other, flags);
  return change(command as 'add' | 'del', host, set, other, words.slice(2), flags);
}

const withSet = (sets: Sets, set: SetRecord): Sets => new Map(sets).set(set.name, set);

function create(host: SetHost, name: string, words: readonly string[], flags: Flags): SetResult {
  if (name.length > 31)
    return problem(`Syntax error: setname '${name}' is longer than 31 characters`);
  const made = readCreate(words);
  if (isSetError(made)) return problem(made.error, /^(Missing|Mandatory|Unknown)/.test(made.error));
  if (host.sets.has(name)) {
    if (flags.exist && host.sets.get(name)?.type === made.type.name) return done('');
    return problem('Set cannot be created: set with the same name already exists');
  }
  const initval = made.options.initval ?? host.initval(name);
  const options = made.type.method === 'hash' ? { ...made.options, initval } : made.options;
  const order = 1 + Math.max(0, ...[...host.sets.values()].map((set) => set.order));
  const set = { name, type: made.type.name, order, options, entries: [] };
  return done('', withSet(host.sets, set));
}

function list(host: SetHost, name: string | undefined, flags: Flags): SetResult {
  const chosen = name === undefined ? [...host.sets.values()] : [host.sets.get(name)];
  if (chosen.includes(undefined)) return problem(NO_SET);
  const found = (chosen as SetRecord[]).sort((a, b) => a.order - b.order);
  if (flags.names) return done(found.map((set) => `${set.name}\n`).join(''));
  const listing = {
    save: flags.output === 'save',
    xml: flags.output === 'xml',
    terse: flags.terse,
    sorted: flags.sorted,
  };
  const texts = found.map((set) => printSet(set, host.references(set.name), listing, host.now));
  if (listing.xml) return done(`<ipsets>\n${texts.join('')}</ipsets>\n`);
  const text = texts.join(listing.save ? '' : '\n');
  const { file } = flags;
  return file === undefined ? done(text) : { ...done(''), file: { path: file, text } };
}

function flush(sets: Sets, name: string | undefined): SetResult {
  if (name !== undefined && !sets.has(name)) return problem(NO_SET);
  const flushed = [...sets.values()].map((set) =>
    name === undefined || set.name === name ? { ...set, entries: [] } : set,
  );
  return done('', new Map(flushed.map((set) => [set.name, set])));
}

function destroy(host: SetHost, name: string | undefined): SetResult {
  const doomed = name === undefined ? [...host.sets.keys()] : [name];
  if (name !== undefined && !host.sets.has(name)) return problem(NO_SET);
  if (doomed.some((each) => host.references(each) > 0)) {
    return problem('Set cannot be destroyed: it is in use by a kernel component');
  }
  return done('', new Map([...host.sets].filter(([each]) => !doomed.includes(each))));
}

function rename(host: SetHost, from: string, to: string): SetResult {
  const set = host.sets.get(from);
  if (!set) return problem(NO_SET);
  if (host.sets.has(to)) {
    return problem('Set cannot be renamed: a set with the new name already exists');
  }
  if (host.references(from) > 0)
    return problem('Set cannot be renamed: it is in use by another system');
  const others = new Map([...host.sets].filter(([name]) => name !== from));
  return done('', others.set(to, { ...set, name: to }));
}

function swap(sets: Sets, from: string, to: string): SetResult {
  const [a, b] = [sets.get(from), sets.get(to)];
  if (!a) return problem(NO_SET);
  if (!b) return problem('Sets cannot be swapped: the second set does not exist');
  if (a.type !== b.type || a.options.family !== b.options.family) {
    return problem('The sets cannot be swapped: their type does not match');
  }
  const swapped = new Map(sets).set(from, { ...b, name: from }).set(to, { ...a, name: to });
  return done('', swapped);
}

function test(host: SetHost, set: SetRecord, text: string, flags: Flags): SetResult {
  const type = findType(set.type);
  const wanted = type ? parseEntry(type, set.options, text) : [text];
  if (isSetError(wanted)) return problem(wanted.error);
  // An address is in a network that holds it; a network only where it was added itself.
  const inside = type?.method !== 'list' && type && !text.includes('/');
  const exact = alive(set, host.now).some((e) => e.text === wanted[0] && !e.nomatch);
  const there = inside ? holds(set, type, (wanted[0] ?? '').split(','), host.now) : exact;
  if (flags.quiet) return { stdout: '', stderr: '', exit: there ? 0 : 1 };
  return there
    ? { stdout: '', stderr: `Warning: ${text} is in set ${set.name}.\n`, exit: 0 }
    : { stdout: '', stderr: `${text} is NOT in set ${set.name}.\n`, exit: 1 };
}

function change(
  command: 'add' | 'del',
  host: SetHost,
  set: SetRecord,
  text: string,
  rest: readonly string[],
  flags: Flags,
): SetResult {
  const type = findType(set.type);
  if (type?.method === 'list' && !host.sets.has(text)) {
    return problem('Set to be added/deleted/tested as element does not exist.');
  }
  const texts = type ? parseEntry(type, set.options, text) : [text];
  if (isSetError(texts)) return problem(texts.error);
  const extra = readExtensions(set, rest, host.now);
  if (isSetError(extra)) return problem(extra.error, extra.error.startsWith('Unknown'));
  const exist = flags.exist || extra.exist;
  if (type?.method === 'list') return changeList(command, host, set, text, extra);
  const entries = new Map(alive(set, host.now).map((entry) => [entry.text, entry]));
  // What was done before the first that fails stays.
  const soFar = () => withSet(host.sets, { ...set, entries: [...entries.values()] });
  for (const each of texts) {
    const there = entries.has(each);
    if (there && command === 'add' && !exist) {
      return {
        ...problem("Element cannot be added to the set: it's already added"),
        sets: soFar(),
      };
    }
    if (!there && command === 'del' && !exist) {
      return {
        ...problem("Element cannot be deleted from the set: it's not added"),
        sets: soFar(),
      };
    }
    if (command === 'del') entries.delete(each);
    else entries.set(each, { text: each, ...extra.entry });
  }
  if (entries.size > (set.options.maxelem ?? 65_536)) {
    if (!set.options.forceadd) return problem('Hash is full, cannot add more elements');
    const [oldest = ''] = entries.keys();
    entries.delete(oldest);
  }
  return done('', withSet(host.sets, { ...set, entries: [...entries.values()] }));
}

/** A set of sets: members have an order. */
function changeList(
  command: 'add' | 'del',
  host: SetHost,
  set: SetRecord,
  name: string,
  { entry, exist, place }: Extra,
): SetResult {
  if (host.sets.get(name)?.type === 'list:set') {
    return problem('Sets with list:set type cannot be added to the set.');
  }
  const entries = [...alive(set, host.now)];
  const at = entries.findIndex(({ text }) => text === name);
  const next = place ? entries.findIndex(({ text }) => text === place.name) : -1;
  if (place && next < 0) {
    const why = "The set to which you referred with 'before' or 'after' does not exist.";
    return problem(why);
  }
  if (at >= 0 && command === 'add' && !exist) {
    return problem("Element cannot be added to the set: it's already added");
  }
  if (at < 0 && command === 'del' && !exist) {
    return problem("Element cannot be deleted from the set: it's not added");
  }
  if (at >= 0) entries.splice(at, 1);
  const where = place ? next + (place.side === 'after' ? 1 : 0) : entries.length;
  if (command === 'add') entries.splice(where, 0, { text: name, ...entry });
  return done('', withSet(host.sets, { ...set, entries }));
}

/** Runs the lines of a text; the first that fails ends it, and what was done stays. */
function restore(host: SetHost, text: string, flags: Flags): SetResult {
  let { sets } = host;
  let stdout = '';
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line === 'COMMIT') continue;
    if (line === 'quit') break;
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, word]) => quoted ?? word ?? '',
    );
    const given = flags.exist ? ['-exist', ...words] : words;
    const result = runIpset(given, { ...host, sets });
    stdout += result.stdout;
    if (result.exit === 2 && result.stderr.includes('No command specified')) {
      return { ...result, stdout, sets };
    }
    if (result.exit !== 0) {
      const message = result.stderr.replace(`${VERSION}: `, '').split('\n')[0] ?? '';
      return { ...problem(message, false, index + 1), sets };
    }
    sets = result.sets ?? sets;
  }
  return { stdout, stderr: '', exit: 0, sets };
}
