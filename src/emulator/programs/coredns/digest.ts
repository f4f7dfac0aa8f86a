import type { Token } from './corefile/lexer.ts';
import { isError, parseCorefile } from './corefile/parse.ts';
import { sha512 } from '../../apimachinery/sha512.ts';

/**
 * The sum that the reload plugin tells: of the parsed Corefile as Go's JSON, file names left out.
 */
export function corefileDigest(text: string, env: Readonly<Record<string, string>>): string {
  const parsed = parseCorefile('', text, { isDirective: () => true, glob: () => [], env });
  const blocks = isError(parsed) ? [] : parsed.blocks;
  const token = ({ file, line, text: word }: Token) => ({ File: file, Line: line, Text: word });
  const value = blocks.map(({ keys, tokens }) => ({
    Keys: keys,
    Tokens: Object.fromEntries(
      Object.keys(tokens)
        .sort()
        .map((name) => [name, tokens[name]?.map(token)]),
    ),
  }));
  const json = JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return sha512(json);
}
