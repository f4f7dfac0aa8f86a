// Targets that hand packets to programs: none listens on these machines.
import type { ExtensionDefinition, Options } from '../extension.ts';
import { option, value } from '../extension.ts';
import { quoteWord } from '../words.ts';
import { has, only, text, uint } from './values.ts';

const nflogFlags = ['--nflog-prefix', '--nflog-group', '--nflog-size', '--nflog-threshold'];

/** `-j NFLOG` (libxt_NFLOG): to a group of which nobody is a member. */
export const NFLOG: ExtensionDefinition = {
  name: 'NFLOG',
  kind: 'target',
  options: [
    { flag: '--nflog-group', values: 1, read: uint('NFLOG', '--nflog-group', 65_535) },
    { flag: '--nflog-prefix', values: 1, read: text(127, 1) },
    {
      flag: '--nflog-range',
      values: 1,
      read: (values, { warn }) => {
        warn?.(
          'warn: --nflog-range has never worked and is no longer supported, ' +
            'please use --nflog-size instead\n',
        );
        return values;
      },
    },
    { flag: '--nflog-size', values: 1, read: uint('NFLOG', '--nflog-size') },
    {
      flag: '--nflog-threshold',
      values: 1,
      read: uint('NFLOG', '--nflog-threshold', 65_535),
    },
  ],
  finish: (options) =>
    only(options, nflogFlags).filter(
      ({ flag, values }) => !(flag !== '--nflog-prefix' && values[0] === '0'),
    ),
  list: (options) =>
    options
      .map(({ flag, values }) => {
        const [given = ''] = values;
        return ` ${flag.slice(2)} ${flag === '--nflog-prefix' ? quoteWord(given) : given}`;
      })
      .join(''),
  act: () => () => undefined,
};

function readBalance([given = '']: readonly string[]) {
  const [low, high] = given.split(':').map((each) => (/^\d+$/.test(each) ? Number(each) : NaN));
  if (low === undefined || high === undefined || !(low <= 65_535) || !(high <= 65_535)) {
    return {
      error:
        `NFQUEUE: bad value for option "--queue-balance" near "${given}", ` +
        'or out of range (0-65535).\n',
    };
  }
  if (low > high) return { error: `${low} should be less than ${high}` };
  return [`${low}:${high}`];
}

function finishQueue(options: Options) {
  const numbered = options.some(({ flag }) => /num|balance/.test(flag));
  const all = numbered ? options : [{ flag: '--queue-num', values: ['0'] }, ...options];
  return only(all, ['--queue-num', '--queue-balance', '--queue-bypass', '--queue-cpu-fanout']);
}

/** `-j NFQUEUE` (libxt_NFQUEUE): nobody answers for the packet, so it is lost without a bypass. */
export const NFQUEUE: ExtensionDefinition = {
  name: 'NFQUEUE',
  kind: 'target',
  options: [
    {
      flag: '--queue-num',
      values: 1,
      read: uint('NFQUEUE', '--queue-num', 65_535),
      excludes: ['--queue-balance'],
    },
    { flag: '--queue-balance', values: 1, read: readBalance, excludes: ['--queue-num'] },
    { flag: '--queue-bypass', values: 0 },
    { flag: '--queue-cpu-fanout', values: 0, needs: ['--queue-balance'] },
  ],
  finish: finishQueue,
  list(options) {
    const balance = value(options, '--queue-balance');
    const which =
      balance === undefined ? `num ${value(options, '--queue-num')}` : `balance ${balance}`;
    return [
      ` NFQUEUE ${which}`,
      has(options, '--queue-bypass') ? ' bypass' : '',
      has(options, '--queue-cpu-fanout') ? ' cpu-fanout' : '',
    ].join('');
  },
  act: (options) => {
    const verdict = { type: has(options, '--queue-bypass') ? 'ACCEPT' : 'DROP' } as const;
    return () => verdict;
  },
};

const AUDITED = ['accept', 'drop', 'reject'];

/** `-j AUDIT` (libxt_AUDIT): a record for a daemon that does not run. */
export const AUDIT: ExtensionDefinition = {
  name: 'AUDIT',
  kind: 'target',
  options: [
    {
      flag: '--type',
      values: 1,
      required: true,
      read: ([given = '']) =>
        AUDITED.includes(given.toLowerCase())
          ? [given.toLowerCase()]
          : { error: `Bad action type value "${given}"` },
    },
  ],
  list: ([given]) => ` AUDIT ${given?.values[0]}`,
  act: () => () => undefined,
};

/** `-j TRACE` (libxt_TRACE): messages for whoever listens; the packet goes on. */
export const TRACE: ExtensionDefinition = {
  name: 'TRACE',
  kind: 'target',
  options: [],
  list: () => '',
  act: () => () => undefined,
};

const EVENTS = [
  ...['new', 'related', 'destroy', 'reply', 'assured', 'protoinfo', 'helper', 'mark'],
  ...['natseqinfo', 'secmark'],
];

const events =
  (what: string, known: readonly string[]) =>
  ([given = '']: readonly string[]) => {
    const wanted = given.split(',');
    const unknown = wanted.find((each) => !known.includes(each));
    return unknown === undefined
      ? [known.filter((each) => wanted.includes(each)).join(',')]
      : { error: `Unknown ${what} type "${unknown}"` };
  };

function readZone([given = '']: readonly string[]) {
  if (given === 'mark') return [given];
  const number = /^\d+$/.test(given) ? Number(given) : NaN;
  return number <= 65_535 ? [String(number)] : { error: `Cannot parse ${given} as a zone ID` };
}

const zones = ['--zone', '--zone-orig', '--zone-reply'];
const ctFlags = ['--notrack', '--helper', '--timeout', '--ctevents', '--expevents', ...zones];

/** `-j CT` (libxt_CT): no entry, an entry in a zone, or which events an entry makes. */
export const CT: ExtensionDefinition = {
  name: 'CT',
  kind: 'target',
  tables: ['raw'],
  options: [
    { flag: '--notrack', values: 0 },
    { flag: '--helper', values: 1, read: text(15) },
    { flag: '--timeout', values: 1, read: text(31) },
    { flag: '--ctevents', values: 1, read: events('event', EVENTS) },
    { flag: '--expevents', values: 1, read: events('event', ['new']) },
    ...zones.map((flag) => ({ flag, values: 1, read: readZone })),
  ],
  finish: (options) => only(options, ctFlags),
  refuses: (options) => (option(options, '--timeout') ? 'Invalid argument' : undefined),
  list: (options) =>
    ` CT${options.map(({ flag, values }) => ` ${[flag.slice(2), ...values].join(' ')}`).join('')}`,
  act: (options) => {
    if (option(options, '--notrack')) return () => ({ type: 'NOTRACK' });
    const zone = zones.map((flag) => value(options, flag)).find((each) => each !== undefined);
    return (walk) => {
      if (zone !== undefined) walk.zone = zone === 'mark' ? walk.mark & 0xffff : Number(zone);
      return undefined;
    };
  },
};

/** `-j NOTRACK`, the older name of `-j CT --notrack`. */
export const NOTRACK: ExtensionDefinition = {
  name: 'NOTRACK',
  kind: 'target',
  tables: ['raw'],
  options: [],
  list: () => ' NOTRACK',
  act: () => () => ({ type: 'NOTRACK' }),
};
