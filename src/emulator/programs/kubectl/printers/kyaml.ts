import type { Json } from '../../../world/json.ts';
import { compareKeys } from '../yaml/encode.ts';
import { resolve } from '../yaml/resolve.ts';

/**
 * KYAML: YAML in flow style with every string quoted (`sigs.k8s.io/yaml/kyaml`). Members come
 * sorted, or as they stand where the object is a Go struct.
 */
export function encodeKyaml(value: Json, typed = false): string {
  return `---\n${node(value, '', typed)}\n`;
}

function node(value: Json, pad: string, typed: boolean): string {
  if (typeof value === 'string') return quoted(value, pad);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return sequence(value as readonly Json[], pad, typed);
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  if (!typed) entries.sort(([a], [b]) => compareKeys(a, b));
  if (entries.length === 0) return '{}';
  const inner = `${pad}  `;
  const lines = entries.map(
    ([key, member]) => `${inner}${keyText(key)}: ${node(member as Json, inner, typed)},`,
  );
  return `{\n${lines.join('\n')}\n${pad}}`;
}

/** Items that are collections cuddle: `[{` … `}, {` … `}]`. */
function sequence(items: readonly Json[], pad: string, typed: boolean): string {
  if (items.length === 0) return '[]';
  const cuddle = items.every((item) => typeof item === 'object' && item !== null);
  if (cuddle) return `[${items.map((item) => node(item, pad, typed)).join(', ')}]`;
  const inner = `${pad}  `;
  return `[\n${items.map((item) => `${inner}${node(item, inner, typed)},`).join('\n')}\n${pad}]`;
}

function keyText(key: string): string {
  const plain = /^[A-Za-z_][\w./-]*$/.test(key) && resolve(key).type === 'str';
  return plain ? key : JSON.stringify(key);
}

/** Text of several lines is folded with backslashes, a line of text on each. */
function quoted(text: string, pad: string): string {
  if (!text.includes('\n')) return JSON.stringify(text);
  const inner = `${pad}   `;
  const parts = text.split(/(?<=\n)/);
  const lines = parts.map((part) => {
    const shown = JSON.stringify(part).slice(1, -1);
    const lead = /^ /.test(part) ? `\\${shown}` : shown;
    return `${inner}${lead}\\`;
  });
  return `"\\\n${lines.join('\n')}\n${pad}  "`;
}
