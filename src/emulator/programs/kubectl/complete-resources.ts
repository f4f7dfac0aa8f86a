import type { Completion } from './command.ts';

/** The words that are no flags, but for the last one. */
export function argumentsBefore(words: readonly string[]): readonly string[] {
  return words.slice(0, -1).filter((word) => !word.startsWith('-'));
}

/** Candidates for `TYPE NAME…` and `TYPE/NAME`: types, then names of that type. */
export function completeResources(
  words: readonly string[],
  { types, names }: Completion,
): readonly string[] {
  const args = argumentsBefore(words);
  const last = words.at(-1) ?? '';
  if (last.includes('/')) {
    const [type = ''] = last.split('/');
    return names(type).map((name) => `${type}/${name}`);
  }
  return args.length === 0 ? types() : names(args[0] as string);
}

/** Candidates for a pod's name, or `TYPE/NAME`. */
export function completePods(words: readonly string[], completion: Completion): readonly string[] {
  const last = words.at(-1) ?? '';
  if (words.includes('--')) return [];
  if (last.includes('/')) return completeResources([last], completion);
  return argumentsBefore(words).length === 0 ? completion.names('pods') : [];
}
