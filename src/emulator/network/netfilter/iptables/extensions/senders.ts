// Matches about where a packet comes from: process, card, group of devices.
import type { ExtensionDefinition, OptionDefinition, Options } from '../extension.ts';
import { option, readNumber } from '../extension.ts';
import { badValue, bang, markMask, only, uint } from './values.ts';

/** Names of /etc/passwd and /etc/group that every machine has. */
const USERS: readonly (readonly [name: string, id: number])[] = [
  ['root', 0],
  ['daemon', 1],
  ['bin', 2],
  ['sys', 3],
  ['man', 6],
  ['mail', 8],
  ['www-data', 33],
  ['nobody', 65_534],
];
const GROUPS = USERS.map(([name, id]) => [name === 'nobody' ? 'nogroup' : name, id] as const);

function readIds(flag: string, names: typeof USERS) {
  return ([text = '']: readonly string[]) => {
    const named = names.find(([name]) => name === text)?.[1];
    if (named !== undefined) return [String(named)];
    const [low, high, ...more] = text.split('-').map((each) => readNumber(each, 0xfffffffe));
    if (low === undefined || more.length > 0 || (text.includes('-') && high === undefined)) {
      return badValue('owner', flag, text);
    }
    return [high === undefined || high === low ? `${low}` : `${low}-${high}`];
  };
}

function listIds(options: Options, flag: string, word: string, names: typeof USERS | undefined) {
  const given = option(options, flag);
  if (!given) return '';
  const id = given.values[0] ?? '';
  const shown = names?.find(([, known]) => String(known) === id)?.[0] ?? id;
  return `${bang(given)} owner ${word} match ${shown}`;
}

const ownerFlags = ['--socket-exists', '--uid-owner', '--gid-owner', '--suppl-groups'];

function finishOwner(options: Options) {
  const wanted = ['--uid-owner', '--gid-owner', '--socket-exists'];
  if (!options.some(({ flag }) => wanted.includes(flag))) {
    return {
      error: 'owner: At least one of --uid-owner, --gid-owner or --socket-exists is required',
    };
  }
  return only(options, ownerFlags);
}

const within = (range: string, id: number) => {
  const [low = 0, high = low] = range.split('-').map(Number);
  return id >= low && id <= high;
};

/** `-m owner` (libxt_owner): whose socket a packet of the machine's own came from. */
export const owner: ExtensionDefinition = {
  name: 'owner',
  kind: 'match',
  hooks: ['OUTPUT', 'POSTROUTING'],
  options: [
    { flag: '--uid-owner', values: 1, invertible: true, read: readIds('--uid-owner', USERS) },
    { flag: '--gid-owner', values: 1, invertible: true, read: readIds('--gid-owner', GROUPS) },
    { flag: '--socket-exists', values: 0, invertible: true },
    {
      flag: '--suppl-groups',
      values: 0,
      read: (values, { given }) =>
        given?.('--gid-owner')
          ? values
          : badValue('owner', '--suppl-groups', 'you need to use --gid-owner first'),
    },
  ],
  finish: finishOwner,
  refuses: (options) =>
    options.some(({ values }) => {
      const [low = 0, high = low] = (values[0] ?? '').split('-').map(Number);
      return low > high;
    })
      ? 'Invalid argument'
      : undefined,
  list(options, { numeric }) {
    const socket = option(options, '--socket-exists');
    const groups = option(options, '--suppl-groups') ? ' incl. suppl. groups' : '';
    return [
      socket ? `${bang(socket)} owner socket exists` : '',
      listIds(options, '--uid-owner', 'UID', numeric ? undefined : USERS),
      listIds(options, '--gid-owner', 'GID', numeric ? undefined : GROUPS),
      groups,
    ].join('');
  },
  test(options) {
    return ({ packet }) =>
      options.every(({ flag, values, invert }) => {
        const { owner: id } = packet;
        if (flag === '--suppl-groups') return true;
        if (flag === '--socket-exists') return (id !== undefined) !== (invert === true);
        return id !== undefined && within(values[0] ?? '', id) !== (invert === true);
      });
  },
};

const readMac = ([text = '']: readonly string[]) => {
  const parts = text.split(':');
  const fine = parts.length === 6 && parts.every((each) => /^[0-9a-f]{1,2}$/i.test(each));
  if (!fine) return { error: 'Invalid MAC address specified.' };
  return [parts.map((each) => each.toLowerCase().padStart(2, '0')).join(':')];
};

/** `-m mac` (libxt_mac): the address in the frame that a packet came in. */
export const mac: ExtensionDefinition = {
  name: 'mac',
  kind: 'match',
  hooks: ['PREROUTING', 'INPUT', 'FORWARD'],
  options: [{ flag: '--mac-source', values: 1, invertible: true, required: true, read: readMac }],
  list: ([given]) => ` MAC${bang(given)} ${given?.values[0]}`,
  test: ([given]) => {
    const invert = given?.invert === true;
    return ({ packet }) =>
      packet.sourceMac !== undefined && (packet.sourceMac === given?.values[0]) !== invert;
  },
};

const TYPES: Readonly<Record<string, string>> = {
  unicast: 'unicast',
  host: 'unicast',
  broadcast: 'broadcast',
  bcast: 'broadcast',
  multicast: 'multicast',
  mcast: 'multicast',
};

const readType = ([text = '']: readonly string[]) => {
  const type = TYPES[text.toLowerCase()];
  return type === undefined ? { error: `Bad packet type '${text}'` } : [type];
};

/** `-m pkttype` (libxt_pkttype): whether a frame was for one card or for many. */
export const pkttype: ExtensionDefinition = {
  name: 'pkttype',
  kind: 'match',
  options: [{ flag: '--pkt-type', values: 1, invertible: true, required: true, read: readType }],
  list: ([given]) => ` PKTTYPE ${given?.invert ? '!=' : '='} ${given?.values[0]}`,
  test: ([given]) => {
    const invert = given?.invert === true;
    return ({ packet, context }) => {
      const type = context.addressType(packet.destination).toLowerCase();
      const found = type === 'broadcast' || type === 'multicast' ? type : 'unicast';
      return (found === given?.values[0]) !== invert;
    };
  },
};

const groups: readonly OptionDefinition[] = ['--src-group', '--dst-group'].map((flag) => ({
  flag,
  values: 1,
  invertible: true,
  read: markMask('devgroup', flag),
}));

/** `-m devgroup` (libxt_devgroup): devices are all in group 0 here. */
export const devgroup: ExtensionDefinition = {
  name: 'devgroup',
  kind: 'match',
  options: groups,
  finish: (options) =>
    options.length === 0
      ? { error: "devgroup match: You must specify either '--src-group' or '--dst-group'" }
      : only(options, ['--src-group', '--dst-group']),
  list: (options) =>
    options.map((each) => `${bang(each)} ${each.flag.slice(2)} ${each.values[0]}`).join(''),
  test: (options) => () =>
    options.every(({ values, invert }) => {
      const [wanted = 0] = (values[0] ?? '').split('/').map(Number);
      return (wanted === 0) !== (invert === true);
    }),
};

/** `-m cpu` (libxt_cpu): the machines here have one. */
export const cpu: ExtensionDefinition = {
  name: 'cpu',
  kind: 'match',
  options: [
    { flag: '--cpu', values: 1, invertible: true, required: true, read: uint('cpu', '--cpu') },
  ],
  list: ([given]) => ` cpu${bang(given)} ${given?.values[0]}`,
  test:
    ([given]) =>
    () =>
      (given?.values[0] === '0') !== (given?.invert === true),
};
