import type { LinkInfo } from '../../network/api.ts';
import { vlansOf, type PortVlan } from '../../network/link/vlan-filter.ts';
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

const HEAD = `${'port'.padEnd(16)}  vlan-id`;
/** What `-d` and `-s` tell of each VLAN. */
const DETAILS = `${' '.repeat(20)}state forwarding mcast_router 1 \n`;
const STATISTICS = ['RX', 'TX']
  .map((way) => `${' '.repeat(20)}${way}: 0 bytes 0 packets\n`)
  .join('');

/** `bridge vlan …`. */
export function vlan(command: string, words: readonly string[], context: Context): Result {
  if ('add'.startsWith(command)) return change(words, context, true);
  if ('delete'.startsWith(command)) return change(words, context, false);
  if (isShow(command)) return show(words, context);
  if (command === 'set' || command === 'global') return notModelled(`vlan ${command}`);
  if ('tunnelshow'.startsWith(command)) return ok('port              vlan-id    tunnel-id\n');
  return 'help'.startsWith(command) ? usage('vlan') : unknown(command, 'vlan');
}

/** The bridge whose VLANs a device has: its own, or that of which it is a port. */
function bridgeOf(device: LinkInfo, context: Context): LinkInfo | undefined {
  return device.kind === 'bridge' ? device : linkNamed(context, device.master ?? '');
}

/** Neighbours with the same flags as one range, for `-c`. */
function ranges(vlans: readonly PortVlan[]): readonly (PortVlan & { last: number })[] {
  const out: (PortVlan & { last: number })[] = [];
  for (const each of vlans) {
    const before = out.at(-1);
    const same = before && !before.pvid && !each.pvid && before.untagged === each.untagged;
    if (before && same && before.last + 1 === each.vid) before.last = each.vid;
    else out.push({ ...each, last: each.vid });
  }
  return out;
}

function show(words: readonly string[], context: Context): Result {
  const value = (name: string) =>
    words.includes(name) ? words[words.indexOf(name) + 1] : undefined;
  const [only, vid] = [value('dev'), value('vid')];
  if (only !== undefined && !linkNamed(context, only)) return noDevice(only);
  const found = [...context.sys.network.links()]
    .sort((a, b) => a.index - b.index)
    .filter((each) => only === undefined || each.name === only)
    .filter((each) => bridgeOf(each, context)?.kind === 'bridge')
    .map((each) => ({
      name: each.name,
      vlans: vlansOf(bridgeOf(each, context) as LinkInfo, each).filter(
        (entry) => vid === undefined || entry.vid === Number(vid),
      ),
    }))
    .filter(({ vlans }) => vlans.length > 0 || vid === undefined);
  const { compress, details, stats, json: asJson } = context.options;
  const listed = found.map(({ name, vlans }) => ({
    name,
    vlans: compress || details ? ranges(vlans) : vlans.map((each) => ({ ...each, last: each.vid })),
  }));
  if (asJson) {
    const entries = listed
      .filter(({ vlans }) => vlans.length > 0)
      .map(({ name, vlans }) => ({ ifname: name, vlans: vlans.map(vlanJson) }));
    return json(entries, context);
  }
  const head = `${HEAD}${stats ? '' : '  '}\n`;
  return ok(head + listed.map((each) => portText(each, context)).join(''));
}

function vlanJson({ vid, last, pvid, untagged }: PortVlan & { last: number }) {
  const flags = [...(pvid ? ['PVID'] : []), ...(untagged ? ['Egress Untagged'] : [])];
  return {
    vlan: vid,
    ...(last > vid ? { vlanEnd: last } : {}),
    ...(flags.length > 0 ? { flags } : {}),
  };
}

interface Listed {
  readonly name: string;
  readonly vlans: readonly (PortVlan & { last: number })[];
}

function portText({ name, vlans }: Listed, { options }: Context): string {
  const more = options.details ? DETAILS : options.stats ? STATISTICS : '';
  const lines = vlans.map(({ vid, last, pvid, untagged }, index) => {
    const port = `${(index === 0 ? name : '').padEnd(16)}  `;
    const first = options.color && index === 0 ? paint(36, port) : port;
    const number = last > vid ? `${vid}-${last}` : `${vid}`;
    const flags = `${pvid ? ' PVID' : ''}${untagged ? ' Egress Untagged' : ''}`;
    return `${first}${number}${flags}\n${more}`;
  });
  return lines.join('');
}

interface Wanted {
  device?: string;
  from?: number;
  to?: number;
  pvid: boolean;
  untagged: boolean;
  self: boolean;
}

function readWanted(list: readonly string[]): Wanted | Result {
  const words = reader(list);
  const wanted: Wanted = { pvid: false, untagged: false, self: false };
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === 'dev') wanted.device = words.value();
    else if (word === 'vid') {
      const text = words.value();
      const [from = '', to = from] = text.split('-');
      [wanted.from, wanted.to] = [Number.parseInt(from, 10) || 0, Number.parseInt(to, 10) || 0];
      const range = text.includes('-');
      if (wanted.to >= 4095 || wanted.from >= 4095) {
        return fail(range ? `Invalid VLAN range "${from}-${to}"` : `Invalid VLAN ID "${text}"`);
      }
      if (range && wanted.from >= wanted.to) return fail(`Invalid VLAN range "${from}-${to}"`);
    } else if (word === 'pvid') wanted.pvid = true;
    else if (word === 'untagged') wanted.untagged = true;
    else if (word === 'self') wanted.self = true;
    else if (word === 'tunnel_info') return notModelled('vlan tunnel_info');
    else if (word !== 'master') return usage('vlan');
    if (words.missing) return incomplete;
  }
  return wanted;
}

function change(list: readonly string[], context: Context, add: boolean): Result {
  const wanted = readWanted(list);
  if ('exit' in wanted) return wanted;
  const { device, from, to, pvid, untagged, self } = wanted;
  if (device === undefined || from === undefined || to === undefined) {
    return fail('Device and VLAN ID are required arguments.');
  }
  const found = linkNamed(context, device);
  if (!found) return noBridge(device);
  if (context.sys.user !== 'root') return answers('Operation not permitted');
  const bridge = self === (found.kind === 'bridge') ? bridgeOf(found, context) : undefined;
  if (bridge?.kind !== 'bridge') return answers('Operation not supported');
  if (from === 0) return fail('Error: bridge: Vlan id is invalid.');
  if (pvid && to > from) return fail("Error: bridge: Pvid isn't allowed in a range.");
  const before = vlansOf(bridge, found);
  const within = ({ vid }: PortVlan) => vid >= from && vid <= to;
  if (!add && !before.some(within)) return ok();
  const others = before
    .filter((each) => !within(each))
    .map(({ pvid: was, ...each }) => ({
      ...each,
      ...(was && !(add && pvid) ? { pvid: was } : {}),
    }));
  const more = Array.from({ length: add ? to - from + 1 : 0 }, (_, index) => ({
    vid: from + index,
    ...(pvid ? { pvid } : {}),
    ...(untagged ? { untagged } : {}),
  }));
  const vlans = [...others, ...more].sort((a, b) => a.vid - b.vid);
  context.sys.network.setLink(device, { options: { vlans } });
  return ok();
}
