import { goSort } from '../../../../apimachinery/go-sort.ts';
import type { Call } from '../../../../host/syscalls.ts';
import type { Json } from '../../../../world/json.ts';
import type { Context } from '../../command.ts';
import { exit, failed } from '../../failure.ts';
import { createJsonPath, type JsonPath } from '../../jsonpath/find.ts';
import { PathError } from '../../jsonpath/parse.ts';
import { relaxedPath } from '../../jsonpath/relaxed.ts';
import { klogLine } from '../../klog.ts';
import { asJson, type Obj } from '../../object.ts';
import type { Table } from '../../printers/table.ts';
import { compareQuantities } from '../../quantity.ts';

/** Thrown where a field has no order: kubectl then ends with a line of its log. */
class Unsortable extends Error {
  override readonly name = 'Unsortable';
  readonly place: Place;

  constructor(why: string, place: Place) {
    super(why);
    this.place = place;
  }
}

/** Where the source of kubectl gives up on a type that has no order. */
interface Place {
  readonly path: string;
  readonly type: string;
  readonly line: number;
}

/** Does some sorting; where a field has no order, logs it and gives up (`klog.Exitf`). */
export function* orFatal<T>(context: Context, sort: () => T): Call<T> {
  try {
    return sort();
  } catch (caught) {
    if (!(caught instanceof Unsortable)) throw caught;
    const { path, type, line } = caught.place;
    const what = `Field ${path} in ${type} is an unsortable type: interface`;
    const text = `${what}, err: ${caught.message}`;
    yield* context.err(klogLine(context.sys, 'F', `sorter.go:${line}`, text));
    throw exit(1);
  }
}

/**
 * Sorts a table's rows by a field of their objects (`SortingPrinter`, `TableSorter`); undefined
 * where no row has the field or it is no path: kubectl drops that error, and the table with it.
 */
export function sortTable(table: Table, field: string): Table | undefined {
  const rows = table.rows ?? [];
  if (rows.length <= 1) return table;
  const path = relaxedPath(field);
  let keys: readonly (Json | undefined)[];
  try {
    const parsed = createJsonPath(path, true);
    keys = rows.map((row) => first(parsed, asJson(row.object)));
  } catch (caught) {
    if (!(caught instanceof PathError)) throw caught;
    return undefined;
  }
  if (keys.every((key) => key === undefined)) return undefined;
  const order = orderOf(keys, { path, type: '[][][]reflect.Value', line: 375 });
  return { ...table, rows: order.map((at) => rows[at] as never) };
}

/** Sorts objects by a field; missing fields come first. Throws where no object has the field. */
export function sortObjects(objects: readonly Obj[], field: string): readonly Obj[] {
  return orderBy(objects, field).map((at) => objects[at] as Obj);
}

/** The order that a field gives to objects (`SortObjects`). */
export function orderBy(objects: readonly Obj[], field: string): readonly number[] {
  const path = relaxedPath(field);
  let keys: readonly (Json | undefined)[];
  try {
    const parsed = createJsonPath(path, true);
    keys = objects.map((object) => first(parsed, asJson(object)));
  } catch (caught) {
    if (!(caught instanceof PathError)) throw caught;
    throw failed(caught.message);
  }
  if (objects.length > 0 && keys.every((key) => key === undefined)) {
    throw failed(`couldn't find any field with path "${path}" in the list of objects`);
  }
  return orderOf(keys, { path, type: '*unstructured.Unstructured', line: 310 });
}

function first(path: JsonPath, data: Json): Json | undefined {
  return path.find(data)[0]?.[0];
}

/** The order of some keys; equal ones in the order that Go's sort leaves them in. */
function orderOf(keys: readonly (Json | undefined)[], place: Place): readonly number[] {
  return goSort([...keys.keys()], (a, b) => {
    const less = isLess(keys[a], keys[b]);
    if (typeof less === 'string') throw new Unsortable(less, place);
    return less;
  });
}

/** `isLess` of two fields, or why they have no order; what is missing comes before everything. */
function isLess(a: Json | undefined, b: Json | undefined): boolean | string {
  if (a === undefined) return true;
  if (b === undefined) return false;
  if (a === null || b === null) return a === null && b !== null;
  if (typeof a === 'object') {
    return `unsortable type: ${Array.isArray(a) ? '[]interface {}' : 'map[string]interface {}'}`;
  }
  if (typeof a === 'boolean') return 'unsortable type: bool';
  if (typeof a !== typeof b) return 'unsortable interface: interface';
  if (typeof a === 'number') return a < (b as number);
  // 1.35 compares letter by letter: `v1.10` comes before `v1.9`.
  const amounts = compareQuantities(a, b as string);
  return amounts === undefined ? a < (b as string) : amounts < 0;
}
