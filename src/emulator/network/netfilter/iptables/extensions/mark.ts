import type { ExtensionDefinition, Option, Options, ReadError } from '../extension.ts';
import { hex, option, readMark, readNumber } from '../extension.ts';
import { markMask } from './values.ts';

const bad = (name: string, flag: string, _text: string): ReadError => ({
  error: `${name}: bad integer value for option "${flag}", or out of range.\n`,
});

function match(name: 'mark' | 'connmark', word: string): ExtensionDefinition {
  return {
    name,
    kind: 'match',
    options: [
      {
        flag: '--mark',
        values: 1,
        invertible: true,
        required: true,
        read: markMask(name, '--mark'),
      },
    ],
    list: ([given]) => {
      // libxt_connmark writes a blank of its own in front of what is not inverted.
      const sign = given?.invert ? ' !' : name === 'connmark' ? ' ' : '';
      return ` ${word} match${sign} ${given?.values[0]}`;
    },
    test([given]) {
      const mark = readMark(given?.values[0] as string) ?? { value: 0, mask: 0 };
      const invert = given?.invert === true;
      const equals = (bits: number) => ((bits & mark.mask) >>> 0 === mark.value) !== invert;
      if (name === 'mark') return (walk) => equals(walk.mark);
      return (walk) => equals(walk.connectionMark ?? walk.packet.connection.mark);
    },
  };
}

/** `-m mark` and `-m connmark`. */
export const mark = match('mark', 'mark');
export const connmark = match('connmark', 'connmark');

/** The one form that is printed: `--set-xmark value/mask`, from any of the ways to write it. */
function toXmark(name: string, given: Option): Option | ReadError {
  const text = given.values[0] as string;
  const xmark = (value: number, mask: number): Option => ({
    flag: '--set-xmark',
    values: [`${hex(value)}/${hex(mask)}`],
  });
  if (given.flag === '--set-mark' || given.flag === '--set-xmark') {
    const read = readMark(text);
    if (!read) return bad(name, given.flag, text);
    const mask = given.flag === '--set-mark' ? (read.value | read.mask) >>> 0 : read.mask;
    return xmark(read.value, mask);
  }
  const bits = readNumber(text, 0xffffffff);
  if (bits === undefined) return bad(name, given.flag, text);
  if (given.flag === '--or-mark') return xmark(bits, bits);
  if (given.flag === '--and-mark') return xmark(0, ~bits >>> 0);
  return xmark(bits, 0);
}

const setFlags = ['--set-xmark', '--set-mark', '--and-mark', '--or-mark', '--xor-mark'];
const setters = setFlags.map((flag) => ({
  flag,
  values: 1,
  excludes: [...setFlags, '--save-mark', '--restore-mark'].filter((other) => other !== flag),
}));

function listXmark(word: string, text: string): string {
  const { value, mask } = readMark(text) ?? { value: 0, mask: 0 };
  if (value === 0) return ` ${word} and ${hex(~mask)}`;
  if (value === mask) return ` ${word} or ${hex(value)}`;
  if (mask === 0) return ` ${word} xor ${hex(value)}`;
  if (mask === 0xffffffff) return ` ${word} set ${hex(value)}`;
  return ` ${word} xset ${hex(value)}/${hex(mask)}`;
}

const xset = (old: number, { value, mask }: { value: number; mask: number }) =>
  ((old & ~mask) ^ value) >>> 0;

/** `-j MARK` (libxt_MARK, revision 2). */
export const MARK: ExtensionDefinition = {
  name: 'MARK',
  kind: 'target',
  options: setters,
  finish(options) {
    if (options.length === 0) {
      return {
        error: 'MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required',
      };
    }
    const xmark = toXmark('MARK', options.at(-1) as Option);
    return 'error' in xmark ? xmark : [xmark];
  },
  list: ([given]) => listXmark('MARK', given?.values[0] as string),
  act([given]) {
    const mark = readMark(given?.values[0] as string) ?? { value: 0, mask: 0 };
    return (walk) => {
      walk.mark = xset(walk.mark, mark);
      return undefined;
    };
  },
};

function copyMasks(options: Options): Options {
  const masks = (flag: string) =>
    hex(readNumber(option(options, flag)?.values[0] ?? '0xffffffff', 0xffffffff) ?? 0);
  const both = option(options, '--mask')?.values[0];
  const one = (flag: string) =>
    both === undefined ? masks(flag) : hex(readNumber(both, 0xffffffff) ?? 0);
  const copy = option(options, '--save-mark') ?? option(options, '--restore-mark');
  return [
    { flag: copy?.flag as string, values: [] },
    { flag: '--nfmask', values: [one('--nfmask')] },
    { flag: '--ctmask', values: [one('--ctmask')] },
  ];
}

/** `-j CONNMARK` (libxt_CONNMARK, revision 1). */
export const CONNMARK: ExtensionDefinition = {
  name: 'CONNMARK',
  kind: 'target',
  options: [
    ...setters,
    { flag: '--save-mark', values: 0, excludes: [...setFlags, '--restore-mark'] },
    { flag: '--restore-mark', values: 0, excludes: [...setFlags, '--save-mark'] },
    ...['--nfmask', '--ctmask', '--mask'].map((flag) => ({ flag, values: 1 })),
  ],
  finish(options) {
    if (option(options, '--save-mark') || option(options, '--restore-mark'))
      return copyMasks(options);
    const setter = options.find((each) => each.flag.endsWith('mark') && each.flag.startsWith('--'));
    if (!setter || setter.flag.endsWith('mask'))
      return { error: 'CONNMARK target: No operation specified' };
    const xmark = toXmark('CONNMARK', setter);
    return 'error' in xmark ? xmark : [xmark];
  },
  list(options) {
    const xmark = option(options, '--set-xmark');
    if (xmark) return listXmark('CONNMARK', xmark.values[0] as string);
    const word = option(options, '--save-mark') ? 'save' : 'restore';
    const [nf, ct] = [
      option(options, '--nfmask')?.values[0],
      option(options, '--ctmask')?.values[0],
    ];
    if (nf === '0xffffffff' && ct === '0xffffffff') return ` CONNMARK ${word}`;
    if (nf === ct) return ` CONNMARK ${word} mask ${nf}`;
    return ` CONNMARK ${word} nfmask ${nf} ctmask ~${ct}`;
  },
  act(options) {
    const xmark = readMark(option(options, '--set-xmark')?.values[0] ?? '');
    const mask = (flag: string) => Number(option(options, flag)?.values[0] ?? 0);
    const [nf, ct] = [mask('--nfmask'), mask('--ctmask')];
    const save = option(options, '--save-mark') !== undefined;
    return (walk) => {
      const old = walk.connectionMark ?? walk.packet.connection.mark;
      if (xmark) walk.connectionMark = xset(old, xmark);
      else if (save) walk.connectionMark = ((old & ~ct) ^ (walk.mark & nf)) >>> 0;
      else walk.mark = ((walk.mark & ~nf) ^ (old & ct)) >>> 0;
      return undefined;
    };
  },
};
