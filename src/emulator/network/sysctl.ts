/** Values of a freshly made namespace on a node with br_netfilter and nf_conntrack loaded. */
const defaults: Readonly<Record<string, string>> = {
  'net.ipv4.ip_forward': '0',
  'net.ipv4.ip_default_ttl': '64',
  'net.ipv4.ip_local_port_range': '32768\t60999',
  'net.ipv4.ip_nonlocal_bind': '0',
  'net.ipv4.ip_unprivileged_port_start': '0',
  'net.ipv4.tcp_syn_retries': '6',
  'net.ipv4.tcp_synack_retries': '5',
  'net.ipv4.tcp_retries2': '15',
  'net.ipv4.tcp_fin_timeout': '60',
  'net.ipv4.tcp_keepalive_time': '7200',
  'net.ipv4.tcp_tw_reuse': '2',
  'net.ipv4.tcp_syncookies': '1',
  'net.ipv4.tcp_max_syn_backlog': '512',
  'net.ipv4.icmp_echo_ignore_all': '0',
  'net.ipv4.icmp_echo_ignore_broadcasts': '1',
  'net.ipv4.icmp_errors_use_inbound_ifaddr': '0',
  'net.ipv4.ping_group_range': '0\t2147483647',
  'net.ipv4.neigh.default.base_reachable_time_ms': '30000',
  'net.ipv4.neigh.default.gc_thresh1': '128',
  'net.ipv4.neigh.default.gc_thresh2': '512',
  'net.ipv4.neigh.default.gc_thresh3': '1024',
  'net.core.somaxconn': '4096',
  'net.bridge.bridge-nf-call-iptables': '1',
  'net.bridge.bridge-nf-call-ip6tables': '1',
  'net.bridge.bridge-nf-call-arptables': '1',
  'net.netfilter.nf_conntrack_max': '262144',
  'net.netfilter.nf_conntrack_tcp_timeout_established': '432000',
  'net.netfilter.nf_conntrack_tcp_timeout_close_wait': '60',
  'net.netfilter.nf_conntrack_tcp_timeout_syn_sent': '120',
  'net.netfilter.nf_conntrack_tcp_timeout_syn_recv': '60',
  'net.netfilter.nf_conntrack_tcp_timeout_fin_wait': '120',
  'net.netfilter.nf_conntrack_tcp_timeout_last_ack': '30',
  'net.netfilter.nf_conntrack_tcp_timeout_time_wait': '120',
  'net.netfilter.nf_conntrack_tcp_timeout_close': '10',
  'net.netfilter.nf_conntrack_udp_timeout': '30',
  'net.netfilter.nf_conntrack_udp_timeout_stream': '120',
  'net.netfilter.nf_conntrack_generic_timeout': '600',
  'net.netfilter.nf_conntrack_icmp_timeout': '30',
  'net.netfilter.nf_conntrack_tcp_be_liberal': '0',
  'net.netfilter.nf_conntrack_acct': '0',
  'net.netfilter.nf_conntrack_buckets': '262144',
  'net.netfilter.nf_conntrack_checksum': '1',
  'net.netfilter.nf_conntrack_events': '2',
  'net.netfilter.nf_conntrack_expect_max': '4096',
  'net.netfilter.nf_conntrack_frag6_high_thresh': '4194304',
  'net.netfilter.nf_conntrack_frag6_low_thresh': '3145728',
  'net.netfilter.nf_conntrack_frag6_timeout': '60',
  'net.netfilter.nf_conntrack_gre_timeout': '30',
  'net.netfilter.nf_conntrack_gre_timeout_stream': '180',
  'net.netfilter.nf_conntrack_icmpv6_timeout': '30',
  'net.netfilter.nf_conntrack_log_invalid': '0',
  'net.netfilter.nf_conntrack_sctp_timeout_closed': '10',
  'net.netfilter.nf_conntrack_sctp_timeout_cookie_echoed': '3',
  'net.netfilter.nf_conntrack_sctp_timeout_cookie_wait': '3',
  'net.netfilter.nf_conntrack_sctp_timeout_established': '210',
  'net.netfilter.nf_conntrack_sctp_timeout_heartbeat_sent': '30',
  'net.netfilter.nf_conntrack_sctp_timeout_shutdown_ack_sent': '3',
  'net.netfilter.nf_conntrack_sctp_timeout_shutdown_recd': '3',
  'net.netfilter.nf_conntrack_sctp_timeout_shutdown_sent': '3',
  'net.netfilter.nf_conntrack_tcp_ignore_invalid_rst': '0',
  'net.netfilter.nf_conntrack_tcp_loose': '1',
  'net.netfilter.nf_conntrack_tcp_max_retrans': '3',
  'net.netfilter.nf_conntrack_tcp_timeout_max_retrans': '300',
  'net.netfilter.nf_conntrack_tcp_timeout_unacknowledged': '300',
  'net.netfilter.nf_conntrack_timestamp': '0',
  'net.ipv4.vs.conntrack': '0',
  'net.ipv4.vs.conn_reuse_mode': '1',
  'net.ipv4.vs.expire_nodest_conn': '0',
  'net.ipv4.vs.expire_quiescent_template': '0',
  'net.ipv4.vs.sloppy_tcp': '0',
  'net.ipv6.conf.all.disable_ipv6': '0',
  'net.ipv6.conf.default.disable_ipv6': '0',
  'net.ipv6.conf.all.forwarding': '0',
};

/** Settings of `net.ipv4.conf.<device>.…`. */
const deviceDefaults: Readonly<Record<string, string>> = {
  accept_local: '0',
  accept_redirects: '1',
  arp_announce: '0',
  arp_filter: '0',
  arp_ignore: '0',
  arp_notify: '0',
  forwarding: '0',
  log_martians: '0',
  promote_secondaries: '0',
  proxy_arp: '0',
  route_localnet: '0',
  rp_filter: '0',
  send_redirects: '1',
};

/**
 * The value of a setting that nobody wrote: a device's own comes from `default`; forwarding of
 * devices follows ip_forward. Undefined for a name that the kernel does not have.
 */
export function sysctlDefault(
  name: string,
  written: (name: string) => string | undefined,
): string | undefined {
  const known = defaults[name];
  if (known !== undefined) return known;
  const match = /^net\.ipv4\.conf\.(.+)\.([a-z_]+)$/.exec(name);
  const setting = match?.[2];
  if (!match || setting === undefined) return undefined;
  const fallback = deviceDefaults[setting];
  if (fallback === undefined) return undefined;
  if (setting === 'forwarding') return written('net.ipv4.ip_forward') ?? fallback;
  if (match[1] === 'all' || match[1] === 'default') return fallback;
  return written(`net.ipv4.conf.default.${setting}`) ?? fallback;
}

/** Names of all settings with a fixed place, for `sysctl -a`. */
export function sysctlNames(devices: readonly string[]): readonly string[] {
  const own = ['all', 'default', ...devices].flatMap((device) =>
    Object.keys(deviceDefaults).map((name) => `net.ipv4.conf.${device}.${name}`),
  );
  return [...Object.keys(defaults), ...own].sort();
}
