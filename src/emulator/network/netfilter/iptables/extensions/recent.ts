import type { ExtensionDefinition, Options } from '../extension.ts';
import { inOrder, option, readNumber, value } from '../extension.ts';

const modes = ['--set', '--rcheck', '--update', '--remove'];
const number = (flag: string) => ({
  flag,
  values: 1,
  read: ([text = '']: readonly string[]) => {
    const read = readNumber(text, 0xffffffff);
    return read === undefined
      ? { error: `recent: Bad value for "${flag}" option: "${text}"` }
      : [String(read)];
  },
});

function finish(options: Options) {
  const mode = options.filter((each) => modes.includes(each.flag));
  if (mode.length !== 1) {
    return {
      error:
        mode.length === 0
          ? "recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'"
          : "recent: only one of `--set', `--rcheck' `--update' or `--remove' may be set",
    };
  }
  if (option(options, '--reap') && !option(options, '--seconds')) {
    return { error: 'recent: option "--reap" also requires "--seconds".' };
  }
  const side = option(options, '--rdest') ? '--rdest' : '--rsource';
  const defaults = [
    { flag: '--name', values: ['DEFAULT'] },
    { flag: '--mask', values: ['255.255.255.255'] },
  ].filter((each) => !option(options, each.flag));
  const others = options.filter((each) => !['--rsource', '--rdest'].includes(each.flag));
  return inOrder(
    [...others, ...defaults, { flag: side, values: [] }],
    [...modes, '--seconds', '--reap', '--hitcount', '--rttl', '--name', '--mask', side],
  );
}

/** `-m recent` (libxt_recent): lists of addresses that were seen. */
export const recent: ExtensionDefinition = {
  name: 'recent',
  kind: 'match',
  options: [
    ...modes.map((flag) => ({ flag, values: 0, invertible: true })),
    number('--seconds'),
    { flag: '--reap', values: 0 },
    number('--hitcount'),
    { flag: '--rttl', values: 0 },
    { flag: '--name', values: 1 },
    { flag: '--mask', values: 1 },
    { flag: '--rsource', values: 0 },
    { flag: '--rdest', values: 0 },
  ],
  finish,
  list(options) {
    const mode = options.find((each) => modes.includes(each.flag));
    const words: Record<string, string> = {
      '--set': 'SET',
      '--rcheck': 'CHECK',
      '--update': 'UPDATE',
      '--remove': 'REMOVE',
    };
    const seconds = value(options, '--seconds');
    const hits = value(options, '--hitcount');
    return [
      ` ${mode?.invert ? '! ' : ''}recent: ${words[mode?.flag ?? '']}`,
      seconds === undefined ? '' : ` seconds: ${seconds}`,
      option(options, '--reap') ? ' reap' : '',
      hits === undefined ? '' : ` hit_count: ${hits}`,
      option(options, '--rttl') ? ' TTL-Match' : '',
      ` name: ${value(options, '--name')}`,
      ` side: ${option(options, '--rdest') ? 'dest' : 'source'}`,
      ` mask: ${value(options, '--mask')}`,
    ].join('');
  },
  test(options) {
    const mode = options.find((each) => modes.includes(each.flag));
    const list = value(options, '--name') as string;
    const seconds = value(options, '--seconds');
    const limit = seconds === undefined ? Infinity : Number(seconds);
    const invert = mode?.invert === true;
    const destination = option(options, '--rdest') !== undefined;
    return (walk) => {
      const address = destination ? walk.packet.destination : walk.packet.source;
      if (mode?.flag === '--set') {
        walk.recent.push({ list, address, act: 'set' });
        return !invert;
      }
      const age = walk.context.recent(list, address);
      const hit = age !== undefined && age <= limit;
      if (hit && mode?.flag === '--update') walk.recent.push({ list, address, act: 'update' });
      if (age !== undefined && mode?.flag === '--remove') {
        walk.recent.push({ list, address, act: 'remove' });
        return !invert;
      }
      return hit !== invert;
    };
  },
};
