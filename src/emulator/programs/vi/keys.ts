import { splitKeys } from '../../host/terminal/editor.ts';

/** Keys of what a terminal sent. Escape stands for itself, also where a letter follows at once. */
export function keysOf(piece: string): readonly string[] {
  return splitKeys(piece).flatMap((key) =>
    key.length > 1 && key.startsWith('\x1b') && !/^\x1b[[O]/.test(key)
      ? ['\x1b', key.slice(1)]
      : [/^\x1bO[ABCDHF]$/.test(key) ? key.replace('O', '[') : key],
  );
}
