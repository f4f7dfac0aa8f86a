import type { Sys } from '../../host/syscalls.ts';
import { compileRegular, RegularError } from '../gnu/regular.ts';
import { AwkError, AwkRunError } from './lexer.ts';
import { fromOutside, toNumber, toText, type Value } from './value.ts';

export type List = Map<string, Value>;

/** A variable: a value, or a list once it was used as one. */
export interface Cell {
  value: Value;
  list?: List;
  /** The variable of the caller that becomes a list with this one. */
  readonly from?: Cell;
}

/** Variables, and the record with its fields. */
export interface Memory {
  cell(name: string): Cell;
  get(name: string): Value;
  set(name: string, value: Value): void;
  text(value: Value): string;
  /** As `print` shows it: by OFMT. */
  shown(value: Value): string;
  list(name: string): List;
  field(index: number): Value;
  setField(index: number, value: Value): void;
  /** A new record in `$0`. */
  setRecord(text: string): void;
  /** Parts of a text by a separator, as `split` and fields have them. */
  parts(text: string, separator: string): string[];
  regular(pattern: string): RegExp;
  /** Runs with a function's own variables. */
  enter(frame: Map<string, Cell>): void;
  leave(): void;
  readonly depth: number;
}

const initial: readonly (readonly [string, Value])[] = [
  ['FS', ' '],
  ['OFS', ' '],
  ['ORS', '\n'],
  ['RS', '\n'],
  ['SUBSEP', '\x1c'],
  ['CONVFMT', '%.6g'],
  ['OFMT', '%.6g'],
  ['NR', 0],
  ['FNR', 0],
  ['NF', 0],
  ['RSTART', 0],
  ['RLENGTH', -1],
];

/** The list that a variable is; an unset one becomes one. */
export function listOf(cell: Cell): List {
  return (cell.list ??= cell.from ? listOf(cell.from) : new Map());
}

/** Makes the memory of one run. */
export function createMemory(sys: Sys, words: readonly string[]): Memory {
  const globals = new Map<string, Cell>(initial.map(([name, value]) => [name, { value }]));
  const frames: Map<string, Cell>[] = [];
  const expressions = new Map<string, RegExp>();
  let record = '';
  let fields: Value[] = [];
  /** Fields are cut only when they are asked for. */
  let cut = true;
  /** A field was set, so that `$0` must be joined again. */
  let stale = false;

  const cell = (name: string): Cell => {
    const own = frames.at(-1)?.get(name);
    if (own) return own;
    let found = globals.get(name);
    if (!found) globals.set(name, (found = { value: undefined }));
    return found;
  };
  const global = (name: string) => (globals.get(name) as Cell).value;
  const text = (value: Value) => toText(value, toText(global('CONVFMT'), '%.6g'));
  const cutFields = () => {
    if (cut) return;
    cut = true;
    fields = memory.parts(record, text(global('FS'))).map(fromOutside);
    (globals.get('NF') as Cell).value = fields.length;
  };
  const memory: Memory = {
    cell,
    get(name) {
      if (name === 'NF') cutFields();
      const found = cell(name);
      if (found.list) throw new AwkError(`can't use array ${name} as a scalar`);
      return found.value;
    },
    set(name, value) {
      if (name === 'NF') {
        cutFields();
        const count = Math.max(0, Math.trunc(toNumber(value)));
        fields.length = count;
        fields = Array.from(fields);
        stale = true;
      }
      if (name === 'FS') cutFields();
      cell(name).value = value;
    },
    text,
    shown: (value) => toText(value, toText(global('OFMT'), '%.6g')),
    list: (name) => listOf(cell(name)),
    field(index) {
      if (index === 0) {
        if (stale) {
          record = fields.map((each) => text(each)).join(text(global('OFS')));
          stale = false;
        }
        return fromOutside(record);
      }
      if (index < 0) throw new AwkRunError(`negative field index $${index}`);
      cutFields();
      return fields[index - 1];
    },
    setField(index, value) {
      if (index === 0) return memory.setRecord(text(value));
      if (index < 0) throw new AwkRunError(`negative field index $${index}`);
      cutFields();
      while (fields.length < index - 1) fields.push('');
      fields[index - 1] = value;
      (globals.get('NF') as Cell).value = fields.length;
      stale = true;
    },
    setRecord(line) {
      record = line;
      cut = false;
      stale = false;
    },
    parts(line, separator) {
      if (line === '') return [];
      if (separator === ' ') {
        const trimmed = line.replace(/^[ \t\n]+|[ \t\n]+$/g, '');
        return trimmed === '' ? [] : trimmed.split(/[ \t\n]+/);
      }
      if (separator === '') return [...line];
      if (separator.length === 1 && separator !== '\\') return line.split(separator);
      // What brackets of an expression hold must not become parts of their own.
      const source = memory
        .regular(separator)
        .source.replaceAll(/\\.|\((?!\?)/g, (found) => (found === '(' ? '(?:' : found));
      return line.split(new RegExp(source, 'u'));
    },
    regular(pattern) {
      let made = expressions.get(pattern);
      if (!made) {
        try {
          made = compileRegular(pattern, 'awk');
        } catch (problem) {
          if (!(problem instanceof RegularError)) throw problem;
          throw new AwkError(`regular expression compile failed (${problem.message})\n${pattern}`);
        }
        expressions.set(pattern, made);
      }
      return made;
    },
    enter: (frame) => void frames.push(frame),
    leave: () => void frames.pop(),
    get depth() {
      return frames.length;
    },
  };
  const environment = listOf(cell('ENVIRON'));
  for (const [name, value] of Object.entries(sys.env)) environment.set(name, fromOutside(value));
  const argv = listOf(cell('ARGV'));
  for (const [index, word] of ['awk', ...words].entries())
    argv.set(String(index), fromOutside(word));
  cell('ARGC').value = words.length + 1;
  return memory;
}
