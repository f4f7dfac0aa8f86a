import { z } from 'zod';
import { equal } from '../../../emulator/world/json.ts';
import { defineCheck } from '../check.ts';

const args = z.strictObject({
  /** `resource/namespace/name`: `deployments.apps/shop/payments`. */
  objects: z.array(z.string().regex(/^[a-z0-9.]+\/[a-z0-9-]+\/[a-z0-9-]+$/)).min(1),
  /** Paths that must be as at the start; `*` goes through a list. Without any: that it is there. */
  fields: z.array(z.string()).default([]),
});

/** A guard rail: objects that must still be there, and fields of them that must not change. */
export default defineCheck<z.infer<typeof args>>({
  name: 'unchanged',
  args,
  judge({ objects, fields }, { cluster, start }) {
    for (const reference of objects) {
      const [resource = '', namespace, name] = reference.split('/');
      const now = cluster.objects(resource, namespace).find((each) => each.metadata.name === name);
      const slots = { object: `${resource.split('.')[0]}/${name}`, field: '', was: '', is: '' };
      if (!now) return failed('gone', slots);
      for (const field of fields) {
        const was = read(start[reference], field.split('.'));
        const is = read(now, field.split('.'));
        if (equal(was, is)) continue;
        return failed('changed', { ...slots, field, was: text(was), is: text(is) });
      }
    }
    return { pass: true, seen: { name: 'seen.same' } };
  },
});

function failed(name: string, slots: Record<string, string>) {
  return {
    pass: false,
    seen: { name: `seen.${name}`, slots },
    why: { name: `why.${name}`, slots },
  };
}

function text(values: readonly unknown[]): string {
  return values
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join(', ');
}

/** All values that a path with `*` leads to. */
function read(value: unknown, path: readonly string[]): unknown[] {
  const [head, ...rest] = path;
  if (head === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [];
  const next = head === '*' ? Object.values(value) : [(value as Record<string, unknown>)[head]];
  return next.flatMap((each) => read(each, rest));
}
