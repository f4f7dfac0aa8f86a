import type { Sys } from '../../host/syscalls.ts';
import type { AddressInfo, LinkInfo, RouteInfo } from '../../network/api.ts';
import { kernelInet6 } from '../../network/netns6.ts';
import type { Applet, Line } from './applet.ts';

const usage =
  'ip [OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]\n\n' +
  'OPTIONS := -f[amily] inet|inet6|link | -o[neline]\n\n' +
  'ip addr add|del IFADDR dev IFACE | show|flush [dev IFACE] [to PREFIX]\n' +
  'ip route list|flush|add|del|change|append|replace|test ROUTE\n' +
  'ip link set IFACE [up|down] [arp on|off] [multicast on|off]\n' +
  '\t[promisc on|off] [mtu NUM] [name NAME] [qlen NUM] [address MAC]\n' +
  '\t[master IFACE | nomaster] [netns PID]\n' +
  'ip tunnel add|change|del|show [NAME]\n' +
  '\t[mode ipip|gre|sit] [remote ADDR] [local ADDR] [ttl TTL]\n' +
  'ip neigh show|flush [to PREFIX] [dev DEV] [nud STATE]\n' +
  'ip rule [list] | add|del SELECTOR ACTION\n';

/** ip of busybox: what `address`, `link` and `route` show. It tells less than iproute2. */
export const ip: Applet = {
  name: 'ip',
  usage: () => usage,
  options: () => ({ short: '46o', unmodelled: ['-f', '-0'] }),
  *run(line, sys) {
    const [object = '', command = 'show', ...rest] = line.operands;
    const is = (name: string) => object !== '' && name.startsWith(object);
    if (!['address', 'link', 'route'].some(is)) {
      if (['tunnel', 'neigh', 'rule'].some(is))
        return yield* line.die(`${object}: not modelled here`);
      return yield* line.showUsage();
    }
    if (!['show', 'list'].some((name) => name.startsWith(command))) {
      return yield* line.die(`${object} ${command} is not modelled here`);
    }
    const only = rest[0] === 'dev' ? rest[1] : rest[0];
    if (is('route')) {
      yield* sys.write(1, sys.network.routes().map(routeLine).join(''));
      return 0;
    }
    const links = [...sys.network.links()].sort((a, b) => a.index - b.index);
    if (only !== undefined && !links.some(({ name }) => name === only)) {
      return yield* line.die(`can't find device '${only}'`);
    }
    const shown = links.filter(({ name }) => only === undefined || name === only);
    yield* sys.write(1, shown.map((each) => linkText(each, is('address'), line, sys)).join(''));
    return 0;
  },
};

const ETHER = ['BROADCAST', 'MULTICAST'];

function linkText(link: LinkInfo, withAddresses: boolean, line: Line, sys: Sys): string {
  const { network } = sys;
  const carrier = network.hasCarrier(link.name);
  const far = link.peer !== undefined && link.peer.netns !== network.ref.netns;
  const name = link.peer
    ? `${link.name}@${far ? `if${link.peer.index}` : link.peer.name}`
    : link.name;
  const flags = [
    ...(link.up && !carrier ? ['NO-CARRIER'] : []),
    ...(link.kind === 'loopback' ? ['LOOPBACK'] : ETHER),
    ...(link.up ? ['UP'] : []),
    ...(link.up && carrier ? ['LOWER_UP'] : []),
    // It does not look into other namespaces, and takes what is there for down.
    ...(far ? ['M-DOWN'] : []),
  ];
  const own = link.options?.['txqlen'];
  const queue = typeof own === 'number' ? own : link.kind === 'veth' ? 0 : 1000;
  const master = link.master === undefined ? '' : `master ${link.master} `;
  const discipline = network.qdisc(link.name)?.kind ?? 'noqueue';
  const type = link.kind === 'loopback' ? 'loopback' : 'ether';
  const everybody = link.kind === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  const head =
    `${link.index}: ${name}: <${flags.join(',')}> mtu ${link.mtu} qdisc ${discipline} ` +
    `${master}${queue > 0 ? `qlen ${queue}` : ''}\n`;
  const addresses = withAddresses ? addressesOf(link, line, sys) : [];
  if (withAddresses && addresses.length === 0 && (line.has('4') || line.has('6'))) return '';
  return `${head}    link/${type} ${link.mac} brd ${everybody}\n${addresses.join('')}`;
}

function addressesOf(link: LinkInfo, line: Line, { network }: Sys): readonly string[] {
  const six = kernelInet6(link, (name) => network.sysctl(name));
  const all: readonly AddressInfo[] = [...link.addresses, ...six];
  return all
    .filter(({ address }) => !(address.includes(':') ? line.has('4') : line.has('6')))
    .map(({ address, prefix, scope, broadcast, label }) => {
      const family = address.includes(':') ? 'inet6' : 'inet';
      const brd = broadcast === undefined ? '' : `brd ${broadcast} `;
      const name = family === 'inet' ? (label ?? link.name) : '';
      const first = `    ${family} ${address}/${prefix} ${brd}scope ${scope} ${name}`;
      return `${first}\n       valid_lft forever preferred_lft forever\n`;
    });
}

function routeLine({ destination, via, device, scope, source, metric, kind }: RouteInfo): string {
  return [
    kind === undefined || kind === 'unicast' ? '' : `${kind} `,
    `${destination} `,
    via === undefined ? '' : `via ${via} `,
    device === '' ? '' : `dev ${device} `,
    scope === undefined || scope === 'global' ? '' : `scope ${scope} `,
    source === undefined ? '' : ` src ${source} `,
    metric ? ` metric ${metric} ` : '',
    '\n',
  ].join('');
}
