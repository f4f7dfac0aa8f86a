import type { ApiObject } from '../../apimachinery/object.ts';
import { badRequestStatus, type ApiStatus } from '../../apimachinery/status.ts';

/** An object must be called as its URL says (`checkName` of the endpoints' handlers). */
export function checkName(
  { metadata }: ApiObject,
  name: string,
  namespace: string | undefined,
): ApiStatus | undefined {
  if (!metadata.name) {
    const why = 'was undeterminable: name must be provided';
    return badRequestStatus(`the name of the object (${name} based on URL) ${why}`);
  }
  if (metadata.name !== name) {
    const why = `does not match the name on the URL (${name})`;
    return badRequestStatus(`the name of the object (${metadata.name}) ${why}`);
  }
  if (!namespace || !metadata.namespace || metadata.namespace === namespace) return undefined;
  const why = `does not match the namespace on the request (${namespace})`;
  return badRequestStatus(`the namespace of the object (${metadata.namespace}) ${why}`);
}
