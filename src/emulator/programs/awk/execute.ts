import type { Call } from '../../host/syscalls.ts';
import type { Expression, Rule, Script, Statement } from './ast.ts';
import { evaluate, keyOf, test, type Run } from './evaluate.ts';
import { AwkRunError } from './lexer.ts';
import { formatText, toNumber, type Value } from './value.ts';

/** How a statement ended, where not by coming to its end. */
type Leaving =
  | { readonly by: 'break' | 'continue' | 'next' | 'nextfile' }
  | { readonly by: 'return'; readonly value: Value }
  | { readonly by: 'exit'; readonly value: Value };

/** A script's `exit` within a function, on its way up. */
class ExitScript {
  readonly leaving: Leaving;
  constructor(leaving: Leaving) {
    this.leaving = leaving;
  }
}

/** Runs a script: BEGIN, each record, END. Gives the exit code. */
export function* execute(run: Run, { rules }: Script): Call<number> {
  const begin = rules.filter(({ when }) => when === 'BEGIN');
  const main = rules.filter(({ when }) => typeof when === 'object');
  const end = rules.filter(({ when }) => when === 'END');
  let code = 0;
  const ends = (leaving: Leaving | undefined): boolean => {
    if (leaving?.by !== 'exit') return false;
    if (leaving.value !== undefined) code = toNumber(leaving.value);
    return true;
  };
  const all = function* (list: readonly Rule[]): Call<boolean> {
    for (const { body } of list) if (body && ends(yield* caught(run, body))) return true;
    return false;
  };
  if (yield* all(begin)) {
    yield* all(end);
    return code;
  }
  if (main.length > 0 || end.length > 0) {
    const active = new Set<Rule>();
    for (;;) {
      const line = yield* run.main.next(run.streams.flush);
      if (line === undefined) break;
      run.memory.setRecord(line);
      run.memory.set('NR', toNumber(run.memory.get('NR')) + 1);
      if (ends(yield* record(run, main, active))) break;
    }
  }
  yield* all(end);
  return code;
}

/** Runs the rules on one record. */
function* record(run: Run, rules: readonly Rule[], active: Set<Rule>): Call<Leaving | undefined> {
  for (const rule of rules) {
    if (!(yield* applies(run, rule, active))) continue;
    if (!rule.body) {
      yield* run.streams.print(fieldText(run) + run.memory.text(run.memory.get('ORS')));
      continue;
    }
    const leaving = yield* caught(run, rule.body);
    if (leaving?.by === 'next') return undefined;
    if (leaving?.by === 'nextfile') {
      run.main.skip();
      return undefined;
    }
    if (leaving) return leaving;
  }
  return undefined;
}

function fieldText({ memory }: Run): string {
  return memory.text(memory.field(0));
}

function* applies(run: Run, rule: Rule, active: Set<Rule>): Call<boolean> {
  const { from, to } = rule.when as { from?: Expression; to?: Expression };
  if (!from) return true;
  if (!to) return yield* test(run, from);
  if (!active.has(rule)) {
    if (!(yield* test(run, from))) return false;
    active.add(rule);
  }
  if (yield* test(run, to)) active.delete(rule);
  return true;
}

function* caught(run: Run, body: Statement): Call<Leaving | undefined> {
  try {
    return yield* statement(run, body);
  } catch (problem) {
    if (!(problem instanceof ExitScript)) throw problem;
    while (run.memory.depth > 0) run.memory.leave();
    return problem.leaving;
  }
}

/** Runs a function's body: what `return` gives. */
export function* runBody(run: Run, body: Statement): Call<Value> {
  const leaving = yield* statement(run, body);
  if (leaving?.by === 'return') return leaving.value;
  if (leaving) throw new ExitScript(leaving);
  return undefined;
}

function* statement(run: Run, node: Statement): Call<Leaving | undefined> {
  switch (node.type) {
    case 'block':
      for (const each of node.body) {
        const leaving = yield* statement(run, each);
        if (leaving) return leaving;
      }
      return undefined;
    case 'expression':
      yield* evaluate(run, node.of);
      return undefined;
    case 'print':
      yield* print(run, node);
      return undefined;
    case 'if':
      if (yield* test(run, node.test)) return yield* statement(run, node.yes);
      return node.otherwise ? yield* statement(run, node.otherwise) : undefined;
    case 'loop':
      return yield* loop(run, node);
    case 'each': {
      const list = run.memory.list(node.name);
      for (const key of list.keys()) {
        run.memory.set(node.variable, key);
        const leaving = yield* statement(run, node.body);
        if (leaving?.by === 'break') break;
        if (leaving && leaving.by !== 'continue') return leaving;
      }
      return undefined;
    }
    case 'delete':
      if (node.keys) run.memory.list(node.name).delete(yield* keyOf(run, node.keys));
      else run.memory.list(node.name).clear();
      return undefined;
    case 'jump':
      return { by: node.to };
    case 'leave':
      return { by: node.by, value: node.value ? yield* evaluate(run, node.value) : undefined };
  }
}

/** Each round counts as a step, so that an endless loop can be interrupted. */
function* loop(run: Run, node: Statement & { type: 'loop' }): Call<Leaving | undefined> {
  if (node.start) yield* statement(run, node.start);
  for (let first = node.bodyFirst; ; first = false) {
    if (!first && node.test && !(yield* test(run, node.test))) return undefined;
    yield* run.sys.step();
    const leaving = yield* statement(run, node.body);
    if (leaving?.by === 'break') return undefined;
    if (leaving && leaving.by !== 'continue') return leaving;
    if (node.step) yield* statement(run, node.step);
  }
}

function* print(run: Run, node: Statement & { type: 'print' }): Call<void> {
  const { memory, streams } = run;
  const values: Value[] = [];
  for (const word of node.words) values.push(yield* evaluate(run, word));
  let text: string;
  if (node.formatted) {
    const format = memory.text(values[0]);
    const made = formatText(format, values.slice(1), memory.text(memory.get('CONVFMT')));
    if (made === undefined) {
      throw new AwkRunError(`not enough arguments passed to printf("${format}")`);
    }
    text = made;
  } else {
    const shown = values.length > 0 ? values : [memory.field(0)];
    const joined = shown.map((each) => memory.shown(each)).join(memory.text(memory.get('OFS')));
    text = joined + memory.text(memory.get('ORS'));
  }
  if (!node.destination) return yield* streams.print(text);
  const to = memory.text(yield* evaluate(run, node.destination.to));
  return yield* streams.print(text, node.destination.how, to);
}
