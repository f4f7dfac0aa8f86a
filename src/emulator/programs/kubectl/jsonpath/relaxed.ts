import { PathError } from './parse.ts';

/**
 * A path as `--sort-by`, `custom-columns` and `wait --for=jsonpath` take it: braces and the leading
 * dot may be left out.
 */
export function relaxedPath(text: string): string {
  if (text === '') return '';
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(text);
  if (!match) {
    throw new PathError(
      "unexpected path string, expected a 'name1.name2' or '.name1.name2' or " +
        "'{name1.name2}' or '{.name1.name2}'",
    );
  }
  return `{.${match[1] ?? match[2] ?? ''}}`;
}
