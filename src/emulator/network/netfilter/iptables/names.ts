/** Protocols of /etc/protocols that rules may name, with their numbers. */
const protocols: readonly (readonly [name: string, number: number])[] = [
  ['all', 0],
  ['icmp', 1],
  ['igmp', 2],
  ['ipencap', 4],
  ['tcp', 6],
  ['udp', 17],
  ['dccp', 33],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['ipv6-icmp', 58],
  ['ospf', 89],
  ['vrrp', 112],
  ['sctp', 132],
  ['udplite', 136],
];

/** Number of a protocol name, or undefined. */
export function protocolNumber(name: string): number | undefined {
  return protocols.find(([known]) => known === name)?.[1];
}

/** The name under which a protocol is kept, from a name or number; undefined if it is neither. */
export function protocolName(text: string): string | undefined {
  const given = text.toLowerCase();
  const lower = given === 'icmpv6' || given === 'icmp6' ? 'ipv6-icmp' : given;
  if (/^\d+$/.test(lower)) {
    if (Number(lower) > 255) return undefined;
    return protocols.find(([, number]) => number === Number(lower))?.[0] ?? String(Number(lower));
  }
  return protocols.some(([name]) => name === lower) ? lower : undefined;
}

/** The part of /etc/services (Debian 12) that shows in rules of clusters. */
const services: readonly (readonly [name: string, port: number, protocols?: string])[] = [
  ['tcpmux', 1, 'tcp'],
  ['echo', 7],
  ['discard', 9],
  ['daytime', 13],
  ['ftp-data', 20, 'tcp'],
  ['ftp', 21, 'tcp'],
  ['ssh', 22, 'tcp'],
  ['telnet', 23, 'tcp'],
  ['smtp', 25, 'tcp'],
  ['time', 37],
  ['domain', 53],
  ['bootps', 67, 'udp'],
  ['bootpc', 68, 'udp'],
  ['tftp', 69, 'udp'],
  ['http', 80, 'tcp'],
  ['kerberos', 88],
  ['pop3', 110, 'tcp'],
  ['sunrpc', 111],
  ['ntp', 123, 'udp'],
  ['netbios-ns', 137, 'udp'],
  ['imap2', 143, 'tcp'],
  ['snmp', 161],
  ['bgp', 179, 'tcp'],
  ['ldap', 389],
  ['https', 443],
  ['microsoft-ds', 445],
  ['syslog', 514, 'udp'],
  ['submission', 587, 'tcp'],
  ['ldaps', 636],
  ['domain-s', 853],
  ['rsync', 873, 'tcp'],
  ['imaps', 993, 'tcp'],
  ['pop3s', 995, 'tcp'],
  ['socks', 1080, 'tcp'],
  ['ms-sql-s', 1433, 'tcp'],
  ['mqtt', 1883, 'tcp'],
  ['nfs', 2049],
  ['gds-db', 3050, 'tcp'],
  ['mysql', 3306, 'tcp'],
  ['ms-wbt-server', 3389, 'tcp'],
  ['epmd', 4369, 'tcp'],
  ['vxlan', 4789, 'udp'],
  ['sip', 5060],
  ['sip-tls', 5061],
  ['xmpp-client', 5222, 'tcp'],
  ['mdns', 5353, 'udp'],
  ['postgresql', 5432, 'tcp'],
  ['amqps', 5671, 'tcp'],
  ['amqp', 5672],
  ['x11', 6000, 'tcp'],
  ['redis', 6379, 'tcp'],
  ['ircd', 6667, 'tcp'],
  ['http-alt', 8080],
  ['puppet', 8140, 'tcp'],
  ['bacula-dir', 9101, 'tcp'],
  ['git', 9418, 'tcp'],
  ['zabbix-agent', 10050, 'tcp'],
  ['zabbix-trapper', 10051, 'tcp'],
  ['amanda', 10080, 'tcp'],
];

/** Name of a port of a protocol, as `getservbyport` gives it. */
export function serviceName(port: number, protocol: string): string | undefined {
  // Lines without a protocol stand for two: tcp and udp.
  const has = (only: string | undefined) =>
    only === undefined ? protocol === 'tcp' || protocol === 'udp' : only === protocol;
  return services.find(([, number, only]) => number === port && has(only))?.[0];
}

/** Port of a service name, as `getservbyname` gives it. */
export function servicePort(name: string): number | undefined {
  return services.find(([known]) => known === name)?.[1];
}
