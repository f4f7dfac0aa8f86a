import type { ApiObject } from '../../apimachinery/object.ts';
import type { Api } from '../../controllers/controller.ts';
import type { Call } from '../../host/syscalls.ts';
import { rfc3339 } from '../../world/time.ts';

const RESOURCE = 'tigerastatuses.operator.tigera.io';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

interface TigeraStatus extends ApiObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** How a component is: there, on its way, or hindered. */
export type Health =
  | { readonly type: 'available' }
  | { readonly type: 'progressing'; readonly message: string }
  | { readonly type: 'degraded'; readonly reason: string; readonly message: string };

/** Writes how a component is, where that changed. */
export function* tell(api: Api, name: string, health: Health): Call<void> {
  const found = yield* api.get<TigeraStatus>(RESOURCE, undefined, name);
  const before = found?.status?.conditions ?? [];
  const rows = rowsOf(health);
  const now = rfc3339(api.now);
  const conditions = rows.map((row): Condition => {
    const old = before.find(({ type }) => type === row.type);
    return {
      ...row,
      lastTransitionTime: old?.status === row.status ? old.lastTransitionTime : now,
    };
  });
  const text = (list: readonly Condition[]) =>
    JSON.stringify(list.map(({ type, status, message }) => [type, status, message]));
  if (found && text(before) === text(conditions)) return;
  const object = { apiVersion: 'operator.tigera.io/v1', kind: 'TigeraStatus', metadata: { name } };
  if (!found) yield* api.create(RESOURCE, { ...object, spec: {} });
  const live = yield* api.get<TigeraStatus>(RESOURCE, undefined, name);
  if (live) yield* api.updateStatus(RESOURCE, { ...live, status: { conditions } } as ApiObject);
}

function rowsOf(health: Health): readonly Omit<Condition, 'lastTransitionTime'>[] {
  const row = (type: string, status: string, reason: string, message: string) => ({
    ...{ type, status, reason, message },
  });
  const fine = ['AllObjectsAvailable', 'All objects available'] as const;
  switch (health.type) {
    case 'available':
      return [
        row('Available', 'True', ...fine),
        row('Degraded', 'False', ...fine),
        row('Progressing', 'False', ...fine),
      ];
    case 'progressing':
      return [
        row('Available', 'False', 'ResourceNotReady', health.message),
        row('Degraded', 'False', ...fine),
        row('Progressing', 'True', 'ResourceNotReady', health.message),
      ];
    case 'degraded':
      return [
        row('Available', 'False', 'NotApplicable', 'Not Applicable'),
        row('Degraded', 'True', health.reason, health.message),
        row('Progressing', 'False', 'NotApplicable', 'Not Applicable'),
      ];
  }
}
