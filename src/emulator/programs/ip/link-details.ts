import type { LinkInfo } from '../../network/api.ts';

const QUEUES =
  'gso_max_size 65536 gso_max_segs 65535 tso_max_size 524280 tso_max_segs 65535 ' +
  'gro_max_size 65536 ';
const TUNNEL_QUEUES = QUEUES.replace('tso_max_size 524280', 'tso_max_size 65536');

function ipipText({ options }: LinkInfo): string {
  const field = (name: string, other: string) => String(options?.[name] ?? other);
  const mode = options?.['remote'] === undefined ? 'any' : 'ipip';
  return (
    `ipip ${mode} remote ${field('remote', 'any')} local ${field('local', 'any')} ` +
    `ttl ${field('ttl', 'inherit')} nopmtudisc`
  );
}

/** What `-d` adds to the `link/` line. */
export function limitsText(link: LinkInfo): string {
  const bridged = link.master === undefined ? 0 : 1;
  const [min, max] = ['loopback', 'dummy', 'ipip'].includes(link.kind)
    ? [0, 0]
    : link.kind === 'wireguard'
      ? [0, 2147483552]
      : [68, 65535];
  return ` promiscuity ${bridged}  allmulti ${bridged} minmtu ${min} maxmtu ${max} `;
}

/** The further lines of `-d`, with what the kernel knows of each kind. */
export function detailsText(link: LinkInfo, links: readonly LinkInfo[]): string {
  const queues = (count: number) => `numtxqueues ${count} numrxqueues ${count}`;
  switch (link.kind) {
    case 'bridge':
      return `\n    ${bridgeText(link)} addrgenmode eui64 ${queues(1)} ${QUEUES}`;
    case 'veth': {
      const port = link.master === undefined ? '' : `\n    ${portText(link, links)}`;
      return `\n    veth ${port}${port === '' ? '' : ' '}addrgenmode eui64 ${queues(2)} ${QUEUES}`;
    }
    case 'vxlan': {
      // The card below lends it the size of what it takes.
      const below = ['dev', 'device', 'underlay'].some((name) => link.options?.[name]);
      const limits = below ? QUEUES : TUNNEL_QUEUES;
      return `\n    ${vxlanText(link)} addrgenmode eui64 ${queues(1)} ${limits}`;
    }
    case 'macvlan':
      return `\n    ${macvlanText(link)} addrgenmode eui64 ${queues(1)} ${QUEUES}`;
    case 'ipvlan': {
      const mode = String(link.options?.['mode'] ?? 'l2');
      return `\n    ipvlan  mode ${mode} bridge addrgenmode eui64 ${queues(1)} ${QUEUES}`;
    }
    case 'vlan': {
      const id = String(link.options?.['id'] ?? 1);
      const flags = 'protocol 802.1Q';
      return `\n    vlan ${flags} id ${id} <REORDER_HDR> addrgenmode eui64 ${queues(1)} ${QUEUES}`;
    }
    case 'dummy':
      return `\n    dummy addrgenmode eui64 ${queues(1)} ${TUNNEL_QUEUES}`;
    case 'ipip':
      return `\n    ${ipipText(link)} addrgenmode eui64 ${queues(1)} ${TUNNEL_QUEUES}`;
    case 'wireguard':
      return `\n    wireguard addrgenmode none ${queues(1)} ${TUNNEL_QUEUES}`;
    default:
      return `addrgenmode eui64 ${queues(1)} ${QUEUES}`;
  }
}

/** A bridge's id: its priority and its MAC address. */
// iproute2 prints it without leading zeros.
const bridgeId = (mac: string) => `8000.${mac.replace(/\b0(?=[\da-f]\b)/g, '')}`;

function macvlanText({ options }: LinkInfo): string {
  const mode = String(options?.['mode'] ?? 'vepa');
  return `macvlan mode ${mode} bcqueuelen 1000 usedbcqueuelen 1000`;
}

/** What `-d -j` adds. */
export function detailsJson(link: LinkInfo) {
  const bridged = link.master === undefined ? 0 : 1;
  return {
    promiscuity: bridged,
    allmulti: bridged,
    min_mtu: ['loopback', 'dummy', 'ipip', 'wireguard'].includes(link.kind) ? 0 : 68,
    max_mtu: link.kind === 'wireguard' ? 2147483552 : 65535,
    ...(['loopback', 'physical'].includes(link.kind) ? {} : { linkinfo: { info_kind: link.kind } }),
    inet6_addr_gen_mode: link.kind === 'wireguard' ? 'none' : 'eui64',
    num_tx_queues: 1,
    num_rx_queues: 1,
    gso_max_size: 65536,
    gso_max_segs: 65535,
  };
}

function bridgeText({ mac }: LinkInfo): string {
  return (
    'bridge forward_delay 1500 hello_time 200 max_age 2000 ageing_time 30000 stp_state 0 ' +
    `priority 32768 vlan_filtering 0 bridge_id ${bridgeId(mac)} designated_root ${bridgeId(mac)} ` +
    'root_port 0 root_path_cost 0 topology_change 0 topology_change_detected 0 ' +
    'hello_timer    0.00 tcn_timer    0.00 topology_change_timer    0.00 gc_timer    0.00 ' +
    'group_fwd_mask 0 group_address 01:80:c2:00:00:00 mcast_snooping 1 no_linklocal_learn 0 ' +
    'mcast_vlan_snooping 0 mcast_router 1 mcast_query_use_ifaddr 0 mcast_querier 0 ' +
    'mcast_hash_elasticity 16 mcast_hash_max 4096 mcast_last_member_count 2 ' +
    'mcast_startup_query_count 2 mcast_last_member_interval 100 mcast_membership_interval 26000 ' +
    'mcast_querier_interval 25500 mcast_query_interval 12500 mcast_query_response_interval 1000 ' +
    'mcast_startup_query_interval 3124 mcast_stats_enabled 0 mcast_igmp_version 2 ' +
    'mcast_mld_version 1 nf_call_iptables 0 nf_call_ip6tables 0 nf_call_arptables 0'
  );
}

/** Settings of a bridge's port as `bridge -d link` shows them, too. */
export function portFlags({ hairpin }: LinkInfo): string {
  const reflects = hairpin ? 'on' : 'off';
  return `hairpin ${reflects} guard off root_block off fastleave off learning on flood on`;
}

function portText(link: LinkInfo, links: readonly LinkInfo[]): string {
  const bridge = links.find((each) => each.name === link.master);
  const number = links.filter((each) => each.master === link.master).indexOf(link) + 1;
  const short = bridgeId(bridge?.mac ?? '');
  return (
    `bridge_slave state forwarding priority 32 cost 2 ${portFlags(link)} ` +
    `port_id 0x${(0x8000 + number).toString(16)} port_no 0x${number.toString(16)} ` +
    `designated_port ${0x8000 + number} designated_cost 0 designated_bridge ${short} ` +
    `designated_root ${short} hold_timer    0.00 message_age_timer    0.00 ` +
    'forward_delay_timer    0.00 topology_change_ack 0 config_pending 0 proxy_arp off ' +
    'proxy_arp_wifi off mcast_router 1 mcast_fast_leave off mcast_flood on bcast_flood on ' +
    'mcast_to_unicast off neigh_suppress off group_fwd_mask 0 group_fwd_mask_str 0x0 ' +
    'vlan_tunnel off isolated off locked off'
  );
}

function vxlanText({ options }: LinkInfo): string {
  const field = (name: string, ...others: string[]) =>
    [name, ...others].map((each) => options?.[each]).find((each) => each !== undefined);
  const id = field('id', 'vni') ?? 1;
  const local = field('local');
  const remote = field('remote');
  const ttl = field('ttl');
  const device = field('dev', 'device', 'underlay');
  const port = field('dstport', 'port') ?? 8472;
  return [
    `vxlan id ${String(id)}`,
    ...(remote === undefined ? [] : [`remote ${String(remote)}`]),
    ...(local === undefined ? [] : [`local ${String(local)}`]),
    ...(device === undefined ? [] : [`dev ${String(device)}`]),
    `srcport 0 0 dstport ${String(port)}`,
    ...(field('learning') === 1 || field('learning') === true ? [] : ['nolearning']),
    `ttl ${ttl === undefined ? 'auto' : String(ttl)} ageing 300`,
    'udpcsum noudp6zerocsumtx noudp6zerocsumrx',
  ].join(' ');
}
