import type { ExtensionDefinition, Walk } from '../extension.ts';
import { option, readNumber, value } from '../extension.ts';
import { text } from './values.ts';

/** Answers of REJECT with their short names (libipt_REJECT). */
const rejects: readonly (readonly [name: string, alias: string])[] = [
  ['icmp-net-unreachable', 'net-unreach'],
  ['icmp-host-unreachable', 'host-unreach'],
  ['icmp-proto-unreachable', 'proto-unreach'],
  ['icmp-port-unreachable', 'port-unreach'],
  ['icmp-net-prohibited', 'net-prohib'],
  ['icmp-host-prohibited', 'host-prohib'],
  ['tcp-reset', 'tcp-rst'],
  ['icmp-admin-prohibited', 'admin-prohib'],
];

/** The same for IPv6 (libip6t_REJECT). */
const rejects6: typeof rejects = [
  ['icmp6-no-route', 'no-route'],
  ['icmp6-adm-prohibited', 'adm-prohibited'],
  ['icmp6-addr-unreachable', 'addr-unreach'],
  ['icmp6-port-unreachable', 'port-unreach'],
  ['tcp-reset', 'tcp-reset'],
  ['icmp6-policy-fail', 'policy-fail'],
  ['icmp6-reject-route', 'reject-route'],
];

const rejectTarget = (answers: typeof rejects, usual: string): ExtensionDefinition => ({
  name: 'REJECT',
  kind: 'target',
  tables: ['filter'],
  hooks: ['INPUT', 'FORWARD', 'OUTPUT'],
  options: [
    {
      flag: '--reject-with',
      values: 1,
      read: ([text = '']) => {
        const wanted = text.toLowerCase();
        const known = answers.find(([name, alias]) =>
          [name, alias].some((each) => wanted !== '' && each.startsWith(wanted)),
        );
        return known ? [known[0]] : { error: `unknown reject type "${text}"` };
      },
    },
  ],
  finish: (options) => [
    { flag: '--reject-with', values: [value(options, '--reject-with') ?? usual] },
  ],
  list: ([given]) => ` reject-with ${given?.values[0]}`,
  act([given]) {
    const verdict = { type: 'REJECT' as const, with: given?.values[0] as string };
    return () => verdict;
  },
});

/** `-j REJECT` of each family. */
export const REJECT = rejectTarget(rejects, 'icmp-port-unreachable');
export const REJECT6 = rejectTarget(rejects6, 'icmp6-port-unreachable');

const levels = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];
/** The names that libxtables reads; none may be shortened. */
const LEVELS: Readonly<Record<string, number>> = {
  emerg: 0,
  panic: 0,
  alert: 1,
  crit: 2,
  error: 3,
  warning: 4,
  notice: 5,
  info: 6,
  debug: 7,
};
const logFlags = [
  '--log-tcp-sequence',
  '--log-tcp-options',
  '--log-ip-options',
  '--log-uid',
  '--log-macdecode',
];

function logLine(prefix: string, { packet, mark }: Walk): string {
  const ports =
    packet.destinationPort === undefined
      ? ''
      : ` SPT=${packet.sourcePort} DPT=${packet.destinationPort}`;
  const icmp =
    packet.icmpType === undefined ? '' : ` TYPE=${packet.icmpType} CODE=${packet.icmpCode ?? 0}`;
  const flags = packet.tcpFlags?.length
    ? ` WINDOW=64240 RES=0x00 ${packet.tcpFlags.join(' ')} URGP=0`
    : '';
  const marked = mark === 0 ? '' : ` MARK=0x${mark.toString(16)}`;
  return (
    `${prefix}IN=${packet.inInterface ?? ''} OUT=${packet.outInterface ?? ''} ` +
    `SRC=${packet.source} DST=${packet.destination} LEN=${packet.size} TOS=0x00 PREC=0x00 ` +
    `TTL=${packet.ttl} PROTO=${packet.protocol.toUpperCase()}${ports}${icmp}${flags}${marked}`
  );
}

/** `-j LOG`: a line in the kernel's log; the packet goes on. */
export const LOG: ExtensionDefinition = {
  name: 'LOG',
  kind: 'target',
  options: [
    {
      flag: '--log-prefix',
      values: 1,
      read: text(29, 1),
    },
    {
      flag: '--log-level',
      values: 1,
      read: ([given = '']) => {
        const number = readNumber(given, 7);
        const index = number ?? LEVELS[given] ?? -1;
        return index < 0 ? { error: `log level "${given}" unknown\n` } : [String(index)];
      },
    },
    ...logFlags.map((flag) => ({ flag, values: 0 })),
  ],
  finish: (options) =>
    ['--log-prefix', '--log-level', ...logFlags].flatMap((flag) =>
      options.filter(
        (each) => each.flag === flag && !(flag === '--log-level' && each.values[0] === '4'),
      ),
    ),
  list(options, names) {
    const flags = logFlags.reduce(
      (sum, flag, index) => sum | (option(options, flag) ? ([1, 2, 4, 8, 32][index] ?? 0) : 0),
      0,
    );
    const level = value(options, '--log-level') ?? '4';
    const prefix = value(options, '--log-prefix');
    const tail = prefix === undefined ? '' : ` prefix "${prefix}"`;
    if (names.numeric) return ` LOG flags ${flags} level ${level}${tail}`;
    const words = logFlags
      .filter((flag) => option(options, flag))
      .map((flag) => ` ${flag.slice(6)}`);
    return ` LOG level ${levels[Number(level)]}${words.join('')}${tail}`;
  },
  act(options) {
    const prefix = value(options, '--log-prefix') ?? '';
    return (walk) => {
      walk.log.push(logLine(prefix, walk));
      return undefined;
    };
  },
};
