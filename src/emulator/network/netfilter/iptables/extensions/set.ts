import type { ExtensionDefinition, Options, ReadNames } from '../extension.ts';
import { option } from '../extension.ts';
import { bang, only, uint } from './values.ts';

/** `NAME src,dst` of a flag, or what is wrong with it. */
export function readSet(flag: string) {
  return (values: readonly string[], { hasSet }: ReadNames) => {
    const [name = '', directions = ''] = values;
    if (directions === '' || directions.startsWith('-')) {
      return { error: `${flag} requires two args.` };
    }
    if (hasSet?.(name) === false) return { error: `Set ${name} doesn't exist.\n` };
    const words = directions.split(',');
    if (words.some((each) => each !== 'src' && each !== 'dst')) {
      return { error: "You must spefify (the comma separated list of) 'src' or 'dst'." };
    }
    return words.length > 6 ? { error: "Can't be more src/dst options than 6." } : values;
  };
}

const compared = ['packets', 'bytes'].flatMap((what) =>
  ['eq', 'lt', 'gt'].map((sign) => `--${what}-${sign}`),
);
const flags = ['--return-nomatch', '--update-counters', '--update-subcounters'];

function finish(options: Options) {
  if (!option(options, '--match-set')) {
    return { error: "You must specify `--match-set' with proper arguments" };
  }
  const shown = only(options, ['--match-set', ...flags, ...compared]);
  // Counters are updated unless one says otherwise.
  return shown.filter(({ flag, invert }) => !flag.startsWith('--update') || invert);
}

/** `-m set` (libxt_set, revision 4): membership in a set of ipset. Its counters do not count. */
export const set: ExtensionDefinition = {
  name: 'set',
  kind: 'match',
  options: [
    {
      flag: '--match-set',
      aliases: ['--set'],
      values: 2,
      invertible: true,
      read: readSet('--match-set'),
      onceText: '--match-set can be specified only once',
    },
    ...flags.map((flag) => ({ flag, values: 0, invertible: flag.startsWith('--update') })),
    ...compared.map((flag) => ({
      flag,
      values: 1,
      invertible: flag.endsWith('-eq'),
      read: uint('set', flag),
    })),
  ],
  finish,
  list(options) {
    return options
      .map((each) => `${bang(each)} ${[each.flag.slice(2), ...each.values].join(' ')}`)
      .join('');
  },
  test(options) {
    const given = option(options, '--match-set');
    const [name = '', directions = ''] = given?.values ?? [];
    const list = directions.split(',');
    const invert = given?.invert === true;
    return ({ packet, context }) => context.inSet(name, list, packet) !== invert;
  },
};
