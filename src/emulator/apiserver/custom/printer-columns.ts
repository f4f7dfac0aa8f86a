import { fieldsOf } from '../../apimachinery/structural.ts';
import type { Json, Micros } from '../../world/json.ts';
import { since } from '../../resources/columns.ts';
import type { PrinterColumn } from '../../resources/crd-shapes.ts';

/** One step of a path: `.field`, `['field']`, `[0]`, `[*]` or `[?(@.field=="value")]`. */
const step = new RegExp(
  [
    String.raw`\.([\w-]+)`,
    String.raw`\['([^']+)'\]`,
    String.raw`\["([^"]+)"\]`,
    String.raw`\[(\d+|\*)\]`,
    String.raw`\[\?\(@\.([\w.-]+)\s*==\s*["']([^"']*)["']\)\]`,
  ].join('|'),
  'y',
);

/** Values that a simple JSONPath finds: fields, indexes, `[*]` and `[?(@.x=="y")]`. */
export function findPath(data: Json, path: string): readonly Json[] {
  let found: readonly Json[] = [data];
  let at = 0;
  while (at < path.length) {
    // Looking into a filter reads another path with the same expression.
    step.lastIndex = at;
    const match = step.exec(path);
    if (!match) return [];
    at = step.lastIndex;
    const [, dotted, single, double, index, field, wanted] = match;
    const name = dotted ?? single ?? double;
    if (name !== undefined) found = found.flatMap((each) => member(each, name));
    else if (index === '*') found = found.flatMap((each) => [...listOf(each)]);
    else if (index !== undefined) {
      found = found.flatMap((each) => listOf(each).slice(Number(index), Number(index) + 1));
    } else {
      const holds = (item: Json) =>
        findPath(item, `.${field}`).some((one) => String(one) === wanted);
      found = found.flatMap((each) => listOf(each).filter(holds));
    }
  }
  return found;
}

const listOf = (value: Json) => (Array.isArray(value) ? (value as readonly Json[]) : []);

function member(value: Json, name: string): readonly Json[] {
  const found = fieldsOf(value)?.[name.replaceAll('\\.', '.')];
  return found === undefined ? [] : [found];
}

/** A cell as the server's table has it: null where there is nothing. */
export function cellOf(column: PrinterColumn, object: Json, now: Micros): Json {
  const [first, ...others] = findPath(object, column.jsonPath);
  if (first === undefined) return null;
  if (column.type === 'date') return typeof first === 'string' ? since(first, now) : null;
  switch (column.type) {
    case 'integer':
      return typeof first === 'number' ? Math.trunc(first) : null;
    case 'number':
      return typeof first === 'number' ? first : null;
    case 'boolean':
      return typeof first === 'boolean' ? first : null;
    default:
      return [first, ...others].map(textOf).join(',');
  }
}

function textOf(value: Json): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
