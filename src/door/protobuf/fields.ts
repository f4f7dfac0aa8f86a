import { coreFields } from './core-fields.ts';
import { groupFields } from './group-fields.ts';
import { moreCoreFields } from './more-core-fields.ts';

/**
 * What is known of one field of a message. The tables have one message a line: its name, then
 * `jsonName:NUMBER` with its type behind: `s` string, `i` integer, `b` bool, `d` double, `y` bytes,
 * `T` Time, `U` MicroTime, `D` Duration, `Q` Quantity, `O` IntOrString, `R` RawExtension, `F`
 * FieldsV1, `X` list of strings in a message, `@Name` a message; `*` before it a list, `%` a map by
 * string, `?` a pointer (a zero counts), `!` a value that JSON shows even where it is zero. A field
 * without a name (`^NUMBER`) is embedded: its fields stand beside the others.
 */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly many: 'list' | 'map' | undefined;
  readonly keepsZero: boolean;
}

export type Fields = ReadonlyMap<number, Field>;

let messages: Map<string, Fields> | undefined;

/** The fields of a message by their numbers; undefined for a message that is not known. */
export function fieldsOf(message: string): Fields | undefined {
  messages ??= readTables([coreFields, moreCoreFields, groupFields]);
  return messages.get(message);
}

function readTables(tables: readonly string[]): Map<string, Fields> {
  const made = new Map<string, Fields>();
  for (const table of tables) {
    for (const line of table.trim().replaceAll('\n ', ' ').split('\n')) {
      const [name = '', ...fields] = line.split(' ');
      made.set(name, new Map(fields.map(readField)));
    }
  }
  return made;
}

function readField(text: string): [number, Field] {
  const [, name = '', number, mark, many, type = ''] =
    /^(?:(\w+):|\^)(\d+)([?!]?)([*%]?)(.+)$/.exec(text) ?? [];
  const field: Field = {
    name,
    type,
    many: many === '*' ? 'list' : many === '%' ? 'map' : undefined,
    keepsZero: mark !== '',
  };
  return [Number(number), field];
}
