import type { Element, Expr, NftFamily, NftSet, NftTable, Value } from './ast.ts';
import type { Micros } from '../../../world/json.ts';
import type { LiveState } from './print.ts';

/** An element that packets put into a set: beside the log, as its time runs out by itself. */
export interface DynamicElement {
  readonly parts: readonly { readonly type: string; readonly value: number | string }[];
  readonly data?: readonly { readonly type: string; readonly value: number | string }[];
  readonly timeoutMillis?: number;
  readonly expires?: Micros;
}

/** Key of a counter: of a rule's statement, or of a named object. */
export function countKey(
  volatile: string,
  table: Pick<NftTable, 'family' | 'name'>,
  handle: number,
  place: number | 'object',
): string {
  return `${volatile}nft/count/${table.family}|${table.name}/${handle}|${place}`;
}

/** Prefix of the elements that packets put into a set. */
export function elementPrefix(
  volatile: string,
  family: NftFamily,
  table: string,
  set: string,
): string {
  return `${volatile}nft/element/${family}|${table}/${set}/`;
}

/** What is read of the records beside the log. */
export interface LiveSource {
  get<T>(key: string): T | undefined;
  list<T>(prefix: string): readonly (readonly [string, T])[];
}

/** What packets did to rules, read from the records below `volatile`. */
export function liveState(source: LiveSource, volatile: string, now: Micros): LiveState {
  return {
    counts(table, handle, place) {
      const pair = source.get<readonly [number, number]>(countKey(volatile, table, handle, place));
      return pair && { packets: pair[0], bytes: pair[1] };
    },
    elements: (table, set) => [
      ...lasting(set.elements, now),
      ...dynamicElements(source, volatile, now, table, set),
    ],
  };
}

/** Elements whose time is not over, with what is left of it. */
function lasting(elements: readonly Element[], now: Micros): readonly Element[] {
  if (!elements.some(({ expiresAt }) => expiresAt !== undefined)) return elements;
  return elements
    .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
    .map((element) => {
      const { expiresAt } = element;
      if (expiresAt === undefined) return element;
      return { ...element, expiresMillis: Math.ceil((expiresAt - now) / 1000) };
    });
}

function dynamicElements(
  source: LiveSource,
  volatile: string,
  now: Micros,
  table: NftTable,
  set: NftSet,
): readonly Element[] {
  const prefix = elementPrefix(volatile, table.family, table.name, set.name);
  return source
    .list<DynamicElement>(prefix)
    .filter(([, { expires }]) => expires === undefined || expires > now)
    .map(([, { parts, data, timeoutMillis, expires }]) => {
      // What lasts as long as the set says is not told for each element.
      const own = timeoutMillis === set.timeoutMillis ? undefined : timeoutMillis;
      return {
        key: exprOf(parts),
        ...(data ? { value: exprOf(data) } : {}),
        ...(own === undefined ? {} : { timeoutMillis: own }),
        ...(expires === undefined ? {} : { expiresMillis: Math.ceil((expires - now) / 1000) }),
      };
    });
}

function exprOf(parts: DynamicElement['parts']): Expr {
  const values = parts.map((part): Value => ({ kind: 'value', ...part }));
  return values.length === 1 ? (values[0] as Expr) : { kind: 'concat', parts: values };
}
