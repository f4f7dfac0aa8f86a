import { maskOf, parseNetwork, toNumber } from '../address.ts';
import type { ExtensionDefinition, Option, OptionDefinition, Options } from '../extension.ts';
import { option } from '../extension.ts';
import { protocolNumber } from '../names.ts';
import type { MatchPacket } from '../rules.ts';
import { STATES, readList, stateTest } from './state.ts';
import { badValue, bang, only, uintRange } from './values.ts';

/** Statuses in the order in which libxt_conntrack prints them. */
const STATUSES = ['NONE', 'EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'];

const addresses = ['--ctorigsrc', '--ctorigdst', '--ctreplsrc', '--ctrepldst'];
const ports = addresses.map((flag) => `${flag}port`);
/** The order of printing. */
const ORDER = [
  ...['--ctstate', '--ctproto', ...addresses, ...ports],
  ...['--ctstatus', '--ctexpire', '--ctdir'],
];

const readProtocol: OptionDefinition['read'] = ([text = ''], names) => {
  const number = names.protocolNumber?.(text);
  return number === undefined
    ? { error: `unknown protocol "${text}" specified` }
    : [String(number)];
};

const readAddress: OptionDefinition['read'] = ([text = ''], { family }) => {
  const network = parseNetwork(text, family);
  if (!network) return { error: 'getaddrinfo: Temporary failure in name resolution\n' };
  const whole = network.prefix === (family === 'IPv6' ? 128 : 32);
  return [whole ? network.address : `${network.address}/${network.prefix}`];
};

const readDirection: OptionDefinition['read'] = ([text = '']) => {
  const wanted = text.toUpperCase();
  const known = wanted === 'ORIGINAL' || wanted === 'REPLY';
  return known ? [wanted] : badValue('conntrack', '--ctdir', text);
};

/** Whether the two ways of a connection, as the packet carries them, fit an option. */
function tupleTest({ flag, values, invert }: Option): (packet: MatchPacket) => boolean {
  const way = flag.startsWith('--ctorig') ? 'original' : 'reply';
  const side = /src/.test(flag) ? 'source' : 'destination';
  const [text = ''] = values;
  if (flag.endsWith('port')) {
    const [low = 0, high = low] = text.split(':').map(Number);
    return ({ connection }) => {
      const port = connection[way]?.[`${side}Port`];
      return port !== undefined && (port >= low && port <= high) !== (invert === true);
    };
  }
  const [address = '', prefix = '32'] = text.split('/');
  const mask = maskOf(Number(prefix));
  const wanted = toNumber(address);
  return ({ connection }) => {
    const found = connection[way]?.[side];
    if (found === undefined) return false;
    const number = toNumber(found);
    const hit =
      number === undefined || wanted === undefined
        ? found === address
        : ((number ^ wanted) & mask) === 0;
    return hit !== (invert === true);
  };
}

function statusTest({ values, invert }: Option): (packet: MatchPacket) => boolean {
  const wanted = (values[0] ?? '').split(',');
  return ({ connection }) => {
    const { state, confirmed, assured } = connection;
    const answered = state === 'ESTABLISHED';
    const found: Readonly<Record<string, boolean>> = {
      NONE: !answered && !confirmed,
      EXPECTED: state === 'RELATED',
      SEEN_REPLY: answered,
      ASSURED: assured ?? answered,
      CONFIRMED: confirmed ?? answered,
    };
    return wanted.some((word) => found[word]) !== (invert === true);
  };
}

function testOf(given: Option): ((packet: MatchPacket) => boolean) | undefined {
  const { flag, values, invert } = given;
  const [text = ''] = values;
  if (flag === '--ctdir') return ({ connection }) => connection.direction === text;
  if (flag === '--ctstatus') return statusTest(given);
  if (flag === '--ctproto') {
    return ({ protocol }) => (protocolNumber(protocol) === Number(text)) !== (invert === true);
  }
  if (flag === '--ctexpire') {
    const [low = 0, high = low] = text.split(':').map(Number);
    return ({ connection }) => {
      const left = connection.expires ?? 0;
      return (left >= low && left <= high) !== (invert === true);
    };
  }
  return flag === '--ctstate' ? undefined : tupleTest(given);
}

function list(options: Options): string {
  return options
    .map((each) => `${bang(each)} ${each.flag.slice(2)} ${each.values.join(' ')}`)
    .join('');
}

/** `-m conntrack` (libxt_conntrack, revision 3). */
export const conntrack: ExtensionDefinition = {
  name: 'conntrack',
  kind: 'match',
  options: [
    { flag: '--ctstate', values: 1, invertible: true, read: readList(STATES, 'ctstate') },
    { flag: '--ctproto', values: 1, invertible: true, read: readProtocol },
    ...addresses.map((flag) => ({ flag, values: 1, invertible: true, read: readAddress })),
    ...ports.map((flag) => ({
      flag,
      values: 1,
      invertible: true,
      read: uintRange('conntrack', flag, 65_535),
    })),
    { flag: '--ctstatus', values: 1, invertible: true, read: readList(STATUSES, 'ctstatus') },
    {
      flag: '--ctexpire',
      values: 1,
      invertible: true,
      read: uintRange('conntrack', '--ctexpire', 0xffffffff),
    },
    { flag: '--ctdir', values: 1, read: readDirection },
  ],
  finish: (options) =>
    options.length === 0
      ? { error: 'conntrack: At least one option is required' }
      : only(options, ORDER),
  list,
  test(options) {
    const state = option(options, '--ctstate') ? stateTest(options, '--ctstate') : undefined;
    const tests = options.flatMap((each) => testOf(each) ?? []);
    return (walk) => (state?.(walk) ?? true) && tests.every((test) => test(walk.packet));
  },
};
