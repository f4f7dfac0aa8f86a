import type { Node } from './ast.ts';
import { isFunction } from './functions.ts';

/** What is known of the fields of a value: undefined where anything may stand. */
export interface CelShape {
  /** Fields by name; undefined for what has none that are known. */
  readonly fields?: Readonly<Record<string, CelShape>>;
  /** What a list's items or a map's values are. */
  readonly items?: CelShape;
}

/** A name that is not there, and where. */
export interface Undeclared {
  readonly message: string;
  readonly at: number;
}

type Known = Readonly<Record<string, CelShape | undefined>>;

const types = /^(bool|int|uint|double|string|bytes|list|map|null_type|type)$/;

/** Names and fields of an expression that are not there, as cel-go's checker words it. */
export function checkCel(node: Node, known: Known): readonly Undeclared[] {
  const found: Undeclared[] = [];
  shape(node, known, found);
  return found;
}

function shape(node: Node, known: Known, found: Undeclared[]): CelShape | undefined {
  const look = (each: Node | undefined, more: Known = known) => each && shape(each, more, found);
  switch (node.type) {
    case 'name':
      if (node.name in known) return known[node.name];
      if (!types.test(node.name)) found.push(reference(node.name, node.at));
      return undefined;
    case 'select':
    case 'has': {
      const of = look(node.of);
      if (!of?.fields) return of?.items;
      if (node.field in of.fields) return of.fields[node.field];
      found.push({ message: `undefined field '${node.field}'`, at: node.at });
      return undefined;
    }
    case 'optional': {
      const of = look(node.of);
      look(node.body, { ...known, [node.variable]: of });
      return undefined;
    }
    case 'index':
      look(node.index);
      return look(node.of)?.items;
    case 'choice': {
      look(node.test);
      const yes = look(node.yes);
      return yes ?? look(node.no);
    }
    case 'and':
    case 'or':
      look(node.left);
      look(node.right);
      return undefined;
    case 'list':
      for (const each of node.items) look(each);
      return undefined;
    case 'map':
      for (const each of node.entries.flat()) look(each);
      return undefined;
    case 'each': {
      const of = look(node.of);
      const inside = { ...known, [node.variable]: of?.fields ? undefined : of?.items };
      look(node.test, inside);
      look(node.body, inside);
      return node.macro === 'filter' ? of : undefined;
    }
    case 'call':
      return callShape(node, known, found);
    default:
      return undefined;
  }
}

function callShape(
  node: Node & { type: 'call' },
  known: Known,
  found: Undeclared[],
): CelShape | undefined {
  const { of, name, args, at } = node;
  const library = of?.type === 'name' && !(of.name in known) && isFunction(`${of.name}.${name}`);
  const receiver = of && !library ? shape(of, known, found) : undefined;
  if (!library && !isFunction(name)) found.push(reference(name, at));
  for (const each of args) shape(each, known, found);
  // `oldSelf.value()`, `oldSelf.orValue(x)`: what is in an optional value.
  return /^(value|orValue)$/.test(name) ? (receiver?.items ?? receiver) : undefined;
}

const reference = (name: string, at: number): Undeclared => ({
  message: `undeclared reference to '${name}' (in container '')`,
  at,
});
