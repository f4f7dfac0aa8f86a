import type { Json } from '../../../world/json.ts';
import { sortedMembers } from '../go-format.ts';
import { functions, isTrue, printed, type Value } from './functions.ts';
import {
  parseGoTemplate,
  TemplateError,
  type Operand,
  type ParsedTemplate,
  type Pipeline,
  type TemplateNode,
} from './parse.ts';

export { TemplateError };

interface Scope {
  readonly template: ParsedTemplate;
  readonly variables: Map<string, Value>[];
  text: string;
}

/** Compiles a Go text/template; the result makes text of an object. Both throw TemplateError. */
export function createTemplate(text: string): (data: Json) => string {
  const template = parseGoTemplate(text);
  return (data) => {
    const scope: Scope = { template, variables: [new Map([['$', data as Value]])], text: '' };
    run(scope, template.nodes, data);
    return scope.text;
  };
}

type Flow = 'break' | 'continue' | undefined;

function run(scope: Scope, nodes: readonly TemplateNode[], dot: Value): Flow {
  for (const node of nodes) {
    const flow = one(scope, node, dot);
    if (flow) return flow;
  }
  return undefined;
}

function one(scope: Scope, node: TemplateNode, dot: Value): Flow {
  switch (node.type) {
    case 'text':
      scope.text += node.text;
      return undefined;
    case 'action': {
      const value = evaluate(scope, node.pipeline, dot);
      if (node.pipeline.declare.length === 0) scope.text += printed(value);
      return undefined;
    }
    case 'break':
    case 'continue':
      return node.type;
    case 'template': {
      const body = scope.template.defined.get(node.name);
      if (!body) throw new TemplateError(`template: output:1: template "${node.name}" not defined`);
      const value = node.pipeline ? evaluate(scope, node.pipeline, dot) : undefined;
      return nested(scope, () => run(scope, body, value));
    }
    case 'range':
      return range(scope, node, dot);
    default:
      return nested(scope, () => {
        const value = evaluate(scope, node.pipeline, dot);
        const inner = node.type === 'with' && isTrue(value) ? value : dot;
        return run(scope, isTrue(value) ? node.body : node.otherwise, inner);
      });
  }
}

function nested(scope: Scope, work: () => Flow): Flow {
  scope.variables.push(new Map());
  const flow = work();
  scope.variables.pop();
  return flow;
}

function range(
  scope: Scope,
  node: TemplateNode & { type: 'range' | 'if' | 'with' },
  dot: Value,
): Flow {
  const { declare } = node.pipeline;
  const value = evaluate(scope, { ...node.pipeline, declare: [] }, dot);
  const pairs = pairsOf(value);
  if (pairs.length === 0) return nested(scope, () => run(scope, node.otherwise, dot));
  for (const [key, item] of pairs) {
    const flow = nested(scope, () => {
      const top = scope.variables.at(-1) as Map<string, Value>;
      if (declare.length > 1) top.set(declare[0] as string, key);
      if (declare.length > 0) top.set(declare.at(-1) as string, item);
      return run(scope, node.body, item);
    });
    if (flow === 'break') break;
  }
  return undefined;
}

function pairsOf(value: Value): readonly (readonly [Value, Value])[] {
  if (Array.isArray(value))
    return (value as readonly Json[]).map((item, at) => [at, item] as const);
  if (typeof value === 'object' && value !== null) return sortedMembers(value);
  if (typeof value === 'number')
    return Array.from({ length: value }, (_none, at) => [at, at] as const);
  if (value === undefined || value === null) return [];
  throw new TemplateError(`template: output:1: range can't iterate over ${String(value)}`);
}

function evaluate(scope: Scope, pipeline: Pipeline, dot: Value): Value {
  let value: Value;
  pipeline.commands.forEach((command, at) => {
    value = call(scope, command, dot, at === 0 ? [] : [value]);
  });
  for (const name of pipeline.declare) {
    const holder = pipeline.assign
      ? scope.variables.findLast((variables) => variables.has(name))
      : scope.variables.at(-1);
    if (!holder) throw new TemplateError(`template: output:1: undefined variable "${name}"`);
    holder.set(name, value);
  }
  return value;
}

function call(
  scope: Scope,
  [head, ...rest]: readonly Operand[],
  dot: Value,
  piped: Value[],
): Value {
  if (head?.type !== 'function') {
    if (rest.length + piped.length > 0) {
      throw new TemplateError("template: output:1: can't give argument to non-function");
    }
    return operand(scope, head as Operand, dot);
  }
  const { name } = head;
  if (name === 'and' || name === 'or') {
    let value: Value;
    for (const each of rest) {
      value = operand(scope, each, dot);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return piped.length > 0 ? piped[0] : value;
  }
  const known = functions[name];
  if (!known) throw new TemplateError(`template: output:1: function "${name}" not defined`);
  return known(...rest.map((each) => operand(scope, each, dot)), ...piped);
}

function operand(scope: Scope, from: Operand, dot: Value): Value {
  switch (from.type) {
    case 'literal':
      return from.value;
    case 'dot':
      return fields(dot, from.fields);
    case 'variable': {
      const holder = scope.variables.findLast((variables) => variables.has(from.name));
      if (!holder) throw new TemplateError(`template: output:1: undefined variable "${from.name}"`);
      return fields(holder.get(from.name), from.fields);
    }
    case 'group':
      return fields(evaluate(scope, from.pipeline, dot), from.fields);
    case 'function':
      return call(scope, [from], dot, []);
  }
}

function fields(value: Value, names: readonly string[]): Value {
  let found = value;
  for (const name of names) {
    if (found === undefined || found === null) return undefined;
    if (typeof found !== 'object' || Array.isArray(found)) {
      const type = Array.isArray(found) ? '[]interface {}' : typeof found;
      throw new TemplateError(`template: output:1: can't evaluate field ${name} in type ${type}`);
    }
    found = (found as { readonly [member: string]: Json | undefined })[name];
  }
  return found;
}
