import { jsonPatch, mergePatch } from '../../apimachinery/patch/merge.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Json } from '../../world/json.ts';
import type { Context } from './command.ts';
import { failed } from './failure.ts';
import { asJson, type Obj } from './object.ts';
import { applyStrategic } from './patch.ts';
import type { Mapping } from './rest-mapper.ts';
import { decodeYaml } from './yaml/decode.ts';

/** Lays the JSON of `--overrides` over a made object, as `--override-type` says. */
export function* override(context: Context, object: Obj, mapping: () => Call<Mapping>): Call<Obj> {
  const text = context.flags.text('overrides');
  if (text === '') return object;
  const decoded = decodeYaml(text);
  if (!decoded.ok) throw failed('Invalid JSON Patch');
  const patch: Json = decoded.value ?? {};
  return typed(yield* lay(context, object, patch, mapping));
}

/** Only members that the kind has: the result is read into its Go struct. */
function typed(object: Obj): Obj {
  const known = ['kind', 'apiVersion', 'metadata', 'spec', 'status'];
  return Object.fromEntries(Object.entries(object).filter(([name]) => known.includes(name)));
}

function* lay(context: Context, object: Obj, patch: Json, mapping: () => Call<Mapping>): Call<Obj> {
  switch (context.flags.text('override-type')) {
    case 'merge':
      return mergePatch(asJson(object), patch) as unknown as Obj;
    case 'strategic':
      return applyStrategic(yield* mapping(), object, patch);
    case 'json': {
      const result = jsonPatch(asJson(object), patch as never);
      if (!result.ok) throw failed(result.error);
      return result.value as unknown as Obj;
    }
    default:
      throw failed(`invalid override type: ${context.flags.text('override-type')}`);
  }
}
