import type { DnsEdns } from '../../../../host/resolver/message.ts';
import { isIPv4 } from '../../../../host/resolver/getaddrinfo.ts';
import type { ConfigError } from '../../corefile/controller.ts';
import type { Query } from '../../plugin.ts';

type Action = 'set' | 'append' | 'replace' | 'unset';

/** A change of the EDNS options of a question. */
export interface EdnsRule {
  readonly rule: 'edns0';
  readonly kind: 'local' | 'nsid' | 'subnet';
  readonly action: Action;
  readonly code: number;
  /** Data, one character per byte, or `{variable}`. */
  readonly data: string;
  readonly v4: number;
  readonly v6: number;
  readonly revert: boolean;
}

type Option = NonNullable<DnsEdns['options']>[number];

const NSID = 3;
const SUBNET = 8;
const actions: readonly string[] = ['set', 'append', 'replace', 'unset'];
const variables =
  /^\{(qname|qtype|client_ip|client_port|protocol|server_ip|server_port|\w+\/[\w/-]+)\}$/;

/** `local|nsid|subnet ACTION …[revert]`. */
export function readEdnsRule(args: readonly string[]): EdnsRule | ConfigError {
  if (args.length < 2) return { error: 'too few arguments for an EDNS0 rule' };
  const [kind = '', action = ''] = args.map((each) => each.toLowerCase());
  if (!actions.includes(action)) return { error: `invalid action: ${JSON.stringify(action)}` };
  const revert = args.at(-1)?.toLowerCase() === 'revert';
  const rest = args.slice(2, revert ? -1 : undefined);
  const base = {
    rule: 'edns0',
    action: action as Action,
    code: 0,
    data: '',
    v4: 0,
    v6: 0,
    revert,
  } as const;
  const unset = action === 'unset';
  // What is taken away cannot be put back.
  if (unset && revert && kind !== 'nsid') {
    return { error: `EDNS0 ${kind} rules require exactly three or four args` };
  }
  switch (kind) {
    case 'local':
      if (rest.length !== (unset ? 1 : 2)) {
        return { error: 'EDNS0 local rules require exactly three or four args' };
      }
      return readLocal({ ...base, kind: 'local' }, rest);
    case 'nsid':
      if (rest.length !== 0) return { error: 'EDNS0 NSID rules do not accept args' };
      return { ...base, kind: 'nsid', code: NSID };
    case 'subnet': {
      if (rest.length !== (unset ? 0 : 2)) {
        return { error: 'EDNS0 subnet rules require exactly three or four args' };
      }
      const [v4 = '0', v6 = '0'] = rest;
      if (!/^\d+$/.test(v4) || !/^\d+$/.test(v6)) {
        const bad = /^\d+$/.test(v4) ? v6 : v4;
        return { error: `strconv.ParseUint: parsing ${JSON.stringify(bad)}: invalid syntax` };
      }
      if (Number(v4) > 32) return { error: `invalid IPv4 bit mask length ${v4}` };
      if (Number(v6) > 128) return { error: `invalid IPv6 bit mask length ${v6}` };
      return { ...base, kind: 'subnet', code: SUBNET, v4: Number(v4), v6: Number(v6) };
    }
    default:
      return { error: `invalid rule type ${JSON.stringify(kind)}` };
  }
}

function readLocal(
  base: Omit<EdnsRule, 'code' | 'data'>,
  rest: readonly string[],
): EdnsRule | ConfigError {
  const [text = '', data = ''] = rest;
  const code = /^0x[0-9a-f]+$/i.test(text) || /^\d+$/.test(text) ? Number(text) : undefined;
  if (code === undefined || code > 65_535) {
    return { error: `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax` };
  }
  if (/^\{.*\}$/.test(data)) {
    if (!variables.test(data))
      return { error: `unsupported variable name ${JSON.stringify(data)}` };
    return { ...base, code, data };
  }
  if (!data.startsWith('0x')) return { ...base, code, data };
  const digits = data.slice(2);
  const bad = /[^0-9a-f]/i.exec(digits)?.[0];
  if (bad !== undefined)
    return {
      error:
        'encoding/hex: invalid byte: U+' +
        `${(bad.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}` +
        ` '${bad}'`,
    };
  if (digits.length % 2 === 1) return { error: 'encoding/hex: odd length hex string' };
  return { ...base, code, data: fromHex(digits) };
}

const fromHex = (digits: string) =>
  (digits.match(/../g) ?? [])
    .map((pair) => String.fromCharCode(Number.parseInt(pair, 16)))
    .join('');
const bytes = (...values: readonly number[]) => String.fromCharCode(...values);
const typeNumbers: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  ANY: 255,
};

/** The question with its options changed; undefined where the rule does not apply. */
export function applyEdnsRule(rule: EdnsRule, query: Query): DnsEdns | undefined {
  const edns = query.request.edns ?? { udpSize: 4096 };
  const options = edns.options ?? [];
  const data = dataOf(rule, query);
  if (data === undefined) return undefined;
  const index = options.findIndex(({ code }) => code === rule.code);
  if (rule.action === 'unset') {
    return index < 0
      ? undefined
      : { ...edns, options: options.filter(({ code }) => code !== rule.code) };
  }
  const own: Option = { code: rule.code, data };
  if (index >= 0 && (rule.action === 'replace' || rule.action === 'set')) {
    return { ...edns, options: options.map((each, at) => (at === index ? own : each)) };
  }
  const mayAdd = rule.action === 'append' || (rule.action === 'set' && index < 0);
  const repeated = index >= 0 && rule.kind !== 'nsid' && rule.data.startsWith('{');
  return mayAdd && !repeated ? { ...edns, options: [...options, own] } : undefined;
}

function dataOf(rule: EdnsRule, { request, client, local, protocol }: Query): string | undefined {
  if (rule.kind === 'nsid') return '';
  if (rule.kind === 'subnet') return subnetData(rule, client.address);
  const port = (value: number) => bytes(value >> 8, value & 255);
  switch (rule.data) {
    case '{qname}':
      return request.question.name;
    case '{qtype}':
      return port(typeNumbers[request.question.type] ?? 0);
    case '{client_ip}':
      return bytes(...addressBytes(client.address));
    case '{server_ip}':
      return bytes(...addressBytes(local.address));
    case '{client_port}':
      return port(client.port);
    case '{server_port}':
      return port(local.port);
    case '{protocol}':
      return protocol;
    default:
      return /^\{.*\}$/.test(rule.data) ? undefined : rule.data;
  }
}

function addressBytes(address: string): number[] {
  if (isIPv4(address)) return address.split('.').map(Number);
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail ?? '')];
  return all.flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

/** Family, two lengths, and the address cut to the first of them (RFC 7871). */
function subnetData({ v4, v6 }: EdnsRule, client: string): string {
  const address = addressBytes(client);
  const length = address.length === 4 ? v4 : v6;
  const kept = address.map((byte, index) => {
    const bits = Math.max(0, Math.min(8, length - index * 8));
    return byte & (256 - 2 ** (8 - bits)) & 255;
  });
  return bytes(0, address.length === 4 ? 1 : 2, length, 0, ...kept);
}
