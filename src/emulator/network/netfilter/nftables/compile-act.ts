import type { Expr, NatStatement, NftSet, Statement } from './ast.ts';
import { compileElements, compileSet, getterOf, type Scalar } from './compile-expr.ts';
import { typesOf } from './parse-expr.ts';
import type { NftVerdict, Walk } from './walk.ts';

/** Finds an element for the parts of a key. */
type LookUp = (walk: Walk, values: readonly Scalar[]) => { readonly value?: Expr } | undefined;

/** Look-up in a set with a name (elements that packets added count) or one without. */
export function compileLookUp(set: Expr): LookUp {
  if (set.kind === 'set') {
    const compiled = compileElements(set.elements);
    return (_walk, values) => compiled.find(values);
  }
  const name = set.kind === 'setref' ? set.name : '';
  return (walk, values) => {
    const found = walk.table.sets.get(name);
    if (!found) return undefined;
    const fixed = compileSet(found).find(values);
    const lasts = fixed && (fixed.expiresAt === undefined || fixed.expiresAt > walk.context.now);
    if (lasts || !isDynamic(found)) return lasts ? fixed : undefined;
    const key = values.join(' . ');
    const dynamic = walk.context.dynamic(walk.table.table, name, key);
    if (!dynamic) return undefined;
    return dynamic.data ? { value: dataOf(found, dynamic.data) } : {};
  };
}

const isDynamic = ({ flags, size }: NftSet) =>
  flags.includes('dynamic') || flags.includes('timeout') || size === 65_535;

function dataOf({ data = [] }: NftSet, values: readonly Scalar[]): Expr {
  const parts = values.map((value, i) => ({
    kind: 'value' as const,
    type: data[i] ?? 'integer',
    value,
  }));
  return parts.length === 1 ? (parts[0] as Expr) : { kind: 'concat', parts };
}

/** What an operand of NAT or of a mangling gives. */
function compileOperand(expr: Expr): (walk: Walk) => readonly Scalar[] | undefined {
  if (expr.kind === 'map') {
    const get = getterOf(expr.key);
    const find = compileLookUp(expr.map);
    return (walk) => {
      const values = get(walk);
      const found = values && find(walk, values);
      return found?.value && constants(found.value);
    };
  }
  if (expr.kind === 'range' || expr.kind === 'prefix') return () => constants(expr);
  return getterOf(expr);
}

function constants(expr: Expr): readonly Scalar[] | undefined {
  if (expr.kind === 'value') return [expr.value];
  if (expr.kind === 'range') return [expr.from.value, expr.to.value];
  if (expr.kind === 'prefix') return [expr.base.value];
  if (expr.kind === 'concat') return expr.parts.flatMap((part) => constants(part) ?? []);
  return undefined;
}

/** `snat`, `dnat`, `masquerade`, `redirect`: decides how the connection is rewritten. */
export function compileNat(nat: NatStatement): (walk: Walk) => 'break' | NftVerdict {
  const address = nat.address && compileOperand(nat.address);
  const port = nat.port && compileOperand(nat.port);
  const withPort = nat.address !== undefined && givesPort(nat.address);
  return (walk) => {
    const found = address ? address(walk) : undefined;
    if (address && found === undefined) return 'break';
    const ports = port?.(walk) ?? (withPort ? found?.slice(1) : undefined);
    const span = ports && ports.length > 0 ? rangeOf(ports) : undefined;
    const more = span ? { ports: span } : {};
    switch (nat.nat) {
      case 'masquerade':
        return { type: 'MASQUERADE', randomFully: nat.flags.includes('fully-random'), ...more };
      case 'redirect':
        return { type: 'REDIRECT', ...more };
      case 'snat':
      case 'dnat': {
        const { source, destination } = walk.packet;
        const own = nat.nat === 'dnat' ? destination : source;
        const type = nat.nat === 'dnat' ? 'DNAT' : 'SNAT';
        return { type, address: String(found?.[0] ?? own), ...more };
      }
    }
  };
}

const rangeOf = (ports: readonly Scalar[]): readonly [number, number] => {
  const first = Number(ports[0]);
  return [first, Number(ports[1] ?? first)];
};

/** Whether an address comes with its port, as from a map of concatenations. */
function givesPort(expr: Expr): boolean {
  if (expr.kind === 'concat') return true;
  if (expr.kind !== 'map') return false;
  const { map } = expr;
  if (map.kind === 'set') return map.elements.some(({ value }) => value?.kind === 'concat');
  return map.kind === 'setref';
}

/** Sets a mark of the packet or of its connection. */
export function compileMangle(target: Expr, value: Expr): (walk: Walk) => 'break' | undefined {
  const get = compileOperand(value);
  if (target.kind === 'meta' && target.key === 'mark') {
    return (walk) => {
      const found = get(walk);
      if (!found) return 'break';
      walk.mark = Number(found[0]) >>> 0;
      return undefined;
    };
  }
  if (target.kind === 'ct' && target.key === 'mark') {
    return (walk) => {
      const found = get(walk);
      if (!found) return 'break';
      walk.connectionMark = Number(found[0]) >>> 0;
      return undefined;
    };
  }
  if (target.kind === 'ct' && target.key === 'label') {
    return (walk) => {
      const found = get(walk);
      if (!found) return 'break';
      walk.labels.push(Number(found[0]));
      return undefined;
    };
  }
  return () => undefined;
}

/** `update @set { … }`: the packet changes a set. */
export function compileSetOperation(
  statement: Extract<Statement, { kind: 'setop' }>,
): (walk: Walk) => 'break' | undefined {
  const get = getterOf(statement.key);
  const types = typesOf(statement.key);
  const data = statement.data && compileOperand(statement.data);
  const dataTypes = statement.data ? typesOf(statement.data) : [];
  return (walk) => {
    const values = get(walk);
    const set = walk.table.sets.get(statement.set);
    if (!values || !set) return 'break';
    const given = data?.(walk);
    const timeoutMillis = statement.timeoutMillis ?? set.timeoutMillis;
    walk.context.change(walk.table.table, {
      op: statement.op,
      set: statement.set,
      key: values.join(' . '),
      parts: values.map((value, i) => ({ type: set.key[i] ?? types[i] ?? 'integer', value })),
      ...(timeoutMillis === undefined ? {} : { timeoutMillis }),
      ...(given
        ? {
            data: given.map((value, i) => ({
              type: set.data?.[i] ?? dataTypes[i] ?? 'integer',
              value,
            })),
          }
        : {}),
    });
    return undefined;
  };
}
