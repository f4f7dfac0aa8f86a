// The type-of-service byte: `-m tos`, `-m dscp`, `-m ecn`, and the targets that write it.
import type { ExtensionDefinition, Options } from '../extension.ts';
import { option, readNumber } from '../extension.ts';
import { hex2, only, uint } from './values.ts';

/** Names of classes with their code points (libxt_dscp's dscp_helper.c). */
const CLASSES: ReadonlyMap<string, number> = new Map([
  ...Array.from({ length: 8 }, (_, i): [string, number] => [`CS${i}`, i * 8]),
  ['BE', 0],
  ...[1, 2, 3, 4].flatMap((i) =>
    [1, 2, 3].map((j): [string, number] => [`AF${i}${j}`, i * 8 + j * 2]),
  ),
  ['EF', 46],
]);

const readClass = ([text = '']: readonly string[]) => {
  const found = CLASSES.get(text.toUpperCase());
  return found === undefined ? { error: `Invalid DSCP value \`${text}'` } : [hex2(found)];
};

const readDscp = (name: string, flag: string) => (values: readonly string[]) => {
  const number = uint(name, flag, 63)(values, { port: () => undefined, family: 'IPv4' });
  return 'error' in number ? number : [hex2(Number(number[0]))];
};

/** `-m dscp` (libxt_dscp). */
export const dscp: ExtensionDefinition = {
  name: 'dscp',
  kind: 'match',
  options: [
    {
      flag: '--dscp',
      values: 1,
      invertible: true,
      read: readDscp('dscp', '--dscp'),
      excludes: ['--dscp-class'],
    },
    {
      flag: '--dscp-class',
      values: 1,
      invertible: true,
      read: readClass,
      excludes: ['--dscp'],
    },
  ],
  finish: (options) => {
    const [given] = options;
    if (!given) return { error: 'DSCP match: Parameter --dscp is required' };
    return [{ ...given, flag: '--dscp' }];
  },
  list: ([given]) => ` DSCP match ${given?.invert ? '!' : ''}${given?.values[0]}`,
  // Packets here all have the usual class, 0.
  test:
    ([given]) =>
    () =>
      (Number(given?.values[0]) === 0) !== (given?.invert === true),
};

/** Names of services (libxt_tos's tos_values.c). */
const SERVICES: readonly (readonly [name: string, value: number])[] = [
  ['Minimize-Delay', 0x10],
  ['Maximize-Throughput', 0x08],
  ['Maximize-Reliability', 0x04],
  ['Minimize-Cost', 0x02],
  ['Normal-Service', 0x00],
];

/** `value[/mask]` or the name of a service. */
function readTos([text = '']: readonly string[]) {
  const named = SERVICES.find(([name]) => name.toLowerCase() === text.toLowerCase());
  if (named) return [`${hex2(named[1])}/0x3f`];
  const [head = '', tail] = text.split('/');
  const value = readNumber(head, 255);
  const mask = tail === undefined ? 255 : readNumber(tail, 255);
  if (value !== undefined && mask !== undefined) return [`${hex2(value)}/${hex2(mask)}`];
  return { error: `Symbolic name "${text}" is unknown` };
}

const serviceOf = (given: string, numeric: boolean): string | undefined => {
  const [value, mask] = given.split('/').map(Number);
  return numeric || mask !== 0x3f ? undefined : SERVICES.find(([, each]) => each === value)?.[0];
};

/** `-m tos` (libxt_tos). */
export const tos: ExtensionDefinition = {
  name: 'tos',
  kind: 'match',
  options: [{ flag: '--tos', values: 1, invertible: true, required: true, read: readTos }],
  list: ([given], { numeric }) => {
    const text = given?.values[0] ?? '';
    const named = serviceOf(text, numeric);
    return ` tos match${given?.invert ? '!' : ''}${named === undefined ? text : ` ${named}`}`;
  },
  test: ([given]) => {
    const [value] = (given?.values[0] ?? '').split('/').map(Number);
    return () => (value === 0) !== (given?.invert === true);
  },
};

const ecnFlags = ['--ecn-tcp-cwr', '--ecn-tcp-ece', '--ecn-ip-ect'];

/** `-m ecn` (libxt_ecn). */
export const ecn: ExtensionDefinition = {
  name: 'ecn',
  kind: 'match',
  options: ecnFlags.map((flag) => ({
    flag,
    values: flag === '--ecn-ip-ect' ? 1 : 0,
    invertible: true,
    ...(flag === '--ecn-ip-ect' ? { read: uint('ecn', flag, 3) } : {}),
  })),
  finish: (options) =>
    options.length === 0 ? { error: 'ECN match: some option required' } : only(options, ecnFlags),
  refuses: (options, { protocol }) =>
    options.some(({ flag }) => flag !== '--ecn-ip-ect') &&
    (protocol?.name !== 'tcp' || protocol.invert)
      ? 'Invalid argument'
      : undefined,
  list: (options) =>
    ` ECN match${options
      .map(({ flag, values, invert }) => {
        const word = flag === '--ecn-ip-ect' ? `ECT=${values[0]}` : flag.slice(-3).toUpperCase();
        return ` ${invert ? '!' : ''}${word}`;
      })
      .join('')}`,
  // Nobody here asks for congestion notification.
  test: (options) => () =>
    options.every(
      ({ flag, values, invert }) =>
        (flag === '--ecn-ip-ect' && values[0] === '0') !== (invert === true),
    ),
};

/** `-j DSCP` (libxt_DSCP). Header bytes that nothing here looks at are not written. */
export const DSCP: ExtensionDefinition = {
  name: 'DSCP',
  kind: 'target',
  tables: ['mangle'],
  options: [
    {
      flag: '--set-dscp',
      values: 1,
      read: readDscp('DSCP', '--set-dscp'),
      excludes: ['--set-dscp-class'],
    },
    { flag: '--set-dscp-class', values: 1, read: readClass, excludes: ['--set-dscp'] },
  ],
  finish: (options) => {
    const [given] = options;
    if (!given) return { error: 'DSCP target: Parameter --set-dscp is required' };
    return [{ ...given, flag: '--set-dscp' }];
  },
  list: ([given]) => ` DSCP set ${given?.values[0]}`,
  act: () => () => undefined,
};

const tosFlags = ['--set-tos', '--and-tos', '--or-tos', '--xor-tos'];

function finishTos(options: Options) {
  const [given] = options;
  if (!given) return { error: 'TOS: An action is required' };
  const [bits = 0] = (given.values[0] ?? '').split('/').map(Number);
  const text = {
    '--set-tos': given.values[0] ?? '',
    '--and-tos': `0x00/${hex2(~bits & 255)}`,
    '--or-tos': `${hex2(bits)}/${hex2(bits)}`,
    '--xor-tos': `${hex2(bits)}/0x00`,
  }[given.flag];
  return [{ flag: '--set-tos', values: [text ?? ''] }];
}

function listTos(options: Options, numeric: boolean): string {
  const text = option(options, '--set-tos')?.values[0] ?? '';
  const [value = 0, mask = 0] = text.split('/').map(Number);
  if (numeric) return ` TOS set ${text}`;
  const named = serviceOf(text, false);
  if (named !== undefined) return `  TOS set${named}`;
  if (mask === 0xff) return ` TOS set ${text}`;
  if (value === 0) return ` TOS and ${hex2(~mask & 255)}`;
  if (value === mask) return ` TOS or ${hex2(value)}`;
  return mask === 0 ? ` TOS xor ${hex2(value)}` : ` TOS set ${text}`;
}

/** `-j TOS` (libxt_TOS). */
export const TOS: ExtensionDefinition = {
  name: 'TOS',
  kind: 'target',
  tables: ['mangle'],
  options: tosFlags.map((flag) => ({
    flag,
    values: 1,
    read: flag === '--set-tos' ? readTos : uint('TOS', flag, 255),
    excludes: tosFlags.filter((other) => other !== flag),
  })),
  finish: finishTos,
  list: (options, { numeric }) => listTos(options, numeric),
  act: () => () => undefined,
};

/** `-j ECN` (libipt_ECN). */
export const ECN: ExtensionDefinition = {
  name: 'ECN',
  kind: 'target',
  tables: ['mangle'],
  options: [{ flag: '--ecn-tcp-remove', values: 0 }],
  finish: (options) =>
    options.length === 0 ? { error: 'ECN target: An operation is required' } : options,
  refuses: (_options, { protocol }) =>
    protocol?.name !== 'tcp' || protocol.invert ? 'Invalid argument' : undefined,
  list: () => ' ECN TCP remove',
  act: () => () => undefined,
};
