import type { Node } from './ast.ts';
import { made, plain } from './evaluate.ts';
import type { Builtin } from './scope.ts';
import { fromData, JqError, print, type Value } from './value.ts';

/** Ends a run, as `halt` does. */
export class Halt extends Error {
  readonly code: number;
  readonly text: string;
  constructor(code: number, text: string) {
    super('halt');
    this.code = code;
    this.text = text;
  }
}

/** What `halt_error` writes. */
function haltText(value: Value): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : `${print(value)}\n`;
}

/** Functions that reach outside of a program: inputs, messages, the environment. */
export const outside: Readonly<Record<string, Builtin>> = {
  *'input/0'(run, _words, _scope, item) {
    const value = run.world.next();
    if (value === undefined) throw new JqError('break');
    yield made(item, value);
  },
  *'inputs/0'(run, _words, _scope, item) {
    for (let value = run.world.next(); value !== undefined; value = run.world.next()) {
      run.steps = 0;
      yield made(item, value);
    }
  },
  *'debug/0'(run, _words, _scope, item) {
    run.world.tell(`${print(['DEBUG:', item.value])}\n`);
    yield item;
  },
  *'debug/1'(run, [word], scope, item) {
    for (const text of plain(run, word as Node, scope, item.value)) {
      run.world.tell(`${print(['DEBUG:', text])}\n`);
    }
    yield item;
  },
  *'stderr/0'(run, _words, _scope, item) {
    run.world.tell(print(item.value));
    yield item;
  },
  *'env/0'(run, _words, _scope, item) {
    yield made(item, fromData(run.world.env));
  },
  *'now/0'(run, _words, _scope, item) {
    yield made(item, run.world.nowSeconds);
  },
  *'input_filename/0'(run, _words, _scope, item) {
    yield made(item, run.world.file());
  },
  // oxlint-disable-next-line require-yield -- it never comes back
  *'halt/0'() {
    throw new Halt(0, '');
  },
  *'halt_error/0'(_run, _words, _scope, { value }) {
    yield* [];
    throw new Halt(5, haltText(value));
  },
  *'halt_error/1'(run, [word], scope, { value }) {
    yield* [];
    for (const code of plain(run, word as Node, scope, value)) {
      throw new Halt(Number(code), haltText(value));
    }
  },
};
