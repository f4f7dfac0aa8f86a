import { goJson } from './go-format.ts';
import { asJson, type Obj } from './object.ts';
import { sha256 } from '../../apimachinery/sha256.ts';

/**
 * The suffix of `--append-hash` (kubectl `util/hash`): ten letters that spell no words. Where there
 * is no data, `missing` is hashed.
 */
export function hashOf(object: Obj, missing: string | object = {}): string {
  const encoded =
    object.kind === 'ConfigMap'
      ? {
          ...(object['binaryData'] !== undefined && { binaryData: object['binaryData'] }),
          data: object['data'] ?? missing,
          kind: 'ConfigMap',
          name: object.metadata?.name,
        }
      : {
          data: object['data'] ?? missing,
          kind: 'Secret',
          name: object.metadata?.name,
          type: object['type'] ?? '',
        };
  const letters: Readonly<Record<string, string>> = {
    '0': 'g',
    '1': 'h',
    '3': 'k',
    a: 'm',
    e: 't',
  };
  const digest = sha256(new TextEncoder().encode(goJson(asJson(encoded))));
  const hex = [...digest]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, 10);
  return [...hex].map((c) => letters[c] ?? c).join('');
}
