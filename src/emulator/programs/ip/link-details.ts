import type { LinkInfo } from '../../network/api.ts';

const QUEUES =
  'gso_max_size 65536 gso_max_segs 65535 tso_max_size 524280 tso_max_segs 65535 ' +
  'gro_max_size 65536 ';
const TUNNEL_QUEUES = QUEUES.replace('tso_max_size 524280', 'tso_max_size 65536');

const IPIP = 'ipip any remote any local any ttl inherit nopmtudisc';

/** What `-d` adds to the `link/` line. */
export function limitsText(link: LinkInfo): string {
  const bridged = link.master === undefined ? 0 : 1;
  const [min, max] =
    link.kind === 'loopback' || link.kind === 'dummy' || link.kind === 'ipip'
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
    case 'vxlan':
      return `\n    ${vxlanText(link)} addrgenmode eui64 ${queues(1)} ${QUEUES}`;
    case 'dummy':
      return `\n    dummy addrgenmode eui64 ${queues(1)} ${TUNNEL_QUEUES}`;
    case 'ipip':
      return `\n    ${IPIP} addrgenmode eui64 ${queues(1)} ${TUNNEL_QUEUES}`;
    case 'wireguard':
      return `\n    wireguard addrgenmode none ${queues(1)} ${TUNNEL_QUEUES}`;
    default:
      return `addrgenmode eui64 ${queues(1)} ${QUEUES}`;
  }
}

/** A bridge's id: its priority and its MAC address. */
const bridgeId = (mac: string) => `8000.${mac}`;

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
  // iproute2 prints these two ids without leading zeros.
  const short = bridgeId(bridge?.mac ?? '').replace(/\b0(?=[\da-f]\b)/g, '');
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
  const device = field('dev', 'device', 'underlay');
  const port = field('dstport', 'port') ?? 8472;
  return [
    `vxlan id ${String(id)}`,
    ...(local === undefined ? [] : [`local ${String(local)}`]),
    ...(device === undefined ? [] : [`dev ${String(device)}`]),
    `srcport 0 0 dstport ${String(port)}`,
    ...(field('learning') === true ? [] : ['nolearning']),
    'ttl auto ageing 300 udpcsum noudp6zerocsumtx noudp6zerocsumrx',
  ].join(' ');
}
