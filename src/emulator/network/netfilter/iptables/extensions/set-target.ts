import type { ExtensionDefinition, Option, Options } from '../extension.ts';
import { option } from '../extension.ts';
import { readSet } from './set.ts';
import { has, only, uint } from './values.ts';

const changes = ['--add-set', '--del-set', '--map-set'];
const mapped = ['--map-mark', '--map-prio', '--map-queue'];

function finish(options: Options) {
  if (!options.some(({ flag }) => changes.includes(flag))) {
    return {
      error: "You must specify either `--add-set' or `--del-set' or `--map-set'",
    };
  }
  if (has(options, '--map-set') && !mapped.some((flag) => has(options, flag))) {
    return {
      error: "You must specify flags `--map-mark' or '--map-prio` or `--map-queue'",
    };
  }
  return only(options, ['--add-set', '--exist', '--timeout', '--del-set', '--map-set', ...mapped]);
}

const words = ({ flag, values }: Option) => ` ${[flag.slice(2), ...values].join(' ')}`;

/** `-j SET` (libxt_SET, revision 3): packets that add to a set, or take from it. */
export const SET: ExtensionDefinition = {
  name: 'SET',
  kind: 'target',
  options: [
    ...changes.map((flag) => ({
      flag,
      values: 2,
      read: readSet(flag),
      onceText: `${flag} can be specified only once`,
    })),
    { flag: '--exist', values: 0 },
    { flag: '--timeout', values: 1, read: uint('SET', '--timeout') },
    ...mapped.map((flag) => ({ flag, values: 0 })),
  ],
  finish,
  list: (options) =>
    options
      .map((each) => {
        if (each.flag === '--exist' || mapped.includes(each.flag)) return ` ${each.flag.slice(2)}`;
        return words(each);
      })
      .join(''),
  act(options) {
    const add = option(options, '--add-set');
    const del = option(options, '--del-set');
    const timeout = option(options, '--timeout')?.values[0];
    const extra = {
      exist: has(options, '--exist'),
      ...(timeout === undefined ? {} : { timeout: Number(timeout) }),
    };
    const change = (given: Option | undefined, act: 'add' | 'del') =>
      given
        ? [{ act, name: given.values[0] ?? '', directions: (given.values[1] ?? '').split(',') }]
        : [];
    const wanted = [...change(add, 'add'), ...change(del, 'del')];
    return (walk) => {
      for (const each of wanted) walk.sets.push({ ...each, ...extra });
      return undefined;
    };
  },
};
