import { isInet6, parse6 } from '../../network/address6.ts';
import { isMulticast, toNumber } from '../../network/address.ts';
import { linkLocal, solicitedNode } from '../../network/address6.ts';
import type { LinkInfo } from '../../network/api.ts';
import {
  answers,
  deviceAsked,
  fail,
  incomplete,
  isShow,
  json,
  linkNamed,
  noDevice,
  notModelled,
  ok,
  reader,
  unknown,
  usage,
  type Context,
  type Result,
} from './result.ts';

/** A group that a port of a bridge gets the packets of. */
interface Group {
  readonly port: string;
  readonly group: string;
  readonly state: 'permanent' | 'temp';
  /** Whether somebody asked for it by hand; else a neighbour joined it. */
  readonly made?: boolean;
}

/** `bridge mdb …`. */
export function mdb(command: string, words: readonly string[], context: Context): Result {
  if ('add'.startsWith(command) || command === 'replace') return change(words, context, true);
  if ('delete'.startsWith(command)) return change(words, context, false);
  if (isShow(command)) return show(words, context);
  return 'help'.startsWith(command) ? usage('mdb') : unknown(command, 'mdb');
}

const madeOf = ({ options }: LinkInfo) => (options?.['mdb'] ?? []) as unknown as readonly Group[];

/** The groups of a bridge: those made by hand, newest first, then what its neighbours joined. */
function groupsOf(bridge: LinkInfo, { sys }: Context): readonly Group[] {
  if (!bridge.up || bridge.options?.['mcast_snooping'] === 0) return madeOf(bridge);
  const joined = (port: string, group: string): Group => ({ port, group, state: 'temp' });
  const ports = sys.network.links().filter(({ master }) => master === bridge.name);
  const others = ports
    .filter(({ name, up, kind }) => up && kind === 'veth' && sys.network.hasCarrier(name))
    .flatMap(({ name, peer }) => {
      const end = peer && sys.network.namespace(peer.netns);
      const device = end?.links().find((each) => each.name === peer?.name);
      return device ? [joined(name, solicitedNode(linkLocal(device.mac)))] : [];
    })
    .reverse();
  const own = [
    joined(bridge.name, 'ff02::6a'),
    joined(bridge.name, solicitedNode(linkLocal(bridge.mac))),
  ];
  return [...madeOf(bridge), ...others, ...(ports.length > 0 ? own : [])];
}

function show(words: readonly string[], context: Context): Result {
  const { only, wrong } = deviceAsked(words, context);
  if (wrong) return wrong;
  const bridges = [...context.sys.network.links()]
    .sort((a, b) => a.index - b.index)
    .filter(({ kind, name }) => kind === 'bridge' && (only === undefined || name === only));
  const { options } = context;
  const rows = bridges.flatMap((bridge) =>
    groupsOf(bridge, context).map((group) => ({ bridge, ...group })),
  );
  if (options.json) {
    const entries = rows.map(({ bridge, port, group, state }) => ({
      index: bridge.index,
      dev: bridge.name,
      port,
      grp: group,
      state,
      flags: [],
    }));
    return json([{ mdb: entries, router: {} }], context);
  }
  const lines = rows.map(({ bridge, port, group, state, made }) => {
    const proto = port === bridge.name ? '' : ` proto ${made ? 'static' : 'kernel'} `;
    const timer = state === 'permanent' ? '0.00' : '260.00';
    return (
      `dev ${bridge.name} port ${port} grp ${group} ${state}${options.details ? proto : ''}` +
      `${options.stats ? timer.padStart(8) : ''}\n`
    );
  });
  return ok(lines.join(''));
}

function change(list: readonly string[], context: Context, add: boolean): Result {
  const words = reader(list);
  let [device, port, group]: (string | undefined)[] = [];
  let state: Group['state'] = 'temp';
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === 'dev') device = words.value();
    else if (word === 'port') port = words.value();
    else if (word === 'grp') group = words.value();
    else if (word === 'permanent') state = 'permanent';
    else if (word === 'vid' || word === 'src') return notModelled(`mdb ${word}`);
    else if (word !== 'temp') return usage('mdb');
    if (words.missing) return incomplete;
  }
  if (device === undefined || port === undefined || group === undefined) {
    return fail('Device, group address and port name are required arguments.');
  }
  const bridge = linkNamed(context, device);
  const member = linkNamed(context, port);
  if (!bridge) return noDevice(device);
  if (!member) return noDevice(port);
  const six = isInet6(group);
  if (six ? parse6(group) === undefined : toNumber(group) === undefined) {
    return fail(`Invalid address "${group}"`);
  }
  if (context.sys.user !== 'root') return answers('Operation not permitted');
  if (six ? !/^ff/i.test(group) : !isMulticast(group)) {
    return fail(
      six
        ? 'Error: IPv6 entry group address is not multicast.'
        : 'Error: IPv4 entry group address is not multicast or 0.0.0.0.',
    );
  }
  if (bridge.kind !== 'bridge') return answers('Operation not supported');
  if (member.master !== device) return answers('Invalid argument');
  const before = madeOf(bridge);
  const same = (each: Group) => each.port === port && each.group === group;
  if (add && before.some(same)) {
    return fail('Error: bridge: (*, G) group is already joined by port.');
  }
  if (!add && !before.some(same)) return answers('Invalid argument');
  const entry: Group = { port, group, state, made: true };
  const next = add ? [entry, ...before] : before.filter((each) => !same(each));
  context.sys.network.setLink(device, { options: { mdb: next as never } });
  return ok();
}
