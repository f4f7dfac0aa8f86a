import type { IpvsProtocol, RealServer } from '../../network/ipvs/types.ts';
import { servicePort } from '../../network/netfilter/iptables/names.ts';
import { isIPv6, toGroups, toNumber } from '../../network/netfilter/iptables/address.ts';

/** What a command line asks for. */
export interface Asked {
  readonly command: string;
  readonly options: ReadonlySet<string>;
  readonly service?: ServiceAddress;
  readonly scheduler?: string;
  readonly persistent?: number;
  readonly netmask?: number;
  readonly real?: { readonly address: string; readonly port: number | undefined };
  readonly method?: RealServer['method'];
  readonly weight?: number;
  readonly upper?: number;
  readonly lower?: number;
  readonly schedFlags?: readonly string[];
  readonly timeouts?: readonly number[];
}

export interface ServiceAddress {
  readonly protocol: IpvsProtocol;
  readonly address: string;
  readonly port: number;
  readonly mark?: number;
}

/** Why a command line was refused. */
export interface Refused {
  readonly message: string;
  readonly exit: number;
}

export const isRefused = (value: unknown): value is Refused =>
  typeof value === 'object' && value !== null && 'message' in value;

const fail = (message: string, exit = 2): Refused => ({ message, exit });

/** Commands by short and long name, and the name that messages use. */
const commands: readonly (readonly [short: string, long: string, name: string])[] = [
  ['-A', '--add-service', 'add-service'],
  ['-E', '--edit-service', 'edit-service'],
  ['-D', '--delete-service', 'delete-service'],
  ['-C', '--clear', 'flush'],
  ['-a', '--add-server', 'add-server'],
  ['-e', '--edit-server', 'edit-server'],
  ['-d', '--delete-server', 'delete-server'],
  ['', '--set', 'set'],
  ['-L', '--list', 'list'],
  ['-l', '--list', 'list'],
  ['-R', '--restore', 'restore'],
  ['-S', '--save', 'save'],
  ['-Z', '--zero', 'zero'],
  ['-h', '--help', 'help'],
  ['-v', '--version', 'version'],
];

/** Options: short and long name, the name that messages use, and whether a value follows. */
const options: readonly (readonly [short: string, long: string, name: string, value: number])[] = [
  ['-n', '--numeric', 'numeric', 0],
  ['-c', '--connection', 'connection', 0],
  ['-t', '--tcp-service', 'service-address', 1],
  ['-u', '--udp-service', 'service-address', 1],
  ['', '--sctp-service', 'service-address', 1],
  ['-f', '--fwmark-service', 'service-address', 1],
  ['-s', '--scheduler', 'scheduler', 1],
  ['-p', '--persistent', 'persistent', 2],
  ['-M', '--netmask', 'netmask', 1],
  ['-r', '--real-server', 'real-server', 1],
  ['-g', '--gatewaying', 'forwarding-method', 0],
  ['-i', '--ipip', 'forwarding-method', 0],
  ['-m', '--masquerading', 'forwarding-method', 0],
  ['-w', '--weight', 'weight', 1],
  ['-x', '--u-threshold', 'u-threshold', 1],
  ['-y', '--l-threshold', 'l-threshold', 1],
  ['', '--timeout', 'timeout', 0],
  ['', '--daemon', 'daemon', 0],
  ['', '--stats', 'stats', 0],
  ['', '--rate', 'rate', 0],
  ['', '--thresholds', 'thresholds', 0],
  ['', '--persistent-conn', 'persistent-conn', 0],
  ['', '--nosort', 'nosort', 0],
  ['', '--sort', 'sort', 0],
  ['', '--exact', 'exact', 0],
  ['-6', '--ipv6', 'ipv6', 0],
  ['-o', '--ops', 'ops', 0],
  ['-b', '--sched-flags', 'sched-flags', 1],
];

const NOT_MODELLED = ['--start-daemon', '--stop-daemon', '--pe', '--mcast-interface', '--syncid'];

interface Draft {
  command?: string;
  readonly seen: Set<string>;
  readonly made: { -readonly [Name in keyof Asked]?: Asked[Name] };
}

/** Reads the words after the tool's name. Without any it lists. */
export function readFlags(words: readonly string[]): Asked | Refused {
  const draft: Draft = { seen: new Set(), made: {} };
  const rest = split(words);
  for (let i = 0; i < rest.length; i++) {
    const [word = '', attached] = rest[i]?.startsWith('--')
      ? (rest[i] as string).split('=')
      : [rest[i] as string];
    if (NOT_MODELLED.includes(word)) return fail(`ipvsadm: ${word} is not modelled here`);
    const command = commands.find(([short, long]) => word === short || word === long);
    if (command) {
      if (draft.command !== undefined) return fail('multiple commands specified');
      draft.command = command[2];
      if (command[2] !== 'set') continue;
      const timeouts = rest.slice(i + 1, i + 4).map(Number);
      if (timeouts.length < 3) return fail('--set option requires timeout values');
      const bad = timeouts.some((value) => !Number.isInteger(value) || value < 0);
      if (bad) return fail('illegal timeout parameter specified');
      draft.made.timeouts = timeouts;
      i += 3;
      continue;
    }
    const option = options.find(([short, long]) => word === short || word === long);
    if (!option) return fail(`${word.startsWith('-') ? word : word}: unknown option`, -1);
    const [, , name, takes] = option;
    if (draft.seen.has(name)) return fail(`multiple '${name}' options specified`);
    draft.seen.add(name);
    let value = attached;
    const next = rest[i + 1];
    if (takes === 1 && value === undefined) {
      if (next === undefined) return fail(`${word}: missing argument`, -1);
      value = next;
      i += 1;
    } else if (takes === 2 && value === undefined && next !== undefined && /^\d/.test(next)) {
      value = next;
      i += 1;
    }
    const refused = take(draft, option, value);
    if (refused) return refused;
  }
  return check(draft);
}

/** `-Lnc` as `-L -n -c`. A short option with a value may have it attached. */
function split(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => {
    if (!/^-[A-Za-z0-9]{2,}/.test(word) || word.startsWith('--')) return [word];
    const parts: string[] = [];
    for (let at = 1; at < word.length; at++) {
      const short = `-${word[at]}`;
      parts.push(short);
      const option = options.find(([name]) => name === short);
      if (option && option[3] > 0 && at + 1 < word.length) return [...parts, word.slice(at + 1)];
    }
    return parts;
  });
}

function take(
  draft: Draft,
  [short, long, name]: (typeof options)[number],
  value = '',
): Refused | undefined {
  const { made } = draft;
  const number = /^\d+$/.test(value) ? Number(value) : undefined;
  switch (name) {
    case 'service-address': {
      const service = readService(long, value);
      if (isRefused(service)) return service;
      made.service = service;
      return undefined;
    }
    case 'real-server': {
      const real = readAddress(value, undefined);
      if (!real) return fail('illegal real server address[:port] specified');
      made.real = real;
      return undefined;
    }
    case 'scheduler':
      made.scheduler = value;
      return undefined;
    case 'persistent':
      if (value !== '' && (number === undefined || number < 1 || number > 31 * 24 * 3600)) {
        return fail('illegal timeout for persistent service');
      }
      made.persistent = number ?? 360;
      return undefined;
    case 'netmask': {
      const prefix = number ?? prefixOf(value);
      if (prefix === undefined) return fail('illegal virtual server mask specified');
      made.netmask = prefix;
      return undefined;
    }
    case 'forwarding-method':
      made.method = short === '-m' ? 'masq' : short === '-i' ? 'tunnel' : 'route';
      return undefined;
    case 'weight':
      if (number === undefined || number > 65_535) return fail('illegal weight specified');
      made.weight = number;
      return undefined;
    case 'u-threshold':
    case 'l-threshold': {
      const key = name === 'u-threshold' ? 'upper' : 'lower';
      if (number === undefined) return fail(`illegal ${name} specified`);
      made[key] = number;
      return undefined;
    }
    case 'sched-flags':
      made.schedFlags = value.split(',');
      return undefined;
    default:
      return undefined;
  }
}

function prefixOf(mask: string): number | undefined {
  const number = toNumber(mask);
  if (number === undefined) return undefined;
  const prefix = number.toString(2).padStart(32, '0').lastIndexOf('1') + 1;
  return number.toString(2).padStart(32, '0').slice(0, prefix).includes('0') ? undefined : prefix;
}

function readService(long: string, value: string): ServiceAddress | Refused {
  if (long === '--fwmark-service') {
    const mark = /^\d+$/.test(value) ? Number(value) : 0;
    if (mark === 0) return fail('illegal virtual server address[:port] specified');
    return { protocol: 'tcp', address: '0.0.0.0', port: 0, mark };
  }
  const protocol = long.slice(2).split('-')[0] as IpvsProtocol;
  const read = readAddress(value, 0);
  if (!read) return fail('illegal virtual server address[:port] specified');
  return { protocol, address: read.address, port: read.port ?? 0 };
}

/** `address[:port]`, with brackets around IPv6; ports may be names. */
function readAddress(text: string, otherwise: number | undefined) {
  const match = /^\[([^\]]+)\](?::(.+))?$/.exec(text) ?? /^([^:]+)(?::(.+))?$/.exec(text);
  const [, address = '', port] = match ?? [];
  if (isIPv6(address) ? !toGroups(address) : toNumber(address) === undefined) return undefined;
  if (port === undefined) return { address, port: otherwise };
  const number = /^\d+$/.test(port) ? Number(port) : servicePort(port);
  return number === undefined || number > 65_535 ? undefined : { address, port: number };
}

/** Which options a command must have (+), may have (blank) or must not have (x), as upstream. */
const rules: Readonly<Record<string, { needs: readonly string[]; may: readonly string[] }>> = {
  'add-service': {
    needs: ['service-address'],
    may: ['scheduler', 'persistent', 'netmask', 'ops', 'sched-flags', 'ipv6'],
  },
  'edit-service': {
    needs: ['service-address'],
    may: ['scheduler', 'persistent', 'netmask', 'ops', 'sched-flags', 'ipv6'],
  },
  'delete-service': { needs: ['service-address'], may: ['ipv6'] },
  flush: { needs: [], may: [] },
  'add-server': {
    needs: ['service-address', 'real-server'],
    may: ['forwarding-method', 'weight', 'u-threshold', 'l-threshold', 'ipv6'],
  },
  'edit-server': {
    needs: ['service-address', 'real-server'],
    may: ['forwarding-method', 'weight', 'u-threshold', 'l-threshold', 'ipv6'],
  },
  'delete-server': { needs: ['service-address', 'real-server'], may: ['ipv6'] },
  set: { needs: [], may: [] },
  list: {
    needs: [],
    may: [
      ...['numeric', 'connection', 'service-address', 'timeout', 'daemon', 'stats', 'rate'],
      ...['thresholds', 'persistent-conn', 'nosort', 'sort', 'exact', 'ipv6'],
    ],
  },
  restore: { needs: [], may: [] },
  save: { needs: [], may: ['numeric', 'nosort', 'sort', 'service-address'] },
  zero: { needs: [], may: ['service-address', 'ipv6'] },
};

function check({ command = 'list', seen, made }: Draft): Asked | Refused {
  const rule = rules[command];
  if (rule) {
    const missing = rule.needs.find((name) => !seen.has(name));
    if (missing) {
      return fail(`You need to supply the '${missing}' option for the '${command}' command`);
    }
    const illegal = [...seen].find(
      (name) => !rule.needs.includes(name) && !rule.may.includes(name),
    );
    if (illegal) return fail(`Illegal '${illegal}' option with the '${command}' command`);
  }
  const changes = command === 'add-service' || command === 'edit-service';
  const service = made.service;
  if (
    changes &&
    service?.mark === undefined &&
    service?.port === 0 &&
    made.persistent === undefined
  ) {
    return fail('Zero port specified for non-persistent service');
  }
  if (changes && seen.has('ops') && service?.mark === undefined && service?.protocol !== 'udp') {
    return fail('One-Packet Scheduling is only for UDP virtual services');
  }
  return { ...made, command, options: seen };
}
