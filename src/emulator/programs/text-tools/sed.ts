import type { Program } from '../../host/syscalls.ts';
import { linesOf, readInputs } from '../input.ts';
import { readOptions } from '../options.ts';
import { toRegExp } from './regex.ts';

type Address = { readonly line: number } | { readonly last: true } | { readonly match: RegExp };
interface Command {
  readonly from?: Address | undefined;
  readonly to?: Address | undefined;
  readonly negated: boolean;
  readonly act: 's' | 'd' | 'p' | 'q' | 'a' | 'i' | 'c' | 'y' | '=';
  readonly pattern?: RegExp;
  readonly text: string;
  readonly print: boolean;
}

/** sed: `s d p q a i c y =` with addresses; `-n -e -E -i`. */
export const sed: Program = {
  name: 'sed',
  paths: ['/usr/bin/sed', '/bin/sed'],
  *run(argv, sys) {
    const options = yield* readOptions(sys, argv, {
      flags: 'nErsiu',
      values: 'e',
      long: { quiet: 'n', expression: 'e', 'in-place': 'i', 'regexp-extended': 'E' },
      unmodelled: ['-f', '-z', '-l'],
    });
    if (typeof options === 'number') return options;
    const given = options.value('e');
    const script = given ?? options.rest[0];
    if (script === undefined) {
      yield* sys.write(
        2,
        'Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n',
      );
      return 1;
    }
    const commands = parseScript(script, options.has('E') || options.has('r'));
    if ('error' in commands) {
      yield* sys.write(2, `sed: -e expression #1, char ${commands.at}: ${commands.error}\n`);
      return 1;
    }
    const paths = given === undefined ? options.rest.slice(1) : options.rest;
    const { texts, failed } = yield* readInputs(sys, 'sed', paths);
    for (const { path, text } of texts) {
      const out = apply(commands.list, linesOf(text), options.has('n'));
      if (options.has('i') && path !== '-') sys.files.write(path, out);
      else yield* sys.write(1, out);
    }
    return failed ? 2 : 0;
  },
};

function parseScript(
  script: string,
  extended: boolean,
): { readonly list: readonly Command[] } | { readonly error: string; readonly at: number } {
  const list: Command[] = [];
  let at = 0;
  const skip = () => {
    while (/[\s;]/.test(script[at] ?? '')) at += 1;
  };
  const address = (): Address | undefined => {
    const number = /^\d+/.exec(script.slice(at))?.[0];
    if (number) {
      at += number.length;
      return { line: Number(number) };
    }
    if (script[at] === '$') {
      at += 1;
      return { last: true };
    }
    if (script[at] === '/') {
      const [text] = delimited('/', 1);
      return { match: toRegExp(text ?? '', extended) ?? /(?!)/ };
    }
    return undefined;
  };
  const delimited = (mark: string, count: number): string[] => {
    at += 1;
    const parts: string[] = [];
    while (parts.length < count) {
      let text = '';
      while (at < script.length && script[at] !== mark) {
        if (script[at] === '\\' && script[at + 1] === mark) at += 1;
        else if (script[at] === '\\') text += script[at++];
        text += script[at++] ?? '';
      }
      parts.push(text);
      at += 1;
    }
    return parts;
  };
  for (skip(); at < script.length; skip()) {
    const from = address();
    let to: Address | undefined;
    if (from && script[at] === ',') {
      at += 1;
      to = address();
    }
    const negated = script[at] === '!';
    if (negated) at += 1;
    const letter = script[at] ?? '';
    const base = { from, to, negated, text: '', print: false };
    if (letter === 's' || letter === 'y') {
      at += 1;
      const [pattern = '', text = ''] = delimited(script[at] ?? '/', 2);
      const flags = /^[gipIe0-9]*/.exec(script.slice(at))?.[0] ?? '';
      at += flags.length;
      const made = toRegExp(
        pattern,
        extended,
        (flags.includes('g') ? 'g' : '') + (/[iI]/.test(flags) ? 'i' : ''),
      );
      if (!made) return { error: 'Invalid preceding regular expression', at };
      list.push({
        ...base,
        act: letter,
        pattern: made,
        text: letter === 'y' ? `${pattern}\n${text}` : text,
        print: flags.includes('p'),
      });
    } else if (/[dpq=]/.test(letter)) {
      at += 1;
      list.push({ ...base, act: letter as 'd' });
    } else if (/[aic]/.test(letter)) {
      const text = script.slice(at + 1).replace(/^\\?\s*/, '');
      at = script.length;
      list.push({ ...base, act: letter as 'a', text });
    } else
      return {
        error: letter === '' ? 'missing command' : `unknown command: \`${letter}'`,
        at: at + 1,
      };
  }
  return { list };
}

function apply(commands: readonly Command[], lines: readonly string[], quiet: boolean): string {
  const active = commands.map(() => false);
  let out = '';
  for (const [index, original] of lines.entries()) {
    let line = original;
    let deleted = false;
    let behind = '';
    let stop = false;
    const hits = (address: Address) =>
      'line' in address
        ? address.line === index + 1
        : 'last' in address
          ? index === lines.length - 1
          : address.match.test(line);
    for (const [number, command] of commands.entries()) {
      let hit = true;
      if (command.from && command.to) {
        if (active[number]) {
          hit = true;
          if (hits(command.to)) active[number] = false;
        } else {
          hit = hits(command.from);
          active[number] = hit && !('line' in command.to && command.to.line <= index + 1);
        }
      } else if (command.from) hit = hits(command.from);
      if (hit === command.negated) continue;
      if (command.act === 'd') deleted = true;
      else if (command.act === 'p') out += `${line}\n`;
      else if (command.act === '=') out += `${index + 1}\n`;
      else if (command.act === 'q') stop = true;
      else if (command.act === 'a') behind += `${command.text}\n`;
      else if (command.act === 'i') out += `${command.text}\n`;
      else if (command.act === 'c') {
        deleted = true;
        out += `${command.text}\n`;
      } else if (command.act === 'y') line = translate(line, command.text);
      else {
        const next = line.replace(command.pattern as RegExp, (...groups) =>
          replacement(command.text, groups as string[]),
        );
        if (next !== line && command.print) out += `${next}\n`;
        line = next;
      }
      if (deleted || stop) break;
    }
    if (!deleted && !quiet) out += `${line}\n`;
    out += behind;
    if (stop) break;
  }
  return out;
}

function replacement(text: string, groups: readonly string[]): string {
  return text.replaceAll(/\\(\d|n|t|&|\\|.)|&/g, (all, code?: string) => {
    if (all === '&') return groups[0] ?? '';
    if (code && /\d/.test(code)) return groups[Number(code)] ?? '';
    return { n: '\n', t: '\t' }[code as 'n'] ?? code ?? '';
  });
}

function translate(line: string, sets: string): string {
  const [from = '', to = ''] = sets.split('\n');
  return [...line]
    .map((letter) => (from.includes(letter) ? (to[from.indexOf(letter)] ?? letter) : letter))
    .join('');
}
