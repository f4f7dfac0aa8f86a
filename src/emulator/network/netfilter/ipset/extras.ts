import type { Micros } from '../../../world/json.ts';
import type { SetError } from './parse-entry.ts';
import type { SetEntry, SetRecord } from './types.ts';

/** What stands behind an element. */
export interface Extra {
  readonly entry: Omit<SetEntry, 'text'>;
  readonly exist: boolean;
  readonly place?: { readonly side: 'before' | 'after'; readonly name: string };
}

/** `timeout`, `comment`, `nomatch`, which only some sets take. */
export function readExtensions(
  { options, type }: SetRecord,
  words: readonly string[],
  now: Micros,
): Extra | SetError {
  let entry: Omit<SetEntry, 'text'> = {};
  let exist = false;
  let { timeout } = options;
  let place: Extra['place'];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === 'timeout') {
      if (timeout === undefined) {
        return { error: 'Timeout cannot be used: set was created without timeout support' };
      }
      timeout = Number(words[++i]);
      if (!Number.isInteger(timeout))
        return { error: `Syntax error: '${words[i]}' is invalid as number` };
      if (timeout > 2_147_483)
        return { error: `Syntax error: '${words[i]}' is out of range 0-2147483` };
    } else if (word === 'comment') {
      if (!options.comment) {
        return { error: 'Comment cannot be used: set was created without comment support' };
      }
      const comment = words[++i] ?? '';
      if (comment.includes('"')) {
        return { error: 'Syntax error: " character is not permitted in comments' };
      }
      entry = { ...entry, comment };
    } else if (word === 'nomatch' && type.includes('net')) entry = { ...entry, nomatch: true };
    else if (word === 'wildcard' && type === 'hash:net,iface') entry = { ...entry, wildcard: true };
    else if (word === 'packets' || word === 'bytes') {
      if (!options.counters) {
        return {
          error: 'Packet/byte counters cannot be used: set was created without counter support',
        };
      }
      entry = { ...entry, [word]: Number(words[++i]) };
    } else if (/^skb(mark|prio|queue)$/.test(word ?? '') && options.skbinfo) {
      entry = { ...entry, skb: `${entry.skb ? `${entry.skb} ` : ''}${word} ${words[++i] ?? ''}` };
    } else if ((word === 'before' || word === 'after') && type === 'list:set') {
      place = { side: word, name: words[++i] ?? '' };
    } else if (word === '-exist') exist = true;
    else return { error: `Unknown argument: \`${word}'` };
  }
  if (timeout) entry = { ...entry, expires: now + timeout * 1_000_000 };
  return { entry, exist, ...(place ? { place } : {}) };
}
