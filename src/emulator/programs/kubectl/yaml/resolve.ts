import type { Json } from '../../../world/json.ts';

const words: Readonly<Record<string, boolean | null>> = (() => {
  const table: Record<string, boolean | null> = { '': null, '~': null };
  const add = (list: string, value: boolean | null) => {
    for (const word of list.split(' ')) table[word] = value;
  };
  add('null Null NULL', null);
  add('y Y yes Yes YES true True TRUE on On ON', true);
  add('n N no No NO false False FALSE off Off OFF', false);
  return table;
})();

/**
 * What a plain scalar stands for, by go-yaml v2's rules (YAML 1.1 words, Go's number syntax).
 * Timestamps stay text but are told apart, since the encoder quotes text that looks like one.
 */
export function resolve(text: string): { readonly value: Json; readonly type: string } {
  if (Object.hasOwn(words, text)) {
    const value = words[text] as boolean | null;
    return { value, type: value === null ? 'null' : 'bool' };
  }
  if (/^[-+]?\.(inf|Inf|INF)$/.test(text)) return { value: text, type: 'float' };
  if (/^\.(nan|NaN|NAN)$/.test(text)) return { value: text, type: 'float' };
  if (text === '<<') return { value: text, type: 'merge' };
  if (!/^[-+.\d]/.test(text)) return { value: text, type: 'str' };
  if (isTimestamp(text)) return { value: text, type: 'timestamp' };
  const bare = text.replaceAll('_', '');
  const whole = integer(bare);
  if (whole !== undefined) return { value: whole, type: 'int' };
  if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(bare)) {
    return { value: Number(bare), type: 'float' };
  }
  return { value: text, type: 'str' };
}

/** `strconv.ParseInt(text, 0, 64)`. */
function integer(text: string): number | undefined {
  const match = /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9]\d*|0)$/.exec(text);
  if (!match) return undefined;
  const [, sign, digits = ''] = match;
  const octal = /^0[oO]?([0-7]+)$/.exec(digits);
  const value = octal ? Number.parseInt(octal[1] as string, 8) : Number(digits);
  if (!Number.isFinite(value)) return undefined;
  return sign === '-' ? -value : value;
}

function isTimestamp(text: string): boolean {
  return (
    /^\d{4}-\d{1,2}-\d{1,2}$/.test(text) ||
    /^\d{4}-\d{1,2}-\d{1,2}[Tt]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) ||
    /^\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?$/.test(text)
  );
}
