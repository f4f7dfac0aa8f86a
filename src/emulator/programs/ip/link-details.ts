import type { LinkInfo } from '../../network/api.ts';
import { bridgeFields, fieldsJson, fieldsText, portFields } from './link-bridge.ts';

const QUEUES =
  'gso_max_size 65536 gso_max_segs 65535 tso_max_size 524280 tso_max_segs 65535 ' +
  'gro_max_size 65536 ';
const TUNNEL_QUEUES = QUEUES.replace('tso_max_size 524280', 'tso_max_size 65536');

/** A key as iproute2 prints it: as an address. */
const keyText = (key: number) =>
  [24, 16, 8, 0].map((shift) => Math.floor(key / 2 ** shift) % 256).join('.');

/** `link_iptnl.c` and `link_gre.c`: the ends, then how the outer packet is made. */
function tunnelText({ name, kind, options }: LinkInfo): string {
  const field = (name: string, other: string) => String(options?.[name] ?? other);
  const told = options?.['any'] === 1;
  const mode = { ipip: told ? ' any' : ' ipip', sit: told ? ' any' : ' ip6ip' }[kind as string];
  const discovers = options?.['pmtudisc'] === 1;
  const gre = mode === undefined;
  // The device that came with its module was never told a mode.
  const own = name === 'tunl0' ? ' any' : mode;
  const keys = (['ikey', 'okey'] as const).map((name) => {
    const key = options?.[name];
    return key === undefined ? '' : ` ${name} ${keyText(Number(key))}`;
  });
  return (
    `${kind}${own ?? ''} remote ${field('remote', 'any')} local ${field('local', 'any')}` +
    `${options?.['dev'] === undefined ? '' : ` dev ${field('dev', '')}`} ` +
    `ttl ${field('ttl', 'inherit')}` +
    (discovers ? (gre ? '' : ' pmtudisc') : ' nopmtudisc') +
    keys.join('')
  );
}

/** The least and the greatest MTU of each kind, where it is not Ethernet's. */
export const MTUS: Readonly<Record<string, readonly [least: number, greatest: number]>> = {
  loopback: [0, 0],
  dummy: [0, 0],
  ipip: [0, 0],
  gre: [0, 0],
  gretap: [68, 0],
  sit: [1280, 65555],
  vlan: [0, 65535],
  wireguard: [0, 2147483552],
};

/** What `-d` adds to the `link/` line. */
export function limitsText(link: LinkInfo): string {
  const bridged = link.master === undefined ? 0 : 1;
  const [min, max] = MTUS[link.kind] ?? [68, 65535];
  return ` promiscuity ${bridged}  allmulti ${bridged} minmtu ${min} maxmtu ${max} `;
}

/** The further lines of `-d`, with what the kernel knows of each kind. */
export function detailsText(link: LinkInfo, links: readonly LinkInfo[]): string {
  const fields = link.master === undefined ? '' : fieldsText(portFields(link, links));
  const port = fields === '' ? '' : `\n    bridge_slave ${fields} `;
  const line = (text: string, count: number) =>
    `\n    ${text} addrgenmode eui64 ${queues(count)} ${QUEUES}`;
  const queues = (count: number) => `numtxqueues ${count} numrxqueues ${count}`;
  switch (link.kind) {
    case 'bridge':
      return line(`bridge ${fieldsText(bridgeFields(link))}`, 1);
    case 'veth': {
      return `\n    veth ${port}addrgenmode eui64 ${queues(2)} ${QUEUES}`;
    }
    case 'vxlan': {
      // The card below lends it the size of what it takes.
      const below = ['dev', 'device', 'underlay'].some((name) => link.options?.[name]);
      const limits = below ? QUEUES : TUNNEL_QUEUES;
      return `\n    ${vxlanText(link)} ${port}addrgenmode eui64 ${queues(1)} ${limits}`;
    }
    case 'macvlan':
      return `\n    ${macvlanText(link)} addrgenmode eui64 ${queues(1)} ${QUEUES}`;
    case 'ipvlan': {
      const mode = String(link.options?.['mode'] ?? 'l2');
      const flag = String(link.options?.['flag'] ?? 'bridge');
      return `\n    ipvlan  mode ${mode} ${flag} addrgenmode eui64 ${queues(1)} ${QUEUES}`;
    }
    case 'vlan': {
      const id = String(link.options?.['id'] ?? 1);
      const flags = 'protocol 802.1Q';
      return line(`vlan ${flags} id ${id} <REORDER_HDR> ${port}`.trimEnd(), 1);
    }
    case 'dummy':
      return `\n    dummy ${port}addrgenmode eui64 ${queues(1)} ${TUNNEL_QUEUES}`;
    case 'ipip':
    case 'sit':
    case 'gre':
    case 'gretap':
      return `\n    ${tunnelText(link)} ${port}addrgenmode eui64 ${queues(1)} ${TUNNEL_QUEUES}`;
    case 'wireguard':
      return `\n    wireguard addrgenmode none ${queues(1)} ${TUNNEL_QUEUES}`;
    default:
      return `addrgenmode eui64 ${queues(1)} ${QUEUES}`;
  }
}

function macvlanText({ options }: LinkInfo): string {
  const mode = String(options?.['mode'] ?? 'vepa');
  return `macvlan mode ${mode} bcqueuelen 1000 usedbcqueuelen 1000`;
}

/** What `-d -j` adds. */
export function detailsJson(link: LinkInfo, links: readonly LinkInfo[]) {
  const bridged = link.master === undefined ? 0 : 1;
  const plain = ['loopback', 'physical'].includes(link.kind);
  const data = infoData(link);
  const slave = bridged
    ? { info_slave_kind: 'bridge', info_slave_data: fieldsJson(portFields(link, links)) }
    : {};
  const info = { info_kind: link.kind, ...(data ? { info_data: data } : {}), ...slave };
  const [queues, size] = sizesOf(link);
  return {
    promiscuity: bridged,
    allmulti: bridged,
    min_mtu: MTUS[link.kind]?.[0] ?? 68,
    max_mtu: MTUS[link.kind]?.[1] ?? 65535,
    ...(plain ? {} : { linkinfo: info }),
    inet6_addr_gen_mode: link.kind === 'wireguard' ? 'none' : 'eui64',
    num_tx_queues: queues,
    num_rx_queues: queues,
    gso_max_size: 65536,
    gso_max_segs: 65535,
    tso_max_size: size,
    tso_max_segs: 65535,
    gro_max_size: 65536,
  };
}

/** How many queues a device has, and how large the pieces are that it takes for TCP. */
function sizesOf({ kind, options }: LinkInfo): readonly [queues: number, size: number] {
  const below = ['dev', 'device', 'underlay'].some((name) => options?.[name]);
  const large = ['bridge', 'macvlan', 'ipvlan', 'vlan', 'veth', 'loopback', 'physical'];
  const size = large.includes(kind) || (kind === 'vxlan' && below) ? 524_280 : 65_536;
  return [kind === 'veth' ? 2 : 1, size];
}

function infoData(link: LinkInfo) {
  const { kind, options } = link;
  const told = (name: string) => options?.[name];
  if (kind === 'bridge') return fieldsJson(bridgeFields(link));
  if (kind === 'vxlan') return vxlanJson(link);
  if (kind === 'vlan') {
    return { protocol: '802.1Q', id: Number(told('id') ?? 1), flags: ['REORDER_HDR'] };
  }
  if (kind === 'macvlan') {
    return { mode: told('mode') ?? 'vepa', bcqueuelen: 1000, usedbcqueuelen: 1000 };
  }
  if (kind === 'ipvlan')
    return { mode: told('mode') ?? 'l2', [String(told('flag') ?? 'bridge')]: true };
  if (!['ipip', 'sit', 'gre', 'gretap'].includes(kind)) return undefined;
  const protocol =
    told('any') === 1 || link.name === 'tunl0' ? 'any' : kind === 'sit' ? 'ip6ip' : 'ipip';
  return {
    ...(kind === 'ipip' || kind === 'sit' ? { proto: protocol } : {}),
    remote: told('remote') ?? 'any',
    local: told('local') ?? 'any',
    ...(told('dev') === undefined ? {} : { link: told('dev') }),
    ttl: Number(told('ttl') ?? 0),
    pmtudisc: told('pmtudisc') === 1,
    ...(told('ikey') === undefined ? {} : { ikey: keyText(Number(told('ikey'))) }),
    ...(told('okey') === undefined ? {} : { okey: keyText(Number(told('okey'))) }),
  };
}

function vxlanJson({ options }: LinkInfo) {
  const told = (...names: string[]) =>
    names.map((each) => options?.[each]).find((each) => each !== undefined);
  const [remote, local] = [told('remote'), told('local')];
  const device = told('dev', 'device', 'underlay');
  return {
    id: Number(told('id', 'vni') ?? 1),
    ...(remote === undefined ? {} : { remote }),
    ...(local === undefined ? {} : { local }),
    ...(device === undefined ? {} : { link: device }),
    port_range: { low: 0, high: 0 },
    port: Number(told('dstport', 'port') ?? 8472),
    learning: told('learning') === 1 || told('learning') === true,
    ttl: Number(told('ttl') ?? 0),
    df: 'unset',
    ageing: 300,
    udp_csum: true,
    udp_zero_csum6_tx: false,
    udp_zero_csum6_rx: false,
  };
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
