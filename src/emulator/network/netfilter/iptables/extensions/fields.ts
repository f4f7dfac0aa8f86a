import type { ExtensionDefinition, Option, ReadNames } from '../extension.ts';
import { option, value } from '../extension.ts';
import { toGroups, toNumber } from '../address.ts';
import { badValue, only, text, uint, uintRange } from './values.ts';

/** `-m comment`: matches all, says why. */
export const comment: ExtensionDefinition = {
  name: 'comment',
  kind: 'match',
  options: [
    {
      flag: '--comment',
      values: 1,
      required: true,
      read: text(255),
    },
  ],
  list: ([given]) => ` /* ${given?.values[0]} */`,
  test: () => () => true,
};

/** `-m nfacct`: counts into a named counter and matches all. */
export const nfacct: ExtensionDefinition = {
  name: 'nfacct',
  kind: 'match',
  options: [{ flag: '--nfacct-name', values: 1, required: true }],
  list: ([given]) => ` nfacct-name  ${given?.values[0]}`,
  test: () => () => true,
};

/** `-m length`: bytes of the IP packet. */
export const length: ExtensionDefinition = {
  name: 'length',
  kind: 'match',
  options: [
    {
      flag: '--length',
      values: 1,
      invertible: true,
      required: true,
      read: uintRange('length', '--length', 65_535),
    },
  ],
  list: ([given]) => ` length ${given?.invert ? '!' : ''}${given?.values[0]}`,
  test([given]) {
    const [low = 0, high = low] = (given?.values[0] ?? '').split(':').map(Number);
    const invert = given?.invert === true;
    return ({ packet }) => (packet.size >= low && packet.size <= high) !== invert;
  },
};

const ttlWords: Readonly<Record<string, string>> = {
  '--ttl-eq': '==',
  '--ttl-lt': '<',
  '--ttl-gt': '>',
};

const ttlOption = (flag: string, excludes: readonly string[]) => ({
  flag,
  values: 1,
  read: uint('ttl', flag, 255),
  excludes,
});

/** `-m ttl` (libipt_ttl). */
export const ttl: ExtensionDefinition = {
  name: 'ttl',
  kind: 'match',
  family: 'IPv4',
  options: [
    ttlOption('--ttl-lt', ['--ttl-eq', '--ttl-gt']),
    ttlOption('--ttl-gt', ['--ttl-lt', '--ttl-eq']),
    {
      ...ttlOption('--ttl-eq', ['--ttl-lt', '--ttl-gt']),
      aliases: ['--ttl'],
      invertible: true,
    },
  ],
  finish: (options) =>
    options.length === 0
      ? { error: "TTL match: You must specify one of `--ttl-eq', `--ttl-lt', `--ttl-gt" }
      : options.slice(0, 1),
  list: ([given]) =>
    ` TTL match TTL ${given?.invert ? '!=' : ttlWords[given?.flag ?? '']} ${given?.values[0]}`,
  test([given]) {
    const wanted = Number(given?.values[0]);
    const invert = given?.invert === true;
    if (given?.flag === '--ttl-lt') return ({ packet }) => packet.ttl < wanted;
    if (given?.flag === '--ttl-gt') return ({ packet }) => packet.ttl > wanted;
    return ({ packet }) => (packet.ttl === wanted) !== invert;
  },
};

/** An IPv6 address as one number, near enough to tell which of two is the greater. */
const groupsAsNumber = (address: string) =>
  toGroups(address)?.reduce((sum, group) => sum * 65_536 + group, 0);

/** `-m hl` (libip6t_hl): the same for IPv6. */
export const hl: ExtensionDefinition = {
  name: 'hl',
  kind: 'match',
  family: 'IPv6',
  options: ['--hl-eq', '--hl-lt', '--hl-gt'].map((flag, _index, all) => ({
    flag,
    values: 1,
    invertible: flag === '--hl-eq',
    read: uint('hl', flag, 255),
    excludes: all.filter((other) => other !== flag),
  })),
  finish: (options) =>
    options.length === 0
      ? { error: "HL match: You must specify one of `--hl-eq', `--hl-lt', `--hl-gt'" }
      : options.slice(0, 1),
  list: ([given]) =>
    ` HL match HL ${given?.invert ? '!=' : hlWords[given?.flag ?? '']} ${given?.values[0]}`,
  test: (options) =>
    ttl.test?.(options.map((each) => ({ ...each, flag: each.flag.replace('--hl', '--ttl') }))) ??
    (() => true),
};

const hlWords: Readonly<Record<string, string>> = {
  '--hl-eq': '==',
  '--hl-lt': '<',
  '--hl-gt': '>',
};

const readRange =
  (flag: string) =>
  ([text = '']: readonly string[], { family, warn }: ReadNames) => {
    const [low = '', high = low] = text.split('-');
    const read = family === 'IPv6' ? groupsAsNumber : toNumber;
    const wrong = [low, high].find((each) => read(each) === undefined);
    if (wrong !== undefined) return badValue('iprange', flag, wrong);
    if ((read(low) ?? 0) > (read(high) ?? 0)) {
      warn?.(`xt_iprange: range ${low}-${high} is reversed and will never match`);
    }
    return [`${low}-${high}`];
  };

/** `-m iprange`. */
export const iprange: ExtensionDefinition = {
  name: 'iprange',
  kind: 'match',
  options: ['--src-range', '--dst-range'].map((flag) => ({
    flag,
    values: 1,
    invertible: true,
    read: readRange(flag),
  })),
  finish: (options) =>
    options.length === 0
      ? { error: "iprange match: You must specify `--src-range' or `--dst-range'" }
      : options,
  list(options) {
    const part = (flag: string, word: string) => {
      const given = option(options, flag);
      return given ? ` ${word} IP range${given.invert ? ' !' : ''} ${given.values[0]}` : '';
    };
    return part('--src-range', 'source') + part('--dst-range', 'destination');
  },
  test(options) {
    const number = (address: string) => toNumber(address) ?? groupsAsNumber(address) ?? 0;
    const bounds = (flag: string) => {
      const given = option(options, flag);
      const [low = 0, high = 0] = (given?.values[0] ?? '').split('-').map(number);
      return given ? { low, high, invert: given.invert === true } : undefined;
    };
    const [source, destination] = [bounds('--src-range'), bounds('--dst-range')];
    const within = (address: number, range: typeof source) =>
      !range || (address >= range.low && address <= range.high) !== range.invert;
    return ({ packet }) =>
      within(number(packet.source), source) && within(number(packet.destination), destination);
  },
};

/** Whether a name fits a pattern that may end in `+`. */
export function fits(pattern: string, name: string | undefined): boolean {
  if (name === undefined) return pattern === '+';
  return pattern.endsWith('+') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

const physdevFlags = [
  '--physdev-is-in',
  '--physdev-in',
  '--physdev-is-out',
  '--physdev-out',
  '--physdev-is-bridged',
];

/** `-m physdev`: ports of a bridge. */
export const physdev: ExtensionDefinition = {
  name: 'physdev',
  kind: 'match',
  refuses: (options, _rule, hook) =>
    hook === 'OUTPUT' && option(options, '--physdev-out') ? 'Invalid argument' : undefined,
  options: physdevFlags.map((flag) => ({
    flag,
    values: flag === '--physdev-in' || flag === '--physdev-out' ? 1 : 0,
    invertible: true,
  })),
  finish: (options) =>
    options.length === 0
      ? { error: 'PHYSDEV: no physdev option specified' }
      : only(options, physdevFlags),
  list(options) {
    const parts = physdevFlags
      .map((flag) => option(options, flag))
      .filter((each): each is Option => each !== undefined)
      .map((each) => `${each.invert ? ' !' : ''} ${[each.flag, ...each.values].join(' ')}`);
    return ` PHYSDEV match${parts.join('')}`;
  },
  test(options) {
    const named = (flag: string) => value(options, flag);
    const [wantIn, wantOut] = [named('--physdev-in'), named('--physdev-out')];
    const invert = (flag: string) => option(options, flag)?.invert === true;
    const given = (flag: string) => option(options, flag) !== undefined;
    return ({ packet }) => {
      const isIn = packet.physIn !== undefined;
      const isOut = packet.physOut !== undefined;
      if (wantIn !== undefined && fits(wantIn, packet.physIn) === invert('--physdev-in'))
        return false;
      if (wantOut !== undefined && fits(wantOut, packet.physOut) === invert('--physdev-out'))
        return false;
      if (given('--physdev-is-in') && isIn === invert('--physdev-is-in')) return false;
      if (given('--physdev-is-out') && isOut === invert('--physdev-is-out')) return false;
      const bridged = isIn && isOut;
      return !given('--physdev-is-bridged') || bridged !== invert('--physdev-is-bridged');
    };
  },
};
