// Bridges and their ports: `type bridge` and `type bridge_slave` of `ip link`, told and shown.
import type { LinkInfo } from '../../network/api.ts';
import { answers, badArgument, fail, type IpResult } from './options.ts';

/** A bridge's settings with the values that the kernel begins with, in iproute2's units. */
const BRIDGE_DEFAULTS = {
  forward_delay: 1500,
  hello_time: 200,
  max_age: 2000,
  ageing_time: 30000,
  stp_state: 0,
  priority: 32768,
  vlan_filtering: 0,
  vlan_default_pvid: 1,
  group_fwd_mask: 0,
  mcast_snooping: 1,
  no_linklocal_learn: 0,
  mcast_querier: 0,
  mcast_router: 1,
  nf_call_iptables: 0,
  nf_call_ip6tables: 0,
  nf_call_arptables: 0,
} as const;

/** Whether a word is a setting of bridges that can be changed here. */
export const isBridgeOption = (word: string): word is keyof typeof BRIDGE_DEFAULTS =>
  word in BRIDGE_DEFAULTS;

/** Reads the value of a setting into the device's options. */
export function bridgeOption(
  word: string,
  text: string,
  options: { [name: string]: unknown },
): IpResult | undefined {
  if (!/^\d+$/.test(text)) return badArgument(text, `invalid ${word}`);
  const value = Number(text);
  // Frames for these are never passed on.
  if (word === 'group_fwd_mask' && (value & 7) !== 0) return answers('EINVAL');
  options[word] = value;
  return undefined;
}

/** Settings of a port in iproute2's order, with what they are at first. */
export const PORT_SETTINGS = {
  hairpin: false,
  guard: false,
  root_block: false,
  fastleave: false,
  learning: true,
  flood: true,
  proxy_arp: false,
  proxy_arp_wifi: false,
  mcast_flood: true,
  bcast_flood: true,
  mcast_to_unicast: false,
  neigh_suppress: false,
  vlan_tunnel: false,
  isolated: false,
  locked: false,
} as const;

type PortSetting = keyof typeof PORT_SETTINGS;
const STATES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'];

/** Reads `type bridge_slave WORD VALUE`; undefined for a word that ports do not have. */
export function portOption(
  word: string,
  text: string,
  port: { [name: string]: boolean | number },
): IpResult | 'unknown' | undefined {
  if (['state', 'cost', 'priority', 'mcast_router'].includes(word)) {
    if (!/^\d+$/.test(text)) return badArgument(text, `invalid ${word}`);
    port[word] = Number(text);
    return undefined;
  }
  if (!(word in PORT_SETTINGS)) return 'unknown';
  if (text !== 'on' && text !== 'off') {
    return fail(`Error: argument of "${word}" must be one of "off", "on", not "${text}"`, 234);
  }
  port[word] = text === 'on';
  return undefined;
}

function settingOf(link: LinkInfo, name: PortSetting): boolean {
  if (name === 'hairpin') return link.hairpin ?? false;
  const told = link.options?.['brport'] as { readonly [name: string]: boolean } | undefined;
  return told?.[name] ?? PORT_SETTINGS[name];
}

function portNumber({ options }: LinkInfo, name: string, first: number): number {
  const told = options?.['brport'] as { readonly [name: string]: number } | undefined;
  return told?.[name] ?? first;
}

/** One thing that is shown: its name in text and in JSON, and its value. */
export type Field = readonly [text: string, json: string, value: Value];
type Value = string | number | boolean | { readonly seconds: number } | { readonly hex: number };

/** Fields as text. */
export function fieldsText(fields: readonly Field[]): string {
  return fields
    .map(([name, , value]) => {
      if (typeof value === 'boolean') return `${name} ${value ? 'on' : 'off'}`;
      if (typeof value !== 'object') return `${name} ${value}`;
      if ('hex' in value) return `${name} ${hex(value.hex)}`;
      return `${name} ${value.seconds.toFixed(2).padStart(7)}`;
    })
    .join(' ');
}

/** A number in C's `%#x`. */
const hex = (value: number) => (value === 0 ? '0' : `0x${value.toString(16)}`);

/** Fields as JSON has them. */
export function fieldsJson(fields: readonly Field[]) {
  return Object.fromEntries(
    fields.map(([, name, value]) => {
      if (typeof value !== 'object') return [name, value];
      return [name, 'hex' in value ? hex(value.hex) : value.seconds];
    }),
  );
}

/** A bridge's id: its priority and its MAC address, which iproute2 prints without leading zeros. */
const idOf = (mac: string, priority = 32768) =>
  `${priority.toString(16).padStart(4, '0')}.${mac.replace(/\b0(?=[\da-f]\b)/g, '')}`;

const priorityOf = (bridge: LinkInfo | undefined) =>
  Number(bridge?.options?.['priority'] ?? BRIDGE_DEFAULTS.priority);

/** What a bridge is set to (`iplink_bridge.c`). */
export function bridgeFields({ mac, options }: LinkInfo): readonly Field[] {
  const set = (name: keyof typeof BRIDGE_DEFAULTS): Field => [
    name,
    name,
    Number(options?.[name] ?? BRIDGE_DEFAULTS[name]),
  ];
  const same = (name: string, value: Value): Field => [name, name, value];
  const interval = (name: string, value: number): Field => [
    `mcast_${name}_interval`,
    `mcast_${name}_intvl`,
    value,
  ];
  // A kernel without VLANs in its bridges does not tell of them; ours learns of them when asked.
  const vlans = options?.['vlan_filtering'] !== undefined;
  const id = idOf(mac, priorityOf({ options } as LinkInfo));
  const timers = ['tcn_timer', 'topology_change_timer', 'gc_timer'];
  return [
    ...(['forward_delay', 'hello_time', 'max_age', 'ageing_time'] as const).map(set),
    ...(['stp_state', 'priority', 'vlan_filtering'] as const).map(set),
    ...(vlans ? [same('vlan_protocol', '802.1Q')] : []),
    same('bridge_id', id),
    ['designated_root', 'root_id', id],
    ...['root_port', 'root_path_cost', 'topology_change'].map((name) => same(name, 0)),
    same('topology_change_detected', 0),
    ...['hello_timer', ...timers].map((name) => same(name, { seconds: 0 })),
    ...(vlans ? [set('vlan_default_pvid')] : []),
    ...(vlans ? ['vlan_stats_enabled', 'vlan_stats_per_port'].map((name) => same(name, 0)) : []),
    same('group_fwd_mask', { hex: Number(options?.['group_fwd_mask'] ?? 0) }),
    ['group_address', 'group_addr', '01:80:c2:00:00:00'],
    ...(['mcast_snooping', 'no_linklocal_learn'] as const).map(set),
    same('mcast_vlan_snooping', 0),
    set('mcast_router'),
    same('mcast_query_use_ifaddr', 0),
    set('mcast_querier'),
    same('mcast_hash_elasticity', 16),
    same('mcast_hash_max', 4096),
    ['mcast_last_member_count', 'mcast_last_member_cnt', 2],
    ['mcast_startup_query_count', 'mcast_startup_query_cnt', 2],
    interval('last_member', 100),
    interval('membership', 26000),
    interval('querier', 25500),
    interval('query', 12500),
    interval('query_response', 1000),
    interval('startup_query', 3124),
    same('mcast_stats_enabled', 0),
    same('mcast_igmp_version', 2),
    same('mcast_mld_version', 1),
    ...(['nf_call_iptables', 'nf_call_ip6tables', 'nf_call_arptables'] as const).map(set),
  ];
}

/** What a port of a bridge is set to (`iplink_bridge_slave.c`). */
export function portFields(link: LinkInfo, links: readonly LinkInfo[]): readonly Field[] {
  const bridge = links.find((each) => each.name === link.master);
  const number = links.filter((each) => each.master === link.master).indexOf(link) + 1;
  const id = idOf(bridge?.mac ?? '', priorityOf(bridge));
  const priority = portNumber(link, 'priority', 32);
  const port = priority * 1024 + number;
  const set = (name: PortSetting): Field => [name, name, settingOf(link, name)];
  const same = (name: string, value: Value): Field => [name, name, value];
  return [
    same('state', link.up ? (STATES[portNumber(link, 'state', 3)] ?? 'forwarding') : 'disabled'),
    same('priority', priority),
    same('cost', portNumber(link, 'cost', 2)),
    ...(['hairpin', 'guard', 'root_block', 'fastleave', 'learning', 'flood'] as const).map(set),
    ['port_id', 'id', { hex: port }],
    ['port_no', 'no', { hex: number }],
    same('designated_port', port),
    same('designated_cost', 0),
    ['designated_bridge', 'bridge_id', id],
    ['designated_root', 'root_id', id],
    ...['hold_timer', 'message_age_timer', 'forward_delay_timer'].map((name) =>
      same(name, { seconds: 0 }),
    ),
    same('topology_change_ack', 0),
    same('config_pending', 0),
    ...(['proxy_arp', 'proxy_arp_wifi'] as const).map(set),
    ['mcast_router', 'multicast_router', portNumber(link, 'mcast_router', 1)],
    // Shown again under its own name in text only.
    ['mcast_fast_leave', 'fastleave', settingOf(link, 'fastleave')],
    ...(['mcast_flood', 'bcast_flood', 'mcast_to_unicast', 'neigh_suppress'] as const).map(set),
    same('group_fwd_mask', { hex: 0 }),
    same('group_fwd_mask_str', '0x0'),
    ...(['vlan_tunnel', 'isolated', 'locked'] as const).map(set),
  ];
}
