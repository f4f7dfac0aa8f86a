import type { ApiObject } from '../../apimachinery/object.ts';
import { canonical, type Json } from '../../world/json.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Keeps the annotation of client-side apply in step with what kubectl applies on the server's side,
 * so that both can be used on one object (`lastappliedupdater.go` of managedfields): only for the
 * manager `kubectl`, and only where there is such an annotation.
 * @param object the merged object
 * @param intent what was applied, as it came
 */
export function withLastApplied(object: ApiObject, intent: Json, manager: string): ApiObject {
  const { annotations } = object.metadata;
  if (manager !== 'kubectl' || annotations?.[LAST_APPLIED] === undefined) return object;
  const text = `${canonical(withoutAnnotation(intent))}\n`;
  const metadata = { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED]: text } };
  return { ...object, metadata };
}

function withoutAnnotation(intent: Json): Json {
  const { metadata, ...rest } = intent as unknown as ApiObject;
  if (!metadata?.annotations) return intent;
  const { [LAST_APPLIED]: _own, ...annotations } = metadata.annotations;
  return { ...rest, metadata: { ...metadata, annotations } } as unknown as Json;
}
