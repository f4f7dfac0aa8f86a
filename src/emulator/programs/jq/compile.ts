import type { Node } from './ast.ts';
import { check, readsInputs } from './check.ts';
import { parseProgram } from './parse.ts';
import { prelude } from './prelude.ts';
import { bind, type Scope } from './scope.ts';
import type { Value } from './value.ts';

/** A program that is ready to run. */
export interface Compiled {
  readonly node: Node;
  readonly scope: Scope | undefined;
  readonly readsInputs: boolean;
}

/** Reads a program with the variables of the command line; throws CompileError. */
export function compile(
  filter: string,
  named: ReadonlyMap<string, Value>,
  positional: readonly Value[],
): Compiled {
  let scope: Scope | undefined;
  const names = new Set(['$ENV', '$__prog_args']);
  for (let node = parseProgram(prelude); node.type === 'define'; node = node.rest) {
    const { definition } = node;
    const name = `${definition.name}/${definition.parameters.length}`;
    scope = bind(scope, name, { type: 'definition', definition });
    names.add(name);
  }
  const given = new Map<string, Value>([
    ...named,
    [
      'ARGS',
      new Map<string, Value>([
        ['positional', positional],
        ['named', named],
      ]),
    ],
  ]);
  for (const [name, value] of given) {
    scope = bind(scope, `$${name}`, { type: 'variable', value });
    names.add(`$${name}`);
  }
  const node = parseProgram(filter);
  check(node, names);
  return { node, scope, readsInputs: readsInputs(node) };
}
