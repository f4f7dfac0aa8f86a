import type { Sys } from '../../host/syscalls.ts';
import { inKernelOrder } from '../../network/ipvs/order.ts';
import { schedulers } from '../../network/ipvs/schedulers/index.ts';
import {
  realKey,
  serverKey,
  type RealServer,
  type VirtualServer,
} from '../../network/ipvs/types.ts';
import { isRefused, readFlags, type Asked } from './flags.ts';
import { sorted, sortedReals } from './order.ts';
import {
  printConnections,
  printServer,
  title,
  VERSION_LINE,
  type Layout,
  type Listing,
} from './print.ts';

interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

const done = (stdout = ''): Result => ({ stdout, stderr: '', exit: 0 });
const failed = (message: string, exit = 255): Result => ({
  stdout: '',
  stderr: `${message}\n`,
  exit,
});

/** Runs one command line; what it changes is changed at once. */
export function runIpvsadm(words: readonly string[], sys: Sys): Result {
  const asked = readFlags(words);
  if (isRefused(asked)) return failed(asked.message, asked.exit < 0 ? 255 : asked.exit);
  const { ipvs } = sys.network;
  switch (asked.command) {
    case 'version':
      return done('ipvsadm v1.31 2019/12/24 (compiled with popt and IPVS v1.2.1)\n');
    case 'help':
      return failed('ipvsadm: --help is not modelled here', 2);
    case 'list':
    case 'save':
      return list(asked, sys);
    case 'flush':
      ipvs.write([...ipvs.view.servers.keys()].map((key) => [key, undefined]));
      return done();
    case 'set': {
      const [tcp = 0, tcpfin = 0, udp = 0] = asked.timeouts ?? [];
      const old = ipvs.view.timeouts;
      // Zero leaves a value as it is.
      ipvs.changeTimeouts({
        tcp: tcp || old.tcp,
        tcpfin: tcpfin || old.tcpfin,
        udp: udp || old.udp,
      });
      return done();
    }
    case 'zero': {
      const server = asked.service && ipvs.view.servers.get(serverKey(asked.service));
      if (asked.service && !server) return failed('No such service');
      ipvs.zero(server);
      return done();
    }
    default:
      return asked.command.endsWith('service') ? changeService(asked, sys) : changeReal(asked, sys);
  }
}

function changeService(asked: Asked, { network: { ipvs } }: Sys): Result {
  const service = asked.service as NonNullable<Asked['service']>;
  const key = serverKey(service);
  const before = ipvs.view.servers.get(key);
  if (asked.command === 'delete-service') {
    if (!before) return failed('No such service');
    ipvs.write([[key, undefined]]);
    return done();
  }
  if (asked.command === 'add-service' && before) return failed('Service already exists');
  if (asked.command === 'edit-service' && !before) return failed('No such service');
  const scheduler = asked.scheduler ?? 'wlc';
  if (!schedulers.has(scheduler)) return failed('Scheduler or persistence engine not found');
  const orders = [...ipvs.view.servers.values()].map(({ order }) => order);
  const server: VirtualServer = {
    ...service,
    scheduler,
    ...(asked.persistent === undefined ? {} : { persistent: asked.persistent }),
    ...(asked.netmask === undefined ? {} : { netmask: asked.netmask }),
    ...(asked.options.has('ops') ? { onePacket: true } : {}),
    flags: asked.schedFlags ?? [],
    realServers: before?.realServers ?? [],
    order: before?.order ?? 1 + Math.max(0, ...orders),
  };
  ipvs.write([[key, server]]);
  return done();
}

function changeReal(asked: Asked, { network: { ipvs } }: Sys): Result {
  const key = serverKey(asked.service as NonNullable<Asked['service']>);
  const server = ipvs.view.servers.get(key);
  if (!server) return failed('Service not defined');
  const address = asked.real?.address ?? '';
  const method = asked.method ?? 'route';
  // Only masquerading can change the port.
  const port = method === 'masq' ? (asked.real?.port ?? server.port) : server.port;
  const real: RealServer = {
    address,
    port: asked.command === 'delete-server' ? (asked.real?.port ?? server.port) : port,
    weight: asked.weight ?? 1,
    method,
    upper: asked.upper ?? 0,
    lower: asked.lower ?? 0,
  };
  const there = server.realServers.some((each) => realKey(each) === realKey(real));
  if (asked.command === 'add-server' && there) return failed('Destination already exists');
  if (asked.command !== 'add-server' && !there) return failed('No such destination');
  const others = server.realServers.filter((each) => realKey(each) !== realKey(real));
  const realServers =
    asked.command === 'add-server'
      ? [real, ...server.realServers]
      : asked.command === 'delete-server'
        ? others
        : server.realServers.map((each) => (realKey(each) === realKey(real) ? real : each));
  ipvs.write([[key, { ...server, realServers }]]);
  return done();
}

const layouts: readonly Layout[] = ['stats', 'rate', 'thresholds', 'persistent-conn'];

function list(asked: Asked, sys: Sys): Result {
  const { options, service } = asked;
  const { ipvs } = sys.network;
  const listing: Listing = {
    layout:
      asked.command === 'save' ? 'rule' : (layouts.find((each) => options.has(each)) ?? 'usual'),
    numeric: options.has('numeric'),
    exact: options.has('exact'),
    host: (address) => hostName(sys, address),
  };
  if (options.has('connection')) {
    return done(printConnections(ipvs.connections(), sys.now, listing));
  }
  if (options.has('timeout')) {
    const { tcp, tcpfin, udp } = ipvs.view.timeouts;
    return done(`Timeout (tcp tcpfin udp): ${tcp} ${tcpfin} ${udp}\n`);
  }
  if (options.has('daemon')) return done();
  const only = service && ipvs.view.servers.get(serverKey(service));
  if (service && !only) return failed('No such service', 1);
  const found = inKernelOrder(only ? [only] : [...ipvs.view.servers.values()], ipvs.seed);
  const unsorted = options.has('nosort');
  const servers = unsorted ? found : sorted(found);
  const version = service || listing.layout === 'rule' ? '' : VERSION_LINE;
  const texts = servers.map((server) => {
    const reals = unsorted ? server.realServers : sortedReals(server.realServers);
    return printServer(server, reals, ipvs, listing);
  });
  return done(version + title(listing.layout) + texts.join(''));
}

/** Name of an address in /etc/hosts. */
function hostName(sys: Sys, address: string): string | undefined {
  const file = sys.files.read('/etc/hosts');
  const lines = typeof file === 'string' ? [] : file.text.split('\n');
  const words = lines.map((line) => (line.split('#')[0] ?? '').trim().split(/\s+/));
  return words.find(([first]) => first === address)?.[1];
}
