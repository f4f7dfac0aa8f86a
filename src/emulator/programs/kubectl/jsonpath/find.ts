import type { Json } from '../../../world/json.ts';
import { goJson, goValue, sortedMembers } from '../go-format.ts';
import { parseTemplate, PathError, type PathNode, type SliceParam } from './parse.ts';

/** A parsed template, ready to be used on objects. */
export interface JsonPath {
  /** One list of values for each part of the template. Throws PathError. */
  find(data: Json): readonly (readonly Json[])[];
  /** The text that the template makes of an object. */
  print(data: Json): string;
}

interface Walk {
  readonly allowMissing: boolean;
  /** Set by `{range}` and `{end}` while a list of nodes is gone through. */
  begins: boolean;
  ends: boolean;
  depth: number;
}

/** Parses a JSONPath template; throws PathError where it is wrong. */
export function createJsonPath(template: string, allowMissing = true): JsonPath {
  const nodes = parseTemplate(template);
  const find = (data: Json) => {
    const walk: Walk = { allowMissing, begins: false, ends: false, depth: 0 };
    return block(walk, nodes, 0, data).results;
  };
  return {
    find,
    print: (data) =>
      find(data)
        .map((values) => values.map(textOf).join(' '))
        .join(''),
  };
}

function textOf(value: Json): string {
  return typeof value === 'object' && value !== null
    ? goJson(value, { sort: false })
    : value === null
      ? 'null'
      : goValue(value);
}

/** Goes through nodes from a place to the end or to the `{end}` that closes the range. */
function block(
  walk: Walk,
  nodes: readonly PathNode[],
  from: number,
  data: Json | undefined,
): { results: (readonly Json[])[]; next: number } {
  const results: (readonly Json[])[] = [];
  const current = data === undefined ? [] : [data];
  let at = from;
  while (at < nodes.length) {
    walk.begins = false;
    walk.ends = false;
    const found = step(walk, nodes[at] as PathNode, current);
    if (walk.ends) return { results, next: at };
    if (!walk.begins) {
      results.push(found);
      at += 1;
      continue;
    }
    walk.depth += 1;
    let next = at + 1;
    for (const value of found.length > 0 ? found : [undefined]) {
      const inner = block(walk, nodes, at + 1, value);
      if (value !== undefined) results.push(...inner.results);
      next = inner.next;
    }
    walk.depth -= 1;
    at = next + 1;
  }
  return { results, next: at };
}

function step(walk: Walk, node: PathNode, input: readonly Json[]): readonly Json[] {
  switch (node.type) {
    case 'list':
      return node.nodes.reduce((values, each) => step(walk, each, values), input);
    case 'text':
      return [node.text];
    case 'number':
    case 'bool':
      return input.map(() => node.value);
    case 'identifier':
      return keyword(walk, node.name, input);
    case 'field':
      return fields(walk, node.name, input);
    case 'array':
      return input.flatMap((value) => slice(node.params, value));
    case 'union':
      return node.lists.flatMap((list) => step(walk, list, input));
    case 'wildcard':
      return input.flatMap(children);
    case 'recursive':
      return input.flatMap(descend);
    case 'filter':
      return input.flatMap((value) => filtered(walk, node, value));
  }
}

function keyword(walk: Walk, name: string, input: readonly Json[]): readonly Json[] {
  if (name === 'range') walk.begins = true;
  else if (name === 'end') {
    if (walk.depth === 0) throw new PathError('not in range, nothing to end');
    walk.ends = true;
  } else throw new PathError(`unrecognized identifier ${name}`);
  return input;
}

function isMap(value: Json): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fields(walk: Walk, name: string, input: readonly Json[]): readonly Json[] {
  if (input.length === 0) return [];
  const found: Json[] = [];
  for (const value of input) {
    const member = isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    if (member !== undefined) found.push(member);
  }
  if (found.length === 0 && !walk.allowMissing) throw new PathError(`${name} is not found`);
  return found;
}

function typeOf(value: Json): string {
  if (isMap(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

function slice([start, end, step]: readonly SliceParam[], value: Json): readonly Json[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw new PathError(`${typeOf(value)} is not array or slice`);
  const list = value as readonly Json[];
  const { length } = list;
  let first = start?.known ? start.value : 0;
  if (first < 0) first += length;
  let last = end?.known ? end.value : length;
  if (last < 0 || (last === 0 && end?.derived)) last += length;
  if (first === last) return [];
  if (first >= length || first < 0) {
    throw new PathError(`array index out of bounds: index ${first}, length ${length}`);
  }
  if (last > length || last < 0) {
    throw new PathError(`array index out of bounds: index ${last - 1}, length ${length}`);
  }
  if (first > last) {
    throw new PathError(`starting index ${first} is greater than ending index ${last}`);
  }
  const every = step?.known ? step.value : 1;
  if (every <= 0) throw new PathError('step must be > 0');
  return list.slice(first, last).filter((_item, index) => index % every === 0);
}

function children(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  return isMap(value) ? sortedMembers(value).map(([, member]) => member) : [];
}

/** The value and all that lies in it, scalars left out, parents before children. */
function descend(value: Json): readonly Json[] {
  const inner = children(value);
  return inner.length === 0 ? [] : [value, ...inner.flatMap(descend)];
}

function filtered(
  walk: Walk,
  { left, right, operator }: PathNode & { type: 'filter' },
  value: Json,
): readonly Json[] {
  if (!Array.isArray(value)) {
    throw new PathError(`${goValue(value)} is not array or slice and cannot be filtered`);
  }
  return (value as readonly Json[]).filter((item) => {
    const lefts = operator === 'exists' ? quietly(walk, left, item) : step(walk, left, [item]);
    if (operator === 'exists') return lefts.length > 0;
    const rights = right ? step(walk, right, [item]) : [];
    if (lefts.length === 0 || rights.length === 0) return false;
    if (lefts.length > 1 || rights.length > 1) {
      throw new PathError('can only compare one element at a time');
    }
    return compare(lefts[0] as Json, rights[0] as Json, operator);
  });
}

function quietly(walk: Walk, node: PathNode, item: Json): readonly Json[] {
  try {
    return step(walk, node, [item]);
  } catch (caught) {
    if (caught instanceof PathError) return [];
    throw caught;
  }
}

function compare(left: Json, right: Json, operator: string): boolean {
  const same = typeof left === typeof right;
  if (!same) throw new PathError('incompatible types for comparison');
  const less = (left as number) < (right as number);
  switch (operator) {
    case '<':
      return less;
    case '<=':
      return less || left === right;
    case '>':
      return !less && left !== right;
    case '>=':
      return !less;
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    default:
      throw new PathError(`unrecognized filter operator ${operator}`);
  }
}
