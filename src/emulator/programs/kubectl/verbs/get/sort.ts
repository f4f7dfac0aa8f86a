import { goSort } from '../../../../apimachinery/go-sort.ts';
import type { Json } from '../../../../world/json.ts';
import { parseRfc3339 } from '../../../../world/time.ts';
import { compareQuantities } from '../../quantity.ts';
import { failed } from '../../failure.ts';
import { createJsonPath } from '../../jsonpath/find.ts';
import { PathError } from '../../jsonpath/parse.ts';
import { relaxedPath } from '../../jsonpath/relaxed.ts';
import { asJson, type Obj } from '../../object.ts';
import type { Table } from '../../printers/table.ts';

/** Sorts a table's rows by a field of their objects; one that none has leaves them as they are. */
export function sortTable(table: Table, field: string): Table {
  const path = sortPath(field);
  if (!path) return table;
  const rows = table.rows ?? [];
  const keys = rows.map((row) => first(path, asJson(row.object)));
  if (keys.every((key) => key === undefined)) return table;
  const order = orderOf(keys);
  return { ...table, rows: order.map((at) => rows[at] as never) };
}

/** Sorts objects by a field; missing fields come first. Throws where no object has the field. */
export function sortObjects(objects: readonly Obj[], field: string): readonly Obj[] {
  let path;
  try {
    path = createJsonPath(relaxedPath(field), true);
  } catch (caught) {
    if (!(caught instanceof PathError)) throw caught;
    throw failed(caught.message);
  }
  const keys = objects.map((object) => first(path, asJson(object)));
  if (objects.length > 0 && keys.every((key) => key === undefined)) {
    throw failed(
      `couldn't find any field with path "${relaxedPath(field)}" in the list of objects`,
    );
  }
  return orderOf(keys).map((at) => objects[at] as Obj);
}

function sortPath(field: string) {
  try {
    return createJsonPath(relaxedPath(field), true);
  } catch (caught) {
    if (caught instanceof PathError) return undefined;
    throw caught;
  }
}

function first(path: ReturnType<typeof createJsonPath>, data: Json): Json | undefined {
  try {
    return path.find(data)[0]?.[0];
  } catch (caught) {
    if (caught instanceof PathError) return undefined;
    throw caught;
  }
}

/** The order of some keys; equal ones in the order that Go's sort leaves them in. */
function orderOf(keys: readonly (Json | undefined)[]): readonly number[] {
  return goSort([...keys.keys()], (a, b) => compare(keys[a], keys[b]) < 0);
}

/** Numbers by size, quantities by amount, times by moment, text by its letters. */
function compare(a: Json | undefined, b: Json | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  return 0;
}

function compareText(a: string, b: string): number {
  const times = [parseRfc3339(a), parseRfc3339(b)];
  if (times[0] !== undefined && times[1] !== undefined) return times[0] - times[1];
  const quantities = compareQuantities(a, b);
  if (quantities !== undefined) return quantities;
  // 1.35 compares letter by letter: `v1.10` comes before `v1.9`.
  return a < b ? -1 : a > b ? 1 : 0;
}
