import { isErrno } from '../../host/errno.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import type { Expression, FunctionNode, Target } from './ast.ts';
import { callBuiltin } from './builtins.ts';
import { separatorOf, type MainInput } from './input.ts';
import { AwkError, AwkRunError } from './lexer.ts';
import type { Cell, Memory } from './memory.ts';
import type { Streams } from './streams.ts';
import { compare, fromOutside, isTrue, toNumber, type Value } from './value.ts';

/** Everything that a running script works on. */
export interface Run {
  readonly sys: Sys;
  readonly memory: Memory;
  readonly streams: Streams;
  readonly main: MainInput;
  readonly functions: ReadonlyMap<string, FunctionNode>;
  /** Runs a function's body; the statements' side of the interpreter gives it. */
  readonly runBody: (run: Run, body: FunctionNode['body']) => Call<Value>;
  /** Seed of `rand`, and how often it was drawn. */
  readonly chance: { seed: number; drawn: number };
}

/** Calls of functions within one another before a script is stopped, as mawk's own stack. */
const DEPTH = 500;

/** The value of an expression. */
export function* evaluate(run: Run, node: Expression): Call<Value> {
  const { memory } = run;
  switch (node.type) {
    case 'number':
    case 'string':
      return node.value;
    case 'variable':
      return memory.get(node.name);
    case 'group':
      return yield* evaluate(run, node.of);
    case 'field':
    case 'element':
      return (yield* place(run, node)).get();
    case 'regular':
      return Number(memory.regular(node.pattern).test(memory.text(memory.field(0))));
    case 'binary':
      return yield* binary(run, node);
    case 'unary': {
      const value = yield* evaluate(run, node.of);
      if (node.operator === '!') return Number(!isTrue(value));
      return node.operator === '-' ? -toNumber(value) : toNumber(value);
    }
    case 'condition':
      return yield* evaluate(run, isTrue(yield* evaluate(run, node.test)) ? node.yes : node.no);
    case 'assign':
      return yield* assign(run, node);
    case 'step': {
      const { get, set } = yield* place(run, node.target);
      const before = toNumber(get());
      set(before + node.by);
      return node.after ? before : before + node.by;
    }
    case 'in':
      return Number(memory.list(node.name).has(yield* keyOf(run, node.keys)));
    case 'call':
      return node.builtin ? yield* callBuiltin(run, node) : yield* callFunction(run, node);
    case 'getline':
      return yield* getline(run, node);
    default:
      throw new AwkError('line 1: syntax error at or near ,');
  }
}

/** Whether an expression holds. */
export function* test(run: Run, node: Expression): Call<boolean> {
  return isTrue(yield* evaluate(run, node));
}

/** Key of an element: several subscripts are joined by SUBSEP. */
export function* keyOf({ ...run }: Run, keys: readonly Expression[]): Call<string> {
  const parts: string[] = [];
  for (const key of keys) parts.push(run.memory.text(yield* evaluate(run, key)));
  return parts.join(run.memory.text(run.memory.get('SUBSEP')));
}

interface Place {
  get(): Value;
  set(value: Value): void;
}

/** Where a target lies; its subscripts are evaluated once. */
export function* place(run: Run, target: Target): Call<Place> {
  const { memory } = run;
  if (target.type === 'variable') {
    return {
      get: () => memory.get(target.name),
      set: (value) => memory.set(target.name, value),
    };
  }
  if (target.type === 'field') {
    const index = Math.trunc(toNumber(yield* evaluate(run, target.of)));
    return { get: () => memory.field(index), set: (value) => memory.setField(index, value) };
  }
  const key = yield* keyOf(run, target.keys);
  const list = memory.list(target.name);
  return {
    get() {
      if (!list.has(key)) list.set(key, undefined);
      return list.get(key);
    },
    set: (value) => void list.set(key, value),
  };
}

function* assign(run: Run, node: Expression & { type: 'assign' }): Call<Value> {
  const value = yield* evaluate(run, node.value);
  const { get, set } = yield* place(run, node.target);
  const made =
    node.operator === '='
      ? value
      : arithmetic(node.operator[0] as string, toNumber(get()), toNumber(value));
  set(made);
  return made;
}

function arithmetic(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '^':
      return left ** right;
    case '%':
      return left % right;
    default:
      return left / right;
  }
}

function* binary(run: Run, node: Expression & { type: 'binary' }): Call<Value> {
  const { memory } = run;
  const { operator } = node;
  if (operator === '&&' || operator === '||') {
    const left = yield* test(run, node.left);
    if (left === (operator === '||')) return Number(left);
    return Number(yield* test(run, node.right));
  }
  if (operator === '~' || operator === '!~') {
    const text = memory.text(yield* evaluate(run, node.left));
    return Number((yield* regularOf(run, node.right)).test(text) === (operator === '~'));
  }
  const left = yield* evaluate(run, node.left);
  const right = yield* evaluate(run, node.right);
  if (operator === ' ') return memory.text(left) + memory.text(right);
  if (/^[-+*/%^]$/.test(operator)) return arithmetic(operator, toNumber(left), toNumber(right));
  const order = compare(left, right, memory.text(memory.get('CONVFMT')));
  switch (operator) {
    case '<':
      return Number(order < 0);
    case '<=':
      return Number(order <= 0);
    case '==':
      return Number(order === 0);
    case '!=':
      return Number(order !== 0);
    case '>':
      return Number(order > 0);
    default:
      return Number(order >= 0);
  }
}

/** An expression where a regular one is wanted: written as such, or a text. */
export function* regularOf(run: Run, node: Expression): Call<RegExp> {
  if (node.type === 'regular') return run.memory.regular(node.pattern);
  return run.memory.regular(run.memory.text(yield* evaluate(run, node)));
}

function* callFunction(run: Run, node: Expression & { type: 'call' }): Call<Value> {
  const { memory, functions } = run;
  const found = functions.get(node.name) as FunctionNode;
  if (node.words.length > found.parameters.length) {
    throw new AwkError(`line 1: too many arguments in call to ${node.name}`);
  }
  if (memory.depth >= DEPTH) throw new AwkRunError('function call nesting is too deep');
  const frame = new Map<string, Cell>();
  for (const [index, name] of found.parameters.entries()) {
    const word = node.words[index];
    if (word === undefined) frame.set(name, { value: undefined });
    else if (word.type === 'variable') {
      const cell = memory.cell(word.name);
      if (cell.list) frame.set(name, cell);
      else frame.set(name, { value: memory.get(word.name), from: cell });
    } else frame.set(name, { value: yield* evaluate(run, word) });
  }
  yield* run.sys.step();
  memory.enter(frame);
  const value = yield* run.runBody(run, found.body);
  memory.leave();
  return value;
}

/** 1 with a record, 0 at the end, -1 where it cannot be read. */
function* getline(run: Run, node: Expression & { type: 'getline' }): Call<Value> {
  const { memory, streams } = run;
  const count = (name: string) => memory.set(name, toNumber(memory.get(name)) + 1);
  const source = node.command ?? node.file;
  let text: string;
  if (source === undefined) {
    const line = yield* run.main.next(streams.flush);
    if (line === undefined) return 0;
    count('NR');
    text = line;
  } else {
    const name = memory.text(yield* evaluate(run, source));
    const records = yield* streams.input(node.command ? '|' : '<', name);
    if (!records) return -1;
    const line = yield* records.next(separatorOf(memory), streams.flush);
    if (line === undefined) return 0;
    if (isErrno(line)) return -1;
    if (node.command) count('NR');
    text = line.text;
  }
  if (node.target) (yield* place(run, node.target)).set(fromOutside(text));
  else memory.setRecord(text);
  return 1;
}
