import type { ExtensionDefinition, Option, Options } from '../extension.ts';
import { option } from '../extension.ts';
import { has, only, text, uint } from './values.ts';

/** `a|20 21|b` as characters, or why not. */
function readHex([given = '']: readonly string[]) {
  let characters = '';
  for (const [index, part] of given.split('|').entries()) {
    if (index % 2 === 0) {
      characters += part;
      continue;
    }
    const digits = part.replace(/\s/g, '');
    if (!/^([0-9a-f]{2})*$/i.test(digits)) return { error: 'Invalid hex block' };
    for (const pair of digits.match(/../g) ?? [])
      characters += String.fromCharCode(parseInt(pair, 16));
  }
  return [characters];
}

const printable = (characters: string) => /^[\x20-\x7e]*$/.test(characters);

/** The one form that is printed: in hexadecimal only where there is no other way. */
function pattern(given: Option): Option {
  const characters = given.values[0] ?? '';
  if (printable(characters)) return { ...given, flag: '--string', values: [characters] };
  const digits = [...characters].map((each) => each.charCodeAt(0).toString(16).padStart(2, '0'));
  return { ...given, flag: '--hex-string', values: [`|${digits.join('')}|`] };
}

const quoted = (characters: string) => `"${characters.replace(/["\\]/g, '\\$&')}"`;

function finish(options: Options) {
  const given = option(options, '--string') ?? option(options, '--hex-string');
  if (!given) {
    return { error: "STRING match: You must specify `--string' or `--hex-string'" };
  }
  const rest = only(options, ['--algo', '--from', '--to', '--icase']);
  const kept = rest.filter(
    ({ flag, values }) =>
      !(flag === '--from' && values[0] === '0') && !(flag === '--to' && values[0] === '65535'),
  );
  return [pattern(given), ...kept];
}

/** `-m string` (libxt_string): characters in what a packet carries. */
export const string: ExtensionDefinition = {
  name: 'string',
  kind: 'match',
  options: [
    { flag: '--from', values: 1, read: uint('string', '--from', 65535) },
    { flag: '--to', values: 1, read: uint('string', '--to', 65535) },
    { flag: '--algo', values: 1, required: true, read: text(15) },
    {
      flag: '--string',
      values: 1,
      invertible: true,
      read: text(128),
      excludes: ['--hex-string'],
    },
    {
      flag: '--hex-string',
      values: 1,
      invertible: true,
      read: readHex,
      excludes: ['--string'],
    },
    { flag: '--icase', values: 0 },
  ],
  finish,
  refuses: (options) =>
    ['bm', 'kmp'].includes(option(options, '--algo')?.values[0] ?? '')
      ? undefined
      : 'No such file or directory',
  list(options) {
    const given = option(options, '--string') ?? option(options, '--hex-string');
    const shown =
      given?.flag === '--string' ? quoted(given.values[0] ?? '') : `"${given?.values[0]}"`;
    const word = (flag: string, name: string) => {
      const found = option(options, flag);
      return found ? ` ${name} ${found.values[0]}` : '';
    };
    return [
      ` STRING match ${given?.invert ? '!' : ''} ${shown}`,
      word('--algo', 'ALGO name'),
      word('--from', 'FROM'),
      word('--to', 'TO'),
      has(options, '--icase') ? ' ICASE' : '',
    ].join('');
  },
  test(options) {
    const given = option(options, '--string') ?? option(options, '--hex-string');
    const hex = given?.flag === '--hex-string';
    const raw = given?.values[0] ?? '';
    const found = hex ? readHex([raw]) : [raw];
    const wanted = 'error' in found ? raw : (found[0] ?? '');
    const fold = (each: string) => (has(options, '--icase') ? each.toLowerCase() : each);
    const bound = (flag: string, otherwise: number) =>
      Number(option(options, flag)?.values[0] ?? otherwise);
    const [from, to] = [bound('--from', 0), bound('--to', 65535)];
    return ({ packet }) => {
      const { payload = '' } = packet;
      // Offsets count from the header of the IP packet.
      const header = packet.size - payload.length;
      const at = fold(payload).indexOf(fold(wanted), Math.max(0, from - header));
      return (at >= 0 && at + header <= to) !== (given?.invert === true);
    };
  },
};
