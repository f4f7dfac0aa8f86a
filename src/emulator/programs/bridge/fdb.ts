import { parse6 } from '../../network/address6.ts';
import { toNumber } from '../../network/address.ts';
import type { FdbInfo, LinkInfo } from '../../network/api.ts';
import { destinationsOf } from '../../network/link/fdb.ts';
import {
  answers,
  fail,
  incomplete,
  isShow,
  json,
  linkNamed,
  noBridge,
  noDevice,
  notModelled,
  ok,
  paint,
  reader,
  unknown,
  usage,
  type Context,
  type Result,
} from './result.ts';

/** `bridge fdb …`. */
export function fdb(command: string, words: readonly string[], context: Context): Result {
  if (isShow(command)) return show(words, context);
  const changes = ['add', 'append', 'replace', 'delete'].find((name) => name.startsWith(command));
  if (changes) return change(changes, words, context);
  if (command === 'get') return get(words, context);
  if (command === 'flush') return flush(words, context);
  return 'help'.startsWith(command) ? usage('fdb') : unknown(command, 'fdb');
}

const isMac = (text: string) => /^([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}$/i.test(text);
const STATES = ['static', 'dynamic', 'permanent', 'local'];

interface Entry {
  readonly mac: string;
  readonly device: string;
  readonly destination?: string;
  readonly master?: string;
  readonly state: string;
}

const entryOf = ({ mac, device, master, destination, permanent, state }: FdbInfo): Entry => ({
  mac,
  device,
  ...(destination === undefined ? {} : { destination }),
  ...(master === undefined ? {} : { master }),
  state: permanent ? 'permanent' : state === 'static' ? 'static' : '',
});

/** Entries of a device, with the groups that it listens to by itself. */
function entriesOf(link: LinkInfo, { sys }: Context): readonly Entry[] {
  const own = sys.network.fdb().filter(({ device }) => device === link.name);
  const groups = multicast(link).map((mac): Entry => ({
    mac,
    device: link.name,
    state: 'permanent',
  }));
  const entries = own.map(entryOf);
  const [above, self] = [
    entries.filter(({ master }) => master !== undefined),
    entries.filter(({ master }) => master === undefined),
  ];
  if (link.kind === 'bridge') return [...groups, ...above, ...self];
  return [...above, ...self, ...groups];
}

/** Groups that the kernel listens to by itself on a device. */
function multicast({ kind, mac, up }: LinkInfo): readonly string[] {
  if (!up || !['bridge', 'veth', 'physical'].includes(kind)) return [];
  const snoopers = kind === 'bridge' ? ['01:00:5e:00:00:6a', '33:33:00:00:00:6a'] : [];
  return ['33:33:00:00:00:01', ...snoopers, '01:00:5e:00:00:01', `33:33:ff:${mac.slice(9)}`];
}

function show(words: readonly string[], context: Context): Result {
  const value = (name: string) =>
    words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
  const [only, bridge] = [value('dev') ?? value('brport'), value('br')];
  if (only !== undefined && !linkNamed(context, only)) return noDevice(only);
  if (bridge !== undefined && !linkNamed(context, bridge)) return noBridge(bridge);
  const state = words.includes('dynamic') ? '' : value('state');
  const entries = [...context.sys.network.links()]
    .sort((a, b) => a.index - b.index)
    .filter(({ name }) => only === undefined || name === only)
    .filter(({ name, master }) => bridge === undefined || name === bridge || master === bridge)
    .flatMap((link) => entriesOf(link, context))
    .filter((entry) => state === undefined || state === 'all' || entry.state === state)
    // Nothing here was learned within a VLAN.
    .filter(() => value('vlan') === undefined);
  const { options } = context;
  if (options.json) {
    return json(
      entries.map((entry) => asJson(entry, only === undefined)),
      context,
    );
  }
  const lines = entries.map((entry) => {
    const line = text(entry, only === undefined, options.stats);
    return `${options.color ? colored(line) : line}\n`;
  });
  return ok(lines.join(''));
}

function text({ mac, device, destination, master, state }: Entry, named: boolean, stats: boolean) {
  const used = stats && (master !== undefined || destination !== undefined) ? 'used 0/0 ' : '';
  return (
    `${mac} ${named ? `dev ${device} ` : ''}` +
    `${destination === undefined ? '' : `dst ${destination} `}${used}` +
    `${master === undefined ? 'self' : `master ${master}`} ${state}`
  );
}

/** The MAC address and the device, with the blank behind each. */
const colored = (line: string) =>
  line
    .replace(/^\S+ /, (mac) => paint(33, mac))
    .replace(/(?<=dev )\S+ /, (device) => paint(36, device));

function asJson({ mac, device, destination, master, state }: Entry, named: boolean) {
  return {
    mac,
    ...(named ? { ifname: device } : {}),
    ...(destination === undefined ? {} : { dst: destination }),
    flags: master === undefined ? ['self'] : [],
    ...(master === undefined ? {} : { master }),
    state,
  };
}

interface Wanted {
  mac?: string;
  device?: string;
  destination?: string;
  master: boolean;
  self: boolean;
  state?: string;
}

/** Words that iproute2 would take and that are not modelled. */
const OTHERS = ['port', 'vni', 'via', 'nhid', 'src_vni', 'use', 'router', 'extern_learn', 'sticky'];

function readWanted(list: readonly string[]): Wanted | Result {
  const words = reader(list);
  const wanted: Wanted = { master: false, self: false };
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === 'dev') wanted.device = words.value();
    else if (word === 'dst') {
      const address = words.value();
      const good = toNumber(address) !== undefined || parse6(address) !== undefined;
      if (!good && !words.missing) {
        return fail(`Error: any valid address is expected rather than "${address}".`, 1);
      }
      wanted.destination = address;
    } else if (word === 'master') wanted.master = true;
    else if (word === 'self') wanted.self = true;
    else if (STATES.includes(word)) wanted.state = word;
    else if (word === 'temp') wanted.state = 'dynamic';
    else if (word === 'vlan') {
      const vid = words.value();
      if (!words.missing && !(Number(vid) < 4096)) return fail('Error: invalid vlan id.');
      if (!words.missing) return notModelled('fdb vlan');
    } else if (OTHERS.includes(word)) return notModelled(`fdb ${word}`);
    else {
      const address = word === 'to' ? words.value() : word;
      if (wanted.mac !== undefined) {
        return fail(`Error: either "to" is duplicate, or "${address}" is a garbage.`);
      }
      wanted.mac = address;
    }
    if (words.missing) return incomplete;
  }
  return wanted;
}

function change(command: string, words: readonly string[], context: Context): Result {
  const wanted = readWanted(words);
  if ('exit' in wanted) return wanted;
  const { mac, device } = wanted;
  if (mac === undefined || device === undefined) {
    return fail('Device and address are required arguments.');
  }
  if (!isMac(mac)) return fail(`Invalid mac address ${mac}`);
  const found = linkNamed(context, device);
  if (!found) return noDevice(device);
  if (context.sys.user !== 'root') return answers('Operation not permitted');
  const address = mac.toLowerCase();
  const own = found.kind === 'bridge';
  if (wanted.master || own) {
    if (!own && found.master === undefined) return answers('Operation not supported');
    return inBridge(command, address, own ? device : (found.master as string), wanted, context);
  }
  return found.kind === 'vxlan'
    ? inTunnel(command, address, device, wanted, context)
    : onDevice(command, address, device, context);
}

const MISSING = answers('No such file or directory');
const EXISTS = answers('File exists');

/** An entry in a bridge's table. */
function inBridge(
  command: string,
  mac: string,
  bridge: string,
  { device = '', state }: Wanted,
  { sys }: Context,
): Result {
  const before = sys.network.staticFdb(mac, bridge);
  if (command === 'delete') {
    if (before?.port !== device) return MISSING;
    sys.network.removeFdb(mac, bridge);
    return ok();
  }
  if (before && command === 'add') return EXISTS;
  const kept = state === 'static' || state === 'dynamic' ? ({ state } as const) : {};
  sys.network.setFdb(mac, bridge, { port: device, at: sys.now, ...kept });
  return ok();
}

/** Where a tunnel sends frames for an address; one may lead to several machines. */
function inTunnel(
  command: string,
  mac: string,
  device: string,
  { destination }: Wanted,
  { sys }: Context,
): Result {
  const before = sys.network.staticFdb(mac, device);
  const known = before ? destinationsOf(before) : [];
  const put = ([first, ...others]: readonly string[]) => {
    if (first === undefined) sys.network.removeFdb(mac, device);
    else sys.network.setFdb(mac, device, { destination: first, others });
    return ok();
  };
  if (command === 'delete') {
    if (known.length === 0) return MISSING;
    if (destination === undefined) return put([]);
    return known.includes(destination)
      ? put(known.filter((each) => each !== destination))
      : MISSING;
  }
  if (destination === undefined) return answers('Invalid argument');
  if (command === 'replace' || known.length === 0) return put([destination]);
  const several = /^(00:){5}00$|^[0-9a-f][13579bdf]/.test(mac);
  if (known.includes(destination) || (command === 'add' && !several)) return EXISTS;
  return put([...known, destination]);
}

/** An address that a device listens to besides its own. */
function onDevice(command: string, mac: string, device: string, { sys }: Context): Result {
  const before = sys.network.staticFdb(mac, device);
  if (command === 'delete') {
    if (!before) return MISSING;
    sys.network.removeFdb(mac, device);
    return ok();
  }
  if (before && command === 'add') return EXISTS;
  sys.network.setFdb(mac, device, {});
  return ok();
}

function get(words: readonly string[], context: Context): Result {
  const value = (name: string) =>
    words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
  const mac = words[0] === 'to' ? words[1] : words[0];
  const [bridge, device] = [value('br'), value('dev') ?? value('brport')];
  if (mac === undefined || (bridge === undefined && device === undefined)) {
    return fail('Device or master and address are required arguments.');
  }
  for (const name of [bridge, device]) {
    if (name !== undefined && !linkNamed(context, name)) return noDevice(name);
  }
  const found = context.sys.network
    .fdb()
    .map(entryOf)
    .find(
      (entry) =>
        entry.mac === mac.toLowerCase() &&
        (bridge === undefined || entry.master === bridge) &&
        (device === undefined || entry.device === device),
    );
  if (!found) return fail('Error: Fdb entry not found.', 254);
  return ok(`${text(found, true, false)}\n`);
}

/** Takes away what was learned; entries made by hand and the devices' own stay. */
function flush(words: readonly string[], context: Context): Result {
  const at = words.indexOf('dev');
  const device = at < 0 ? undefined : words[at + 1];
  if (device === undefined) return fail('Device is a required argument.');
  const found = linkNamed(context, device);
  if (!found) return noDevice(device);
  if (context.sys.user !== 'root') return answers('Operation not permitted');
  if (found.kind !== 'bridge') return answers('Operation not supported');
  const port = words.includes('brport') ? words[words.indexOf('brport') + 1] : undefined;
  context.sys.network.flushFdb(device, port);
  const gone = context.sys.network
    .fdb()
    .filter(({ master, device: of }) => master === device && (port === undefined || of === port))
    .filter(({ state, permanent }) => !permanent && (state === 'dynamic' || state === undefined));
  for (const { mac } of gone) context.sys.network.removeFdb(mac, device);
  return ok();
}
