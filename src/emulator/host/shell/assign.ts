import { parse, type Assignment, type Word } from 'unbash';
import type { Call } from '../syscalls.ts';
import { expandAssigned, expandText, expandWords } from './expand/words.ts';
import type { Shell } from './shell.ts';
import {
  asElements,
  assign,
  assignElement,
  assignElements,
  lookUp,
  lookUpElements,
  targetOf,
} from './variables.ts';

/** `x=…`, `x+=…`, `x[i]=…`, `x=(…)`; gives the text that was assigned. */
export function* assignOne(shell: Shell, item: Assignment): Call<string> {
  const { name, value, append = false, index } = item;
  if (value.type === 'ArrayValue') {
    yield* assignArray(shell, name, value.elements, append);
    return '';
  }
  const text = yield* expandAssigned(shell, value);
  if (index) assignElement(shell, name, yield* keyOf(shell, name, index), text, append);
  else assign(shell, name, text, append);
  return text;
}

/** The key that `[…]` means: a number, or any text for an associative array. */
function* keyOf(shell: Shell, name: string, index: Word): Call<string> {
  const text = yield* expandText(shell, index);
  if (lookUp(shell, name)?.flags.includes('A')) return text;
  const number = Number(shell.arithmetic(text));
  if (number >= 0) return String(number);
  const keys = [...(lookUpElements(shell, name) ?? new Map<string, string>()).keys()];
  return String(Math.max(-1, ...keys.map(Number)) + 1 + number);
}

/** The elements between `=(` and `)`. */
export function* assignArray(
  shell: Shell,
  name: string,
  words: readonly Word[],
  append: boolean,
): Call<void> {
  const target = targetOf(shell, name);
  const isMap = lookUp(shell, name)?.flags.includes('A') ?? false;
  const before = append ? lookUpElements(shell, target) : undefined;
  const elements = new Map(before ?? asElements([]));
  let at = Math.max(-1, ...[...elements.keys()].map(Number).filter((each) => !Number.isNaN(each)));
  for (const word of words) {
    const keyed = splitKeyed(word);
    if (keyed) {
      const key = yield* expandText(shell, keyed.key);
      const text = yield* expandText(shell, keyed.value);
      if (isMap) elements.set(key, text);
      else {
        at = Number(shell.arithmetic(key));
        elements.set(String(at), text);
      }
      continue;
    }
    for (const text of yield* expandWords(shell, [word])) elements.set(String(++at), text);
  }
  assignElements(shell, name, elements, isMap ? 'A' : 'a');
}

/** `[key]=value` as two words. */
function splitKeyed(word: Word): { readonly key: Word; readonly value: Word } | undefined {
  const match = /^\[((?:[^\]"']|"[^"]*"|'[^']*')+)\]=/.exec(word.text);
  if (!match) return undefined;
  return {
    key: reread(match[1] as string, word),
    value: reread(word.text.slice(match[0].length), word),
  };
}

function reread(text: string, { pos, end }: Word): Word {
  if (!/["'$`\\~]/.test(text)) return { type: 'Word', text, value: text, pos, end };
  const command = parse(`: ${text}`).commands[0]?.command;
  const made = command?.type === 'Command' ? command.suffix[0] : undefined;
  return made?.type === 'Word' ? made : { type: 'Word', text, value: text, pos, end };
}
