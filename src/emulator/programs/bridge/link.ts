import type { LinkInfo } from '../../network/api.ts';
import {
  answers,
  deviceAsked,
  fail,
  incomplete,
  isShow,
  json,
  linkNamed,
  noBridge,
  notModelled,
  ok,
  paint,
  reader,
  unknown,
  usage,
  type Context,
  type Result,
} from './result.ts';

/** Settings of a port in the order of `-d`, with what they are at first. */
const SETTINGS = [
  ['hairpin', false],
  ['guard', false],
  ['root_block', false],
  ['fastleave', false],
  ['learning', true],
  ['flood', true],
  ['mcast_flood', true],
  ['bcast_flood', true],
  ['mcast_router', 1],
  ['mcast_to_unicast', false],
  ['neigh_suppress', false],
  ['vlan_tunnel', false],
  ['isolated', false],
  ['locked', false],
] as const;

const STATES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'];

/** `bridge link …`. */
export function link(command: string, words: readonly string[], context: Context): Result {
  if ('set'.startsWith(command) || 'change'.startsWith(command)) return set(words, context);
  if (isShow(command)) return show(words, context);
  return 'help'.startsWith(command) ? usage('link') : unknown(command, 'link');
}

/** What stands behind the @: the other end where it lies in this namespace, else the bridge. */
function below({ peer, lower, kind, master }: LinkInfo, { sys }: Context): string | undefined {
  const { host, netns } = sys.network.ref;
  const other = peer ?? lower;
  if (other && other.host === host && other.netns === netns) return other.name;
  return kind === 'vxlan' || kind === 'gretap' ? undefined : master;
}

function flags(each: LinkInfo, { sys }: Context): readonly string[] {
  const carrier = sys.network.hasCarrier(each.name);
  const own = ['BROADCAST', 'MULTICAST'];
  if (!each.up) return own;
  return carrier ? [...own, 'UP', 'LOWER_UP'] : ['NO-CARRIER', ...own, 'UP'];
}

function stateOf(each: LinkInfo, { sys }: Context): string {
  if (!each.up || !sys.network.hasCarrier(each.name)) return 'disabled';
  return STATES[Number(toldOf(each)['state'] ?? 3)] ?? 'forwarding';
}

const toldOf = ({ options }: LinkInfo) => (options?.['brport'] ?? {}) as Setting;

function settingOf(each: LinkInfo, name: string, first: boolean | number): boolean | number {
  if (name === 'hairpin') return each.hairpin ?? false;
  return toldOf(each)[name] ?? first;
}

function show(words: readonly string[], context: Context): Result {
  const { only, wrong } = deviceAsked(words, context);
  if (wrong) return wrong;
  const ports = [...context.sys.network.links()]
    .sort((a, b) => a.index - b.index)
    .filter((each) => each.master !== undefined && (only === undefined || each.name === only));
  const { options } = context;
  if (options.json)
    return json(
      ports.map((each) => asJson(each, context)),
      context,
    );
  const lines = ports.map((each) => {
    const where = below(each, context);
    const name = where === undefined ? each.name : `${each.name}@${where}`;
    const shown = options.color ? paint(36, `${name}: `) : `${name}: `;
    const head =
      `${each.index}: ${shown}<${flags(each, context).join(',')}> mtu ${each.mtu} ` +
      `master ${each.master} state ${stateOf(each, context)} ` +
      `priority ${portNumber(each, 'priority', 32)} cost ${portNumber(each, 'cost', 2)} `;
    if (!options.details) return `${head}\n`;
    const settings = SETTINGS.map(([key, first]) => {
      const value = settingOf(each, key, first);
      return `${key} ${typeof value === 'number' ? value : value ? 'on' : 'off'} `;
    });
    return `${head}${options.oneline ? '\\' : '\n'}    ${settings.join('')}\n`;
  });
  return ok(lines.join(''));
}

const portNumber = (port: LinkInfo, name: string, first: number) =>
  Number(toldOf(port)[name] ?? first);

function asJson(each: LinkInfo, context: Context) {
  const where = below(each, context);
  const settings = SETTINGS.map(([key, first]) => [key, settingOf(each, key, first)]);
  return {
    ifindex: each.index,
    ...(where === undefined ? {} : { link: where }),
    ifname: each.name,
    flags: flags(each, context),
    mtu: each.mtu,
    master: each.master,
    state: stateOf(each, context),
    priority: portNumber(each, 'priority', 32),
    cost: portNumber(each, 'cost', 2),
    ...(context.options.details ? Object.fromEntries(settings) : {}),
  };
}

type Setting = Record<string, boolean | number>;

function set(list: readonly string[], context: Context): Result {
  const words = reader(list);
  const found: Setting = {};
  let device: string | undefined;
  let self = false;
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === 'dev') device = words.value();
    else if (word === 'self') self = true;
    else if (word === 'master') continue;
    else {
      const failed = readSetting(word, words, found);
      if (words.missing) return incomplete;
      if (failed) return failed;
    }
    if (words.missing) return incomplete;
  }
  if (device === undefined) return fail('Device is a required argument.');
  const port = linkNamed(context, device);
  if (!port) return noBridge(device);
  if (context.sys.user !== 'root') return answers('Operation not permitted');
  if (Object.keys(found).length === 0) return ok();
  if (self || port.master === undefined) return answers('Operation not supported');
  const { hairpin, ...options } = found;
  if (Number(options['state'] ?? 0) > 4) return answers('Invalid argument');
  context.sys.network.setLink(device, {
    ...(hairpin === undefined ? {} : { hairpin: hairpin === true }),
    options: { brport: { ...toldOf(port), ...options } },
  });
  return ok();
}

function readSetting(word: string, words: ReturnType<typeof reader>, found: Setting) {
  const setting = SETTINGS.find(([name]) => name === word);
  if (word === 'cost' || word === 'priority' || word === 'mcast_router') {
    found[word] = Number.parseInt(words.value(), 10) || 0;
  } else if (word === 'state') {
    const text = words.value();
    const named = STATES.indexOf(text.toLowerCase());
    if (named < 0 && !/^\d+$/.test(text)) return fail('Error: invalid STP port state');
    found[word] = named < 0 ? Number(text) : named;
  } else if (setting) {
    const text = words.value();
    if (text !== 'on' && text !== 'off') {
      return fail(`Error: argument of "${word}" must be one of "off", "on", not "${text}"`, 234);
    }
    found[word] = text === 'on';
  } else if (['learning_sync', 'hwmode', 'backup_port', 'nobackup_port'].includes(word)) {
    return notModelled(`link set ${word}`);
  } else return usage('link');
  return undefined;
}
