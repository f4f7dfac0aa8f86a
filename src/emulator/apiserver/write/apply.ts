import { applyIntent } from '../../apimachinery/apply.ts';
import { required } from '../../apimachinery/field-error.ts';
import { invalidStatus, type ApiStatus } from '../../apimachinery/status.ts';
import type { Json } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import { present } from '../read.ts';
import type { ApiRequest, ApiResponse, User } from '../request.ts';
import { refuse } from '../responses.ts';
import { apiVersionOf, type Target } from '../route.ts';
import type { Server } from '../server.ts';
import { readObject } from './body.ts';
import { checkName } from './check-name.ts';
import { createObject } from './create.ts';
import { withLastApplied } from './last-applied.ts';
import { updateObject } from './update-object.ts';

/** PATCH of what a manager wants of an object (server-side apply); makes it where it is not. */
export function applyPatch(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
  data: Json,
): ApiResponse {
  const { kind, namespace, name = '', query } = target;
  const manager = query.get('fieldManager');
  if (!manager) {
    const options = { group: 'meta.k8s.io', kind: 'PatchOptions' };
    const missing = required('fieldManager', 'is required for apply patch');
    return refuse(invalidStatus(options, '', [missing]));
  }
  const intentBody = readObject(server, kind, data, query);
  if (!intentBody.ok) return refuse(applyDecodeError(target, intentBody.status));
  const intent = intentBody.value.object;
  const misnamed = checkName(intent, name, namespace);
  if (misnamed) return refuse(misnamed);
  const old = server.storage.get(kind, namespace, name);
  const writer = {
    manager,
    operation: 'Apply' as const,
    apiVersion: apiVersionOf(kind),
    time: rfc3339(server.world.clock.now),
    ...(target.subresource && { subresource: target.subresource }),
  };
  const merged = applyIntent(
    server.types,
    kind.definition,
    old,
    intent,
    writer,
    query.flag('force'),
  );
  if (!merged.ok) return refuse(merged.status);
  const { managedFields } = merged.value;
  const object = withLastApplied(merged.value.object, data, manager);
  if (!old) {
    const made = createObject(server, target, object, user, manager, managedFields);
    return made.ok ? present(server, kind, made.value, request, [], 201) : refuse(made.status);
  }
  const written = updateObject(server, target, old, object, user, manager, managedFields);
  return written.ok
    ? present(server, kind, written.value, request, [], 200)
    : refuse(written.status);
}

/** Server-side apply words unknown fields by its own schema. */
function applyDecodeError({ kind, namespace, name = '' }: Target, status: ApiStatus): ApiStatus {
  const unknown = [...(status.message ?? '').matchAll(/unknown field "([^"]+)"/g)];
  if (unknown.length === 0) return status;
  const text = unknown.map(([, path]) => `.${path}: field not declared in schema`).join('\n');
  const { group, version } = kind.names;
  const what = `${namespace ?? ''}/${name}; ${group}/${version}, Kind=${kind.names.kind}`;
  const message = `failed to create typed patch object (${what}): ${text}`;
  const { reason: _reason, ...rest } = status;
  return { ...rest, message, code: 500 };
}
