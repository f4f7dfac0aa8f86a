import type { Family } from '../address.ts';
import type { ExtensionDefinition, Options } from '../extension.ts';
import { inOrder, option, value } from '../extension.ts';
import { text, uint } from './values.ts';

const modes = ['--set', '--rcheck', '--update', '--remove'];
const number = (flag: string) => ({
  flag,
  values: 1,
  read: uint('recent', flag, 0xffffffff, flag === '--seconds' ? 1 : 0),
});

function finish(options: Options, _protocol: string | undefined, family: Family) {
  const mode = options.filter((each) => modes.includes(each.flag));
  if (mode.length === 0) {
    return {
      error: "recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'",
    };
  }
  const side = option(options, '--rdest') ? '--rdest' : '--rsource';
  const defaults = [
    { flag: '--name', values: ['DEFAULT'] },
    {
      flag: '--mask',
      values: [family === 'IPv6' ? Array(8).fill('ffff').join(':') : '255.255.255.255'],
    },
  ].filter((each) => !option(options, each.flag));
  const others = options.filter(
    (each) =>
      !['--rsource', '--rdest'].includes(each.flag) &&
      !(each.flag === '--hitcount' && each.values[0] === '0'),
  );
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
    ...modes.map((flag) => ({
      flag,
      values: 0,
      invertible: true,
      excludes: modes.filter((other) => other !== flag),
    })),
    number('--seconds'),
    { flag: '--reap', values: 0, needs: ['--seconds'] },
    number('--hitcount'),
    { flag: '--rttl', values: 0 },
    { flag: '--name', values: 1, read: text(199) },
    { flag: '--mask', values: 1 },
    { flag: '--rsource', values: 0 },
    { flag: '--rdest', values: 0 },
  ],
  finish,
  refuses(options) {
    const checks = option(options, '--rcheck') ?? option(options, '--update');
    const needless = ['--seconds', '--hitcount', '--rttl'].some((flag) => option(options, flag));
    const wrong = !checks && needless;
    return wrong || /\//.test(value(options, '--name') ?? '') ? 'Invalid argument' : undefined;
  },
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
