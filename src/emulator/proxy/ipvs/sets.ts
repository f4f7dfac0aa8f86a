import type { Family } from '../services.ts';

/** One of kube-proxy's sets of ipset: what it is for, in the words of the rules' comments. */
export interface SetDefinition {
  readonly name: string;
  readonly type:
    'hash:ip' | 'hash:ip,port' | 'hash:ip,port,ip' | 'hash:ip,port,net' | 'bitmap:port';
  readonly comment: string;
}

const of = (name: string, type: SetDefinition['type'], comment: string): SetDefinition => ({
  name,
  type,
  comment,
});

/** All sets in the order in which they are made (upstream pkg/proxy/ipvs/proxier.go). */
export const sets: readonly SetDefinition[] = [
  of(
    'KUBE-LOOP-BACK',
    'hash:ip,port,ip',
    'Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose',
  ),
  of(
    'KUBE-CLUSTER-IP',
    'hash:ip,port',
    'Kubernetes service cluster ip + port for masquerade purpose',
  ),
  of(
    'KUBE-EXTERNAL-IP',
    'hash:ip,port',
    'Kubernetes service external ip + port for masquerade and filter purpose',
  ),
  of(
    'KUBE-EXTERNAL-IP-LOCAL',
    'hash:ip,port',
    'Kubernetes service external ip + port with externalTrafficPolicy=local',
  ),
  of('KUBE-LOAD-BALANCER', 'hash:ip,port', 'Kubernetes service lb portal'),
  of(
    'KUBE-LOAD-BALANCER-FW',
    'hash:ip,port',
    'Kubernetes service load balancer ip + port for load balancer with sourceRange',
  ),
  of(
    'KUBE-LOAD-BALANCER-LOCAL',
    'hash:ip,port',
    'Kubernetes service load balancer ip + port with externalTrafficPolicy=local',
  ),
  of(
    'KUBE-LOAD-BALANCER-SOURCE-IP',
    'hash:ip,port,ip',
    'Kubernetes service load balancer ip + port + source IP for packet filter purpose',
  ),
  of(
    'KUBE-LOAD-BALANCER-SOURCE-CIDR',
    'hash:ip,port,net',
    'Kubernetes service load balancer ip + port + source cidr for packet filter purpose',
  ),
  of('KUBE-NODE-PORT-TCP', 'bitmap:port', 'Kubernetes nodeport TCP port for masquerade purpose'),
  of(
    'KUBE-NODE-PORT-LOCAL-TCP',
    'bitmap:port',
    'Kubernetes nodeport TCP port with externalTrafficPolicy=local',
  ),
  of('KUBE-NODE-PORT-UDP', 'bitmap:port', 'Kubernetes nodeport UDP port for masquerade purpose'),
  of(
    'KUBE-NODE-PORT-LOCAL-UDP',
    'bitmap:port',
    'Kubernetes nodeport UDP port with externalTrafficPolicy=local',
  ),
  of(
    'KUBE-NODE-PORT-SCTP-HASH',
    'hash:ip,port',
    "Kubernetes nodeport SCTP port for masquerade purpose with type 'hash ip:port'",
  ),
  of(
    'KUBE-NODE-PORT-LOCAL-SCTP-HASH',
    'hash:ip,port',
    "Kubernetes nodeport SCTP port with externalTrafficPolicy=local with type 'hash ip:port'",
  ),
  of('KUBE-HEALTH-CHECK-NODE-PORT', 'bitmap:port', 'Kubernetes health check node port'),
  of('KUBE-IPVS-IPS', 'hash:ip', 'Virtual IP for IPVS'),
];

/** The name that a set has in a family: those of IPv6 are told apart. It has 31 letters at most. */
export function setName(name: string, family: Family): string {
  return family === 'IPv6' ? name.replace('KUBE-', 'KUBE-6-').slice(0, 31) : name;
}

/** A rule that is written while its set has entries. */
export interface SetRule {
  readonly set: string;
  readonly table: 'nat' | 'filter';
  readonly from: string;
  readonly to: string;
  readonly directions: string;
  readonly protocol?: 'tcp' | 'udp' | 'sctp';
}

const rule = (
  set: string,
  table: SetRule['table'],
  from: string,
  to: string,
  directions: string,
  protocol?: SetRule['protocol'],
): SetRule => ({ set, table, from, to, directions, ...(protocol ? { protocol } : {}) });

const NODE_PORT = 'KUBE-NODE-PORT';
const MASQ = 'KUBE-MARK-MASQ';
const FIREWALL = 'KUBE-SOURCE-RANGES-FIREWALL';

/** Rules of sets, in the order of writing: an exception comes before what it is taken from. */
export const setRules: readonly SetRule[] = [
  rule('KUBE-LOOP-BACK', 'nat', 'KUBE-POSTROUTING', 'MASQUERADE', 'dst,dst,src'),
  rule('KUBE-LOAD-BALANCER', 'nat', 'KUBE-SERVICES', 'KUBE-LOAD-BALANCER', 'dst,dst'),
  rule('KUBE-LOAD-BALANCER-LOCAL', 'nat', 'KUBE-LOAD-BALANCER', 'RETURN', 'dst,dst'),
  rule('KUBE-NODE-PORT-LOCAL-TCP', 'nat', NODE_PORT, 'RETURN', 'dst', 'tcp'),
  rule('KUBE-NODE-PORT-TCP', 'nat', NODE_PORT, MASQ, 'dst', 'tcp'),
  rule('KUBE-NODE-PORT-LOCAL-UDP', 'nat', NODE_PORT, 'RETURN', 'dst', 'udp'),
  rule('KUBE-NODE-PORT-UDP', 'nat', NODE_PORT, MASQ, 'dst', 'udp'),
  rule('KUBE-NODE-PORT-LOCAL-SCTP-HASH', 'nat', NODE_PORT, 'RETURN', 'dst,dst', 'sctp'),
  rule('KUBE-NODE-PORT-SCTP-HASH', 'nat', NODE_PORT, MASQ, 'dst,dst', 'sctp'),
  rule('KUBE-LOAD-BALANCER-FW', 'filter', 'KUBE-PROXY-FIREWALL', FIREWALL, 'dst,dst'),
  rule('KUBE-LOAD-BALANCER-SOURCE-CIDR', 'filter', FIREWALL, 'RETURN', 'dst,dst,src'),
  rule('KUBE-LOAD-BALANCER-SOURCE-IP', 'filter', FIREWALL, 'RETURN', 'dst,dst,src'),
];
