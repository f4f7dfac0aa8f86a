import type { ApiObject } from '../../apimachinery/object.ts';
import {
  invalidStatus,
  notFoundStatus,
  unsupportedMediaTypeStatus,
} from '../../apimachinery/status.ts';
import { invalid } from '../../apimachinery/field-error.ts';
import { canonical, type Json } from '../../world/json.ts';
import { checkWriteOptions } from '../options.ts';
import { present } from '../read.ts';
import type { ApiRequest, ApiResponse, User } from '../request.ts';
import { refuse } from '../responses.ts';
import { header, type Target } from '../route.ts';
import type { Server } from '../server.ts';
import { applyPatch } from './apply.ts';
import { bodyData, managerOf, objectData, readObject } from './body.ts';
import { checkName } from './check-name.ts';
import { createObject } from './create.ts';
import { patchData } from './patch-data.ts';
import { patchScale, putScale } from './subresources.ts';
import { updateObject } from './update-object.ts';

/** Resources whose strategies allow that a PUT creates (`AllowCreateOnUpdate`). */
const madeByUpdate = new Set(
  (
    'services endpoints limitranges leases events roles rolebindings clusterroles ' +
    'clusterrolebindings priorityclasses'
  ).split(' '),
);

/** PUT: the whole object, new. A Service or Lease that is not there yet is created. */
export function replace(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
): ApiResponse {
  const { kind, namespace, name = '', subresource, query } = target;
  const wrong = checkWriteOptions('UpdateOptions', query);
  if (wrong) return refuse(wrong);
  if (subresource === 'scale') return putScale(server, target, request, user);
  const data = objectData(request, kind);
  if (!data.ok) return refuse(data.status);
  const body = readObject(server, kind, data.value, query);
  if (!body.ok) return refuse(body.status);
  const { object, warnings } = body.value;
  const misnamed = checkName(object, name, namespace);
  if (misnamed) return refuse(misnamed);
  const old = server.storage.get(kind, namespace, name);
  const manager = managerOf(request, query);
  if (!old) {
    if (!madeByUpdate.has(kind.names.plural) || subresource) {
      return refuse(notFoundStatus(kind.names, name));
    }
    const made = createObject(server, target, object, user, manager);
    return made.ok
      ? present(server, kind, made.value, request, warnings, 201)
      : refuse(made.status);
  }
  const written = updateObject(server, target, old, object, user, manager);
  if (!written.ok) return refuse(written.status, warnings);
  const all = [...warnings, ...warningsOf(target, written.value, old)];
  return present(server, kind, written.value, request, all, 200);
}

/** What custom kinds take: nobody knows how their lists would merge strategically. */
const customPatches = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/apply-patch+yaml',
];

/** PATCH in all its four forms. */
export function patch(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
): ApiResponse {
  const { kind, namespace, name = '', query } = target;
  const type = header(request, 'content-type').split(';')[0] || 'application/merge-patch+json';
  const wrong = checkWriteOptions('PatchOptions', query);
  if (wrong) return refuse(wrong);
  if (type.includes('strategic') && kind.custom) {
    return refuse(unsupportedMediaTypeStatus(customPatches));
  }
  const data = bodyData(request);
  if (!data.ok) return refuse(data.status);
  if (type === 'application/apply-patch+yaml')
    return applyPatch(server, target, request, user, data.value);
  const old = server.storage.get(kind, namespace, name);
  if (!old) return refuse(notFoundStatus(kind.names, name));
  if (target.subresource === 'scale') return patchScale(server, target, request, user, data.value);
  const patched = patchData(server, kind, type, old, data.value);
  if (!patched.ok) return refuse(patched.status);
  const body = readObject(server, kind, patched.value, query);
  if (!body.ok) {
    const wanted = kind.custom
      ? /(json: cannot|strict decoding error).*$/
      : /json: cannot unmarshal.*$/;
    const decoding = wanted.exec(body.status.message ?? '')?.[0];
    if (!decoding) return refuse(body.status);
    const error =
      type === 'application/strategic-merge-patch+json'
        ? invalid('patch', goMap(data.value), converterWords(decoding))
        : invalid('patch', canonical(patched.value), decoding);
    // Upstream names neither the kind nor the object here.
    return refuse(invalidStatus({ group: '', kind: '' }, '', [error]));
  }
  const misnamed = checkName(body.value.object, name, namespace);
  if (misnamed) return refuse(misnamed);
  const written = updateObject(
    server,
    target,
    old,
    body.value.object,
    user,
    managerOf(request, query),
  );
  if (!written.ok) return refuse(written.status, body.value.warnings);
  const warnings = [...body.value.warnings, ...warningsOf(target, written.value, old)];
  return present(server, kind, written.value, request, warnings, 200);
}

/** What a change of the object itself is told of; its status is not looked at. */
function warningsOf({ kind, subresource }: Target, object: ApiObject, old: ApiObject) {
  return subresource === undefined ? (kind.warnings?.(object, old) ?? []) : [];
}

/** What the converter says that strategic patches go through, instead of the JSON decoder. */
function converterWords(decoding: string): string {
  const [, from = '', to = ''] = /cannot unmarshal (\w+).* of type (\S+)$/.exec(decoding) ?? [];
  const given = { array: 'slice', object: 'map', number: 'int64' }[from] ?? from;
  if (to.startsWith('[]')) return `cannot restore slice from ${given}`;
  if (to.startsWith('map[')) return `cannot restore map from ${given}`;
  if (to.startsWith('intstr.')) return decoding;
  return to.includes('.') ? `cannot restore struct from: ${given}` : `unrecognized type: ${to}`;
}

/** A patch as Go's `%v` prints a map: `map[spec:map[ports:[map[port:x]]]]`. */
function goMap(value: Json): string {
  if (Array.isArray(value)) return `[${(value as Json[]).map(goMap).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return value === null ? '<nil>' : String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, each]) => `${key}:${goMap(each as Json)}`).join(' ')}]`;
}
