import type { Node } from './ast.ts';
import { callFunction } from './functions.ts';
import { CelError, equals, isList, isMap, isSpecial, type Value } from './value.ts';

/** Steps that one expression may take, much as upstream bounds its cost. */
const BUDGET = 1_000_000;

interface Run {
  steps: number;
}

/** Variables by name, the inner ones before the outer. */
interface Scope {
  readonly name: string;
  readonly value: Value;
  readonly up: Scope | undefined;
}

/** Computes an expression. Throws CelError where it cannot be computed. */
export function evaluateCel(node: Node, variables: Readonly<Record<string, Value>>): Value {
  const scope = Object.entries(variables).reduce<Scope | undefined>(
    (up, [name, value]) => ({ name, value, up }),
    undefined,
  );
  return evaluate(node, scope, { steps: 0 });
}

function evaluate(node: Node, scope: Scope | undefined, run: Run): Value {
  run.steps += 1;
  if (run.steps > BUDGET) throw new CelError('operation cancelled: actual cost limit exceeded');
  switch (node.type) {
    case 'literal':
      return node.value;
    case 'bytes':
      return { kind: 'bytes', text: node.value };
    case 'name':
      return variable(node.name, scope);
    case 'select':
      return reach(evaluate(node.of, scope, run), node.optional, (of) => member(of, node.field));
    case 'has': {
      const of = evaluate(node.of, scope, run);
      const within = of !== null && isSpecial(of) && of.kind === 'optional' ? of.value : of;
      if (within === undefined) return false;
      if (!isMap(within)) throw new CelError('no such overload');
      return within.has(node.field);
    }
    case 'index':
      return reach(evaluate(node.of, scope, run), node.optional, (of) =>
        item(of, evaluate(node.index, scope, run)),
      );
    case 'optional': {
      const of = evaluate(node.of, scope, run);
      if (of === null || !isSpecial(of) || of.kind !== 'optional') {
        throw new CelError('no such overload');
      }
      if (of.value === undefined) return of;
      const inside = { name: node.variable, value: of.value, up: scope };
      const value = evaluate(node.body, inside, run);
      return node.flat ? value : { kind: 'optional', value };
    }
    case 'list':
      return node.items.map((each) => evaluate(each, scope, run));
    case 'map':
      return new Map(
        node.entries.map(([key, value]) => [
          evaluate(key, scope, run),
          evaluate(value, scope, run),
        ]),
      );
    case 'choice':
      return evaluate(bool(evaluate(node.test, scope, run)) ? node.yes : node.no, scope, run);
    case 'and':
    case 'or':
      return either(node, scope, run);
    case 'each':
      return over(node, scope, run);
    case 'call':
      return call(node, scope, run);
  }
}

function find(name: string, scope: Scope | undefined): Scope | undefined {
  for (let at = scope; at; at = at.up) if (at.name === name) return at;
  return undefined;
}

const types = new Set('bool int uint double string bytes list map null_type type'.split(' '));

function variable(name: string, scope: Scope | undefined): Value {
  const found = find(name, scope);
  if (found) return found.value;
  if (types.has(name)) return { kind: 'type', name };
  throw new CelError(`no such attribute(s): ${name}`);
}

/** A part of a value; parts of optional values are optional, and may not be there. */
function reach(of: Value, optional: true | undefined, part: (of: Value) => Value): Value {
  const within = of !== null && isSpecial(of) && of.kind === 'optional' ? of : undefined;
  if (!within && !optional) return part(of);
  const value = within ? within.value : of;
  if (value === undefined) return { kind: 'optional', value: undefined };
  try {
    return { kind: 'optional', value: part(value) };
  } catch (error) {
    const absent = error instanceof CelError && /^(no such key|index out of)/.test(error.message);
    if (!absent) throw error;
    return { kind: 'optional', value: undefined };
  }
}

function member(of: Value, field: string): Value {
  if (!isMap(of)) throw new CelError('no such overload');
  const value = of.get(field);
  if (value === undefined) throw new CelError(`no such key: ${field}`);
  return value;
}

function item(of: Value, index: Value): Value {
  if (isList(of)) {
    const value = of[Number(index)];
    if (value === undefined) throw new CelError(`index out of bounds: ${String(index)}`);
    return value;
  }
  if (isMap(of)) {
    for (const [key, value] of of) if (equals(key, index)) return value;
    throw new CelError(`no such key: ${String(index)}`);
  }
  throw new CelError('no such overload');
}

function bool(value: Value): boolean {
  if (typeof value !== 'boolean') throw new CelError('no such overload');
  return value;
}

/** `&&` and `||` do not mind an error on one side where the other decides. */
function either(node: Node & { type: 'and' | 'or' }, scope: Scope | undefined, run: Run): Value {
  const decides = node.type === 'or';
  let problem: unknown;
  try {
    if (bool(evaluate(node.left, scope, run)) === decides) return decides;
  } catch (error) {
    problem = error;
  }
  try {
    if (bool(evaluate(node.right, scope, run)) === decides) return decides;
  } catch (error) {
    throw (problem ?? error) as Error;
  }
  if (problem) throw problem as Error;
  return !decides;
}

function over(node: Node & { type: 'each' }, scope: Scope | undefined, run: Run): Value {
  const of = evaluate(node.of, scope, run);
  const items = isList(of) ? of : isMap(of) ? [...of.keys()] : undefined;
  if (!items) throw new CelError('no such overload');
  const inside = (value: Value): Scope => ({ name: node.variable, value, up: scope });
  const holds = (value: Value) =>
    node.test === undefined || bool(evaluate(node.test, inside(value), run));
  switch (node.macro) {
    case 'all':
      return decided(items, holds, false);
    case 'exists':
      return decided(items, holds, true);
    case 'exists_one':
      return items.filter(holds).length === 1;
    case 'filter':
      return items.filter(holds);
    case 'map':
      return items.filter(holds).map((value) => evaluate(node.body as Node, inside(value), run));
  }
}

/** Like a chain of `&&` or `||`: an error only counts where no item decides. */
function decided(
  items: readonly Value[],
  holds: (value: Value) => boolean,
  decides: boolean,
): boolean {
  let problem: unknown;
  for (const each of items) {
    try {
      if (holds(each) === decides) return decides;
    } catch (error) {
      problem ??= error;
    }
  }
  if (problem) throw problem as Error;
  return !decides;
}

function call(node: Node & { type: 'call' }, scope: Scope | undefined, run: Run): Value {
  const { of, name, args } = node;
  const values = () => args.map((each) => evaluate(each, scope, run));
  // `sets.contains(a, b)`: a function of a library, not a method of a variable.
  if (of?.type === 'name' && !find(of.name, scope)) {
    return callFunction(`${of.name}.${name}`, undefined, values());
  }
  return callFunction(name, of && evaluate(of, scope, run), values());
}

/** Whether a value may stand where the rule's outcome is expected. */
export function isTrue(value: Value): boolean {
  return value === true;
}

export { isSpecial };
