/** Plain data: all that records and messages may hold. `undefined` members count as absent. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** Integer microseconds. A point in time counts from the Unix epoch; a duration from zero. */
export type Micros = number;
/** Number of a commit. It only ever grows. */
export type Revision = number;
/** Path of a record, such as `/registry/pods/default/web` or `/host/worker-1/route/…`. */
export type Key = string;
/** Who a message is for, such as `process/worker-1/7`; its first segment chooses the receiver. */
export type Address = string;
/** Number of a queued message, for cancelling it. */
export type Ticket = number;

/** Freezes plain data in depth and returns it. Parts that are frozen already are left alone. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      if (typeof item === 'object') freeze(item);
    }
    return value;
  }
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(members)) {
    const member = members[name];
    if (typeof member === 'object') freeze(member);
  }
  return value;
}

/** Whether two pieces of plain data are equal; the order of members does not matter. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => equal(item, b[index]));
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const names = present(left);
  if (names.length !== present(right).length) return false;
  return names.every((name) => equal(left[name], right[name]));
}

function present(value: Record<string, unknown>): string[] {
  return Object.keys(value).filter((name) => value[name] !== undefined);
}

/** JSON text with sorted members: equal data gives equal text. */
export function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(',')}]`;
  let text = '';
  const source = value as Record<string, unknown>;
  for (const name of Object.keys(source).sort()) {
    const member = source[name];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonical(member)}`;
  }
  return `{${text}}`;
}
