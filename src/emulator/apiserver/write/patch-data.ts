import { isFields, jsonPatch, mergePatch } from '../../apimachinery/patch/merge.ts';
import { strategicMerge } from '../../apimachinery/patch/strategic.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import {
  badRequestStatus,
  invalidStatus,
  unsupportedPatchStatus,
  type Outcome,
} from '../../apimachinery/status.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import type { Json } from '../../world/json.ts';
import type { Server } from '../server.ts';

/** An object as a patch makes it, or why the patch cannot be one. */
export function patchData(
  server: Server,
  kind: ResourceKind,
  type: string,
  old: ApiObject,
  data: Json,
): Outcome<Json> {
  const live = old as unknown as Json;
  switch (type) {
    case 'application/strategic-merge-patch+json':
    case 'application/merge-patch+json': {
      if (!isFields(data)) {
        const found = Array.isArray(data) ? 'array' : typeof data;
        const message =
          `json: cannot unmarshal ${found} into Go value of type ` + 'map[string]interface {}';
        return { ok: false, status: badRequestStatus(message) };
      }
      const strategic = type === 'application/strategic-merge-patch+json';
      const merged = strategic
        ? strategicMerge(server.types, kind.definition, live, data)
        : mergePatch(live, data);
      return { ok: true, value: merged };
    }
    case 'application/json-patch+json': {
      if (!Array.isArray(data)) {
        const why = 'json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp';
        return { ok: false, status: badRequestStatus(`error decoding patch: ${why}`) };
      }
      const odd = (data as Json[]).find((each) => each !== null && !isFields(each));
      if (odd !== undefined) {
        const form = Array.isArray(odd) ? 'array' : typeof odd === 'boolean' ? 'bool' : typeof odd;
        const why = `json: cannot unmarshal ${form} into Go value of type handlers.jsonPatchOp`;
        return { ok: false, status: badRequestStatus(`error decoding patch: ${why}`) };
      }
      const result = jsonPatch(live, data as never);
      if (result.ok) return result;
      const message = 'the server rejected our request due to an error in our request';
      const status = { ...invalidStatus(kind.names, '', []), message, details: {} };
      return { ok: false, status };
    }
    default:
      return { ok: false, status: unsupportedPatchStatus() };
  }
}
