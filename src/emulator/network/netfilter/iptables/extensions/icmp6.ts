import type { ExtensionDefinition } from '../extension.ts';
import { option } from '../extension.ts';

/** ICMPv6 types and codes by the names that ip6tables knows (libxt_icmp.h). */
const names: readonly (readonly [name: string, type: number, code?: number])[] = [
  ['destination-unreachable', 1],
  ['no-route', 1, 0],
  ['communication-prohibited', 1, 1],
  ['beyond-scope', 1, 2],
  ['address-unreachable', 1, 3],
  ['port-unreachable', 1, 4],
  ['failed-policy', 1, 5],
  ['reject-route', 1, 6],
  ['packet-too-big', 2],
  ['time-exceeded', 3],
  ['ttl-exceeded', 3],
  ['ttl-zero-during-transit', 3, 0],
  ['ttl-zero-during-reassembly', 3, 1],
  ['parameter-problem', 4],
  ['bad-header', 4, 0],
  ['unknown-header-type', 4, 1],
  ['unknown-option', 4, 2],
  ['echo-request', 128],
  ['ping', 128],
  ['echo-reply', 129],
  ['pong', 129],
  ['router-solicitation', 133],
  ['router-advertisement', 134],
  ['neighbour-solicitation', 135],
  ['neighbor-solicitation', 135],
  ['neighbour-advertisement', 136],
  ['neighbor-advertisement', 136],
  ['redirect', 137],
];

function read([text = '']: readonly string[]) {
  const lower = text.toLowerCase();
  const starting = names.filter(([name]) => name.startsWith(lower));
  const named = names.find(([name]) => name === lower) ?? starting[0];
  if (lower !== '' && named && (starting.length <= 1 || named[0] === lower)) {
    const [, type, code] = named;
    return [code === undefined ? `${type}` : `${type}/${code}`];
  }
  const numeric = /^(\d+)(?:\/(\d+))?$/.exec(text);
  const [type, code] = [Number(numeric?.[1]), Number(numeric?.[2] ?? 0)];
  if (!numeric || type > 255) return { error: `Invalid ICMPv6 type \`${text}'` };
  if (code > 255) return { error: `Invalid ICMPv6 code \`${numeric[2]}'` };
  return [text];
}

/** `-m icmp6` (libip6t_icmp6). */
export const icmp6: ExtensionDefinition = {
  name: 'icmp6',
  kind: 'match',
  protocol: ['ipv6-icmp'],
  options: [{ flag: '--icmpv6-type', values: 1, invertible: true, read }],
  finish: (options) =>
    options.length > 0
      ? options.slice(-1)
      : { error: 'icmp6: option "--icmpv6-type" must be specified' },
  list(options, print) {
    const given = option(options, '--icmpv6-type');
    const text = given?.values[0] ?? '';
    const [type, code] = text.split('/').map(Number);
    const mark = given?.invert ? '!' : '';
    const named = print.numeric
      ? undefined
      : names.find(([, wanted, part]) => wanted === type && part === code);
    if (named) return ` ipv6-icmp ${mark}${named[0]}`;
    const tail = code === undefined ? '' : ` code ${code}`;
    return ` ipv6-icmp${mark === '' ? '' : ' !'}type ${type}${tail}`;
  },
  test(options) {
    const given = option(options, '--icmpv6-type');
    const [type, code] = (given?.values[0] ?? '').split('/').map(Number);
    const invert = given?.invert === true;
    return ({ packet }) => {
      if (packet.protocol !== 'ipv6-icmp') return false;
      const hit = packet.icmpType === type && (code === undefined || packet.icmpCode === code);
      return hit !== invert;
    };
  },
};
