import type { ApiObject } from '../apimachinery/object.ts';
import { humanDuration } from '../apimachinery/duration.ts';
import { parseRfc3339 } from '../world/time.ts';
import type { Micros } from '../world/json.ts';
import type { Column } from './kind.ts';

const NAME =
  'Name must be unique within a namespace. Is required when ' +
  'creating resources, although some resources may allow a ' +
  'client to request the generation of an appropriate name ' +
  'automatically. Name is primarily intended for creation ' +
  'idempotence and configuration definition. Cannot be updated. ' +
  'More info: ' +
  'https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';
const AGE =
  'CreationTimestamp is a timestamp representing the server time ' +
  'when this object was created. It is not guaranteed to be set ' +
  'in happens-before order across separate operations. Clients ' +
  'may not set this value. It is represented in RFC3339 form and ' +
  'is in UTC.\n\nPopulated by the system. Read-only. Null for ' +
  'lists. More info: ' +
  'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

/** The first column of every kind. */
export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: NAME,
  priority: 0,
};
export const ageColumn: Column = { name: 'Age', type: 'string', description: AGE, priority: 0 };

/** The second column of kinds whose tables say nothing more (`NewDefaultTableConvertor`). */
export const createdAtColumn: Column = {
  name: 'Created At',
  type: 'date',
  description: AGE,
  priority: 0,
};

/** A column that always shows. */
export function column(name: string, type: Column['type'] = 'string', description = ''): Column {
  return { name, type, description, priority: 0 };
}

/** A column of `-o wide`. */
export function wide(name: string, type: Column['type'] = 'string', description = ''): Column {
  return { name, type, description, priority: 1 };
}

/** Age since creation as the server prints it in tables. */
export function ageOf(object: ApiObject, now: Micros): string {
  return since(object.metadata.creationTimestamp, now);
}

/** Time since a moment, `<unknown>` where it is not told. */
export function since(time: string | null | undefined, now: Micros): string {
  const at = time ? parseRfc3339(time) : undefined;
  return at === undefined ? '<unknown>' : humanDuration(now - at);
}

/** `a=b,c=d` in order of keys, or `<none>`. */
export function labelText(labels: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0
    ? '<none>'
    : entries.map(([key, value]) => `${key}=${value}`).join(',');
}
