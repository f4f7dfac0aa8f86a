import { readSize } from './size.ts';

/** A count of `head` or `tail`: `5`, `-5`, `+5`, with units; undefined where it is none. */
export function readCount(
  text: string,
): { readonly sign: '' | '+' | '-'; readonly count: number } | undefined {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(text) ?? [];
  const count = readSize(digits);
  return count === undefined ? undefined : { sign: sign as '+', count };
}
