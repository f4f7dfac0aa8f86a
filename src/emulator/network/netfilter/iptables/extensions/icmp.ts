import type { ExtensionDefinition } from '../extension.ts';
import { option } from '../extension.ts';

/** ICMP types and codes by the names that iptables knows (libxt_icmp.h). */
const names: readonly (readonly [name: string, type: number, code?: number])[] = [
  ['any', 255],
  ['echo-reply', 0],
  ['pong', 0],
  ['destination-unreachable', 3],
  ['network-unreachable', 3, 0],
  ['host-unreachable', 3, 1],
  ['protocol-unreachable', 3, 2],
  ['port-unreachable', 3, 3],
  ['fragmentation-needed', 3, 4],
  ['source-route-failed', 3, 5],
  ['network-unknown', 3, 6],
  ['host-unknown', 3, 7],
  ['network-prohibited', 3, 9],
  ['host-prohibited', 3, 10],
  ['TOS-network-unreachable', 3, 11],
  ['TOS-host-unreachable', 3, 12],
  ['communication-prohibited', 3, 13],
  ['host-precedence-violation', 3, 14],
  ['precedence-cutoff', 3, 15],
  ['source-quench', 4],
  ['redirect', 5],
  ['network-redirect', 5, 0],
  ['host-redirect', 5, 1],
  ['TOS-network-redirect', 5, 2],
  ['TOS-host-redirect', 5, 3],
  ['echo-request', 8],
  ['ping', 8],
  ['router-advertisement', 9],
  ['router-solicitation', 10],
  ['time-exceeded', 11],
  ['ttl-exceeded', 11],
  ['ttl-zero-during-transit', 11, 0],
  ['ttl-zero-during-reassembly', 11, 1],
  ['parameter-problem', 12],
  ['ip-header-bad', 12, 0],
  ['required-option-missing', 12, 1],
  ['timestamp-request', 13],
  ['timestamp-reply', 14],
  ['address-mask-request', 17],
  ['address-mask-reply', 18],
];

function read([text = '']: readonly string[]) {
  const lower = text.toLowerCase();
  const starting = names.filter(([name]) => name.toLowerCase().startsWith(lower));
  const named = names.find(([name]) => name.toLowerCase() === lower) ?? starting[0];
  if (lower !== '' && named && (starting.length <= 1 || named[0].toLowerCase() === lower)) {
    const [, type, code] = named;
    return type === 255 ? ['any'] : [code === undefined ? `${type}` : `${type}/${code}`];
  }
  const numeric = /^(\d+)(?:\/(\d+))?$/.exec(text);
  const [type, code] = [Number(numeric?.[1]), Number(numeric?.[2] ?? 0)];
  if (lower !== '' && starting.length > 1) {
    const [first, second] = starting.slice(-2).map(([name]) => name);
    return { error: `Ambiguous ICMP type \`${text}': \`${first}' or \`${second}'?` };
  }
  if (!numeric || type > 255) return { error: `Unknown ICMP type \`${text}'` };
  if (code > 255) return { error: `Invalid ICMP code \`${numeric[2]}'` };
  return [text];
}

/** `-m icmp` (libxt_icmp). */
export const icmp: ExtensionDefinition = {
  name: 'icmp',
  kind: 'match',
  protocol: ['icmp'],
  options: [{ flag: '--icmp-type', values: 1, invertible: true, required: true, read }],
  list(options, print) {
    const given = option(options, '--icmp-type');
    const text = given?.values[0] ?? 'any';
    const mark = given?.invert ? '!' : '';
    const [type, code] = text.split('/').map(Number);
    if (!print.numeric) {
      const named = names.find(([name, t, c]) =>
        text === 'any' ? name === 'any' : t === type && c === code,
      );
      if (named) return ` icmp ${mark}${named[0]}`;
    }
    const shown = text === 'any' ? '255' : `${type}${code === undefined ? '' : ` code ${code}`}`;
    return ` icmp${mark === '' ? '' : ' !'}type ${shown}`;
  },
  test(options) {
    const given = option(options, '--icmp-type');
    const text = given?.values[0] ?? 'any';
    const [type, code] = text.split('/').map(Number);
    const invert = given?.invert === true;
    return ({ packet }) => {
      if (packet.protocol !== 'icmp') return false;
      const hit =
        text === 'any' ||
        (packet.icmpType === type && (code === undefined || packet.icmpCode === code));
      return hit !== invert;
    };
  },
};
