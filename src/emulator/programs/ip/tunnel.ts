import { toNumber } from '../../network/address.ts';
import type { Counters, LinkInfo, LinkStatistics } from '../../network/api.ts';
import type { Json } from '../../world/json.ts';
import { help } from './help.ts';
import {
  abbreviated,
  badArgument,
  denied,
  fail,
  incomplete,
  isAddress,
  json,
  notModelled,
  ok,
  readWords,
  type IpContext,
  type IpResult,
  type Words,
} from './options.ts';

const commands = ['add', 'change', 'delete', 'show', 'list', 'lst', 'prl', '6rd', 'help'];

/** `ip tunnel`: devices that put packets into IP packets. */
export function tunnel(words: readonly string[], context: IpContext): IpResult {
  const [first = 'show', ...rest] = words;
  const command = abbreviated(first, commands);
  if (command === undefined) {
    return fail(`Command "${first}" is unknown, try "ip tunnel help"`, 255);
  }
  if (command === 'help') return help('tunnel');
  if (command === 'show' || command === 'list' || command === 'lst') return show(rest, context);
  if (command === 'prl' || command === '6rd') return notModelled(`tunnel ${command}`);
  if (!context.root) return denied;
  return change(command, readWords(rest), context);
}

/** Modes that can be made, by their names; the device's kind. */
const MODES: Readonly<Record<string, LinkInfo['kind']>> = {
  ipip: 'ipip',
  'ip/ip': 'ipip',
  gre: 'gre',
  'gre/ip': 'gre',
  sit: 'sit',
  'ipv6/ip': 'sit',
};
/** Modes of iproute2 that are not modelled here. */
const OTHER_MODES = ['vti', 'isatap', 'any'];

interface Wanted {
  name?: string;
  mode?: string;
  device?: string;
  discovers: boolean;
  readonly ends: Record<string, Json>;
}

function readWanted(words: Words): Wanted | IpResult {
  const wanted: Wanted = { discovers: true, ends: {} };
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const failed = readWord(word, words, wanted);
    if (words.missing) return incomplete;
    if (failed) return failed;
  }
  return wanted;
}

function readWord(word: string, words: Words, wanted: Wanted): IpResult | undefined {
  const { ends } = wanted;
  if (word === 'mode') {
    const mode = words.value();
    if (words.missing) return undefined;
    if (OTHER_MODES.includes(mode)) return notModelled(`tunnel mode ${mode}`);
    if (!MODES[mode]) return fail(`Unknown tunnel mode "${mode}"`, 255);
    wanted.mode = mode;
  } else if (word === 'remote' || word === 'local') {
    const text = words.value();
    if (text !== 'any' && !isAddress(text)) {
      return fail(`Error: inet address is expected rather than "${text}".`, 1);
    }
    if (text !== 'any') ends[word] = text;
  } else if (word === 'ttl' || word === 'hoplimit') {
    const text = words.value();
    if (text === 'inherit' || words.missing) return undefined;
    if (!/^\d+$/.test(text) || Number(text) > 255) return badArgument(text, 'invalid TTL\n');
    ends['ttl'] = Number(text);
  } else if (word === 'dev') {
    wanted.device = words.value();
    ends['dev'] = wanted.device;
  } else if (/^[io]?key$/.test(word)) {
    const text = words.value();
    const number = /^\d+$/.test(text) ? Number(text) : toNumber(text);
    if (number === undefined) return badArgument(text, `invalid value for "${word}": "${text}"`);
    for (const each of word === 'key' ? ['ikey', 'okey'] : [word]) ends[each] = number;
  } else if (word === 'tos' || /seq$|csum$/.test(word)) return notModelled(`tunnel ${word}`);
  else if (word === 'nopmtudisc') wanted.discovers = false;
  else if (word !== 'pmtudisc') {
    const name = word === 'name' ? words.value() : word;
    if (wanted.name !== undefined) {
      return fail(`Error: either "name" is duplicate, or "${name}" is a garbage.`, 255);
    }
    wanted.name = name;
  }
  return undefined;
}

function change(command: string, words: Words, { network }: IpContext): IpResult {
  const wanted = readWanted(words);
  if ('exit' in wanted) return wanted;
  const { mode, device, discovers, ends } = wanted;
  const links = network.links();
  const known = links.find(({ name }) => name === wanted.name);
  const kind = mode === undefined ? known?.kind : MODES[mode];
  if (command !== 'add' && kind === undefined) {
    if (wanted.name !== undefined && !known) {
      return fail(`delete tunnel "${wanted.name}" failed: No such device`, 1);
    }
  }
  if (kind === undefined) return fail('cannot determine tunnel mode (ipip, gre, vti or sit)', 255);
  const name = wanted.name ?? { ipip: 'tunl0', gre: 'gre0', sit: 'sit0' }[kind as 'ipip'];
  const failed = (why: string) => fail(`${command} tunnel "${name}" failed: ${why}`, 1);
  if (command === 'delete') {
    return network.removeLink(name) === undefined ? ok() : failed('No such device');
  }
  if (device !== undefined && !links.some((each) => each.name === device)) {
    return fail(`Cannot find device "${device}"`, 255);
  }
  if (!discovers && ends['ttl'] !== undefined) {
    return fail('ttl != 0 and nopmtudisc are incompatible', 255);
  }
  if (kind !== 'gre' && (ends['ikey'] ?? ends['okey']) !== undefined) {
    return fail('Keys are not allowed with ipip and sit tunnels', 255);
  }
  const options = { ...ends, pmtudisc: discovers ? 1 : 0 };
  if (command === 'change') {
    return network.setLink(name, { options }) === undefined ? ok() : failed('No such device');
  }
  // The kernel knows a tunnel by its ends.
  const twin = links.some(
    (each) =>
      each.kind === kind &&
      (['remote', 'local', 'ikey'] as const).every((end) => each.options?.[end] === ends[end]),
  );
  if (twin || known) return failed('File exists');
  const mtu = ends['okey'] === undefined ? {} : { mtu: 1472 };
  const errno = network.addLink({ name, kind, ...mtu, options });
  return errno === undefined ? ok() : failed('No such device');
}

function show(words: readonly string[], context: IpContext): IpResult {
  const wanted = readWanted(readWords(words));
  if ('exit' in wanted) return wanted;
  const { name, device } = wanted;
  const links = context.network.links();
  if (device !== undefined && !links.some((each) => each.name === device)) {
    return fail(`Cannot find device "${device}"`, 255);
  }
  const found = links.filter(
    (each) =>
      ['ipip', 'gre', 'sit'].includes(each.kind) && (name === undefined || each.name === name),
  );
  if (context.options.json) return ok(json(found.map(asJson), context.options));
  return ok(found.map((each) => text(each, context)).join(''));
}

const protocolOf = ({ kind, options }: LinkInfo) =>
  options?.['any'] === 1 && kind !== 'gre'
    ? 'any'
    : { ipip: 'ip', gre: 'gre', sit: 'ipv6' }[kind as 'ipip'];

function text(link: LinkInfo, { network, options: { stats } }: IpContext): string {
  const { name, options } = link;
  const field = (key: string, other: string) => String(options?.[key] ?? other);
  const device = options?.['dev'] === undefined ? '' : ` dev ${field('dev', '')}`;
  const [ikey, okey] = [options?.['ikey'], options?.['okey']];
  const keys =
    ikey !== undefined && ikey === okey
      ? ` key ${String(ikey)}`
      : [['ikey', ikey] as const, ['okey', okey] as const]
          .map(([name, key]) => (key === undefined ? '' : ` ${name} ${String(key)}`))
          .join('');
  const discovers = options?.['pmtudisc'] === 1 ? '' : ' nopmtudisc';
  const first =
    `${name}: ${protocolOf(link)}/ip remote ${field('remote', 'any')} ` +
    `local ${field('local', 'any')}${device} ttl ${field('ttl', 'inherit')}${discovers}${keys}\n`;
  return stats > 0 ? first + statistics(network.statistics(name)) : first;
}

function statistics({ received, sent }: LinkStatistics): string {
  const row = ({ packets, bytes }: Counters) =>
    `    ${String(packets).padEnd(10)} ${String(bytes).padEnd(12)} ` +
    '0      0        0        0       ';
  return (
    `RX: Packets    Bytes        Errors CsumErrs OutOfSeq Mcasts\n${row(received)}\n` +
    `TX: Packets    Bytes        Errors DeadLoop NoRoute  NoBufs\n${row(sent)}\n`
  );
}

function asJson(link: LinkInfo) {
  const { name, options } = link;
  const told = (key: string) => options?.[key];
  return {
    ifname: name,
    mode: `${protocolOf(link)}/ip`,
    remote: told('remote') ?? 'any',
    local: told('local') ?? 'any',
    ...(told('dev') === undefined ? {} : { dev: told('dev') }),
    ...(told('ttl') === undefined ? {} : { ttl: told('ttl') }),
    ...(told('pmtudisc') === 1 ? {} : { pmtud: false }),
    ...(told('ikey') === undefined ? {} : { ikey: told('ikey') }),
    ...(told('okey') === undefined ? {} : { okey: told('okey') }),
  };
}
