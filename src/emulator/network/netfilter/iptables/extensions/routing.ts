// Matches about what the kernel's routing and IPsec know of a packet.
import type { ExtensionDefinition, Options } from '../extension.ts';
import { option, readNumber } from '../extension.ts';
import { protocolName, protocolNumber } from '../names.ts';
import { bang, markMask, only, uint } from './values.ts';

/** `-m realm` (libxt_realm): routes here are all of realm 0. */
export const realm: ExtensionDefinition = {
  name: 'realm',
  kind: 'match',
  hooks: ['INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  options: [
    {
      flag: '--realm',
      values: 1,
      invertible: true,
      required: true,
      read: markMask('realm', '--realm'),
    },
  ],
  list: ([given]) => `${bang(given)} realm ${given?.values[0]}`,
  test: ([given]) => {
    const [wanted = 0] = (given?.values[0] ?? '').split('/').map(Number);
    return () => (wanted === 0) !== (given?.invert === true);
  },
};

const policyFlags = ['--dir', '--pol', '--strict', '--reqid', '--spi', '--proto', '--mode'];
const ends = ['--tunnel-src', '--tunnel-dst'];

const oneOf =
  (known: readonly string[], bad: string) =>
  ([text = '']: readonly string[]) =>
    known.includes(text) ? [text] : { error: `policy match: ${bad} "${text}"` };

function finishPolicy(options: Options) {
  const direction = option(options, '--dir')?.values[0];
  if (direction === undefined)
    return { error: 'policy match: neither --dir in nor --dir out specified' };
  const kind = option(options, '--pol')?.values[0];
  if (kind === undefined) return { error: 'policy: option "--pol" must be specified\n' };
  const elements = options.some(({ flag }) => policyFlags.slice(3).includes(flag));
  if (kind === 'none' && elements) {
    return { error: 'policy match: policy none but elements are given' };
  }
  return only(options, [...policyFlags, ...ends]);
}

/** `-m policy` (libxt_policy): nothing here is under IPsec. */
export const policy: ExtensionDefinition = {
  name: 'policy',
  kind: 'match',
  options: [
    { flag: '--dir', values: 1, read: oneOf(['in', 'out'], 'invalid dir') },
    { flag: '--pol', values: 1, read: oneOf(['none', 'ipsec'], 'invalid policy') },
    { flag: '--strict', values: 0 },
    { flag: '--reqid', values: 1, invertible: true, read: uint('policy', '--reqid') },
    {
      flag: '--spi',
      values: 1,
      invertible: true,
      read: ([text = '']) => {
        const number = readNumber(text, 0xffffffff);
        return number === undefined
          ? {
              error: 'policy: bad value for option "--spi", or out of range (0-4294967295).\n',
            }
          : [`0x${number.toString(16)}`];
      },
    },
    {
      flag: '--proto',
      values: 1,
      invertible: true,
      read: ([text = '']) => {
        const name = protocolName(text);
        return name === undefined ? { error: `unknown protocol "${text}" specified` } : [name];
      },
    },
    {
      flag: '--mode',
      values: 1,
      invertible: true,
      read: oneOf(['tunnel', 'transport'], 'invalid mode'),
    },
    ...ends.map((flag) => ({ flag, values: 1, invertible: true })),
    { flag: '--next', values: 0 },
  ],
  finish: finishPolicy,
  refuses(options, _rule, hook) {
    const wrong =
      option(options, '--dir')?.values[0] === 'in'
        ? ['POSTROUTING', 'OUTPUT']
        : ['PREROUTING', 'INPUT'];
    return wrong.includes(hook ?? '') ? 'Invalid argument' : undefined;
  },
  list(options, { numeric }) {
    const words = only(options, [...policyFlags, ...ends]).map((each) => {
      const [text] = each.values;
      const shown =
        each.flag === '--proto' && numeric ? (protocolNumber(text ?? '') ?? text) : text;
      return `${bang(each)} ${each.flag.slice(2)}${shown === undefined ? '' : ` ${shown}`}`;
    });
    return ` policy match${words.join('')}`;
  },
  test: (options) => {
    const none = option(options, '--pol')?.values[0] === 'none';
    return () => none;
  },
};
