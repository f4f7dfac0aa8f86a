import { readArgs } from '../arguments.ts';
import { containsIp, ipText, netText, normalCidr, parseIp, sameIp, type Ip } from '../ip.ts';
import {
  failure,
  isError,
  type Answer,
  type CniError,
  type CniNode,
  type CniPlugin,
  type CniResult,
  type CniRoute,
  type Dns,
  type Invocation,
  type NetConf,
} from '../types.ts';
import {
  candidates,
  rangeOf,
  rangeSetText,
  readRangeSet,
  type Range,
  type RangeConf,
} from './range.ts';
import { openLeases, type Leases } from './store.ts';

interface IpamConf extends RangeConf {
  readonly type?: string;
  readonly routes?: readonly CniRoute[];
  readonly dataDir?: string;
  readonly resolvConf?: string;
  readonly ranges?: readonly (readonly RangeConf[])[];
}

interface Ipam {
  readonly conf: IpamConf;
  readonly sets: readonly (readonly Range[])[];
  readonly wanted: readonly Ip[];
}

/** Addresses out of ranges, kept as files on the node (plugins/ipam/host-local). */
const plugin: CniPlugin = {
  name: 'host-local',
  run(invocation, node) {
    const ipam = readIpam(invocation.conf, invocation.request.args);
    if (isError(ipam)) return ipam;
    const { containerID, ifName } = invocation.request;
    const folder = ipam.conf.dataDir || '/var/lib/cni/networks';
    const directory = `${folder}/${invocation.conf.name ?? ''}`;
    const leases = openLeases(node.files, directory, containerID, ifName);
    switch (invocation.command) {
      case 'ADD':
        return add(ipam, leases, invocation, node);
      case 'DEL':
        leases.release();
        return undefined;
      case 'CHECK':
        if (leases.own().length > 0) return undefined;
        return failure(`host-local: Failed to find address added by container ${containerID}`);
      case 'GC':
        leases.keepOnly(attachmentsOf(invocation.conf));
        return undefined;
      default:
        return undefined;
    }
  },
};

/** Owners of the leases that are to stay, as their files name them. */
function attachmentsOf(conf: NetConf): readonly string[] {
  const valid = (conf['cni.dev/valid-attachments'] ?? []) as readonly {
    readonly containerID: string;
    readonly ifname: string;
  }[];
  return valid.map(({ containerID, ifname }) => `${containerID}\r\n${ifname}`);
}

export default plugin;

/** Reads the `ipam` section and what runtime and arguments ask for (`LoadIPAMConfig`). */
function readIpam(conf: NetConf, args: string | undefined): Ipam | CniError {
  const ipam = conf.ipam as IpamConf | undefined;
  if (!ipam) return failure("IPAM config missing 'ipam' key");
  const wanted = readWanted(conf, args);
  if (isError(wanted)) return wanted;
  const own = ipam.subnet ? [[ipam as RangeConf]] : [];
  const all = [...own, ...(ipam.ranges ?? [])];
  if (all.length === 0) return failure('no IP ranges specified');
  const sets: (readonly Range[])[] = [];
  for (const [index, set] of all.entries()) {
    const read = readRangeSet(set, index);
    if (isError(read)) return read;
    sets.push(read);
  }
  const count = (bits: number) => sets.filter((set) => set[0]?.start.bits === bits).length;
  const version = conf.cniVersion ?? '0.1.0';
  if ((version === '0.1.0' || version === '0.2.0') && (count(32) > 1 || count(128) > 1)) {
    return failure(`CNI version ${version} does not support more than 1 address per family`);
  }
  return { conf: ipam, sets, wanted };
}

function readWanted(conf: NetConf, args: string | undefined): readonly Ip[] | CniError {
  const texts: string[] = [];
  const given = readArgs(args).get('IP');
  if (given !== undefined) texts.push(given);
  const cni = (conf.args as { cni?: { ips?: readonly string[] } } | undefined)?.cni;
  texts.push(...(cni?.ips ?? []));
  texts.push(...((conf.runtimeConfig?.['ips'] ?? []) as readonly string[]));
  const wanted: Ip[] = [];
  for (const text of texts) {
    const ip = parseIp(text.split('/')[0] ?? '');
    if (!ip) return failure(`invalid IP address: ${text}`);
    wanted.push(ip);
  }
  return wanted;
}

function add(ipam: Ipam, leases: Leases, invocation: Invocation, node: CniNode): Answer {
  const { conf, sets } = ipam;
  const left = [...ipam.wanted];
  const ips: CniResult['ips'][number][] = [];
  for (const [index, set] of sets.entries()) {
    const at = left.findIndex((ip) => rangeOf(set, ip) !== undefined);
    const requested = at < 0 ? undefined : left.splice(at, 1)[0];
    const found = requested
      ? take(set, index, leases, requested)
      : allocate(set, index, leases, invocation.request.containerID);
    if (isError(found)) {
      // Only what this call has taken is given back.
      if (ips.length > 0) leases.release();
      return failure(`failed to allocate for range ${index}: ${found.msg}`);
    }
    const [ip, range] = found;
    const address = netText({ ip, prefix: range.subnet.prefix });
    ips.push({ address, gateway: ipText(range.gateway) });
  }
  if (left.length > 0) {
    leases.release();
    return failure(`failed to allocate all requested IPs: ${left.map(ipText).join(' ')}`);
  }
  const routes = (conf.routes ?? []).map((route) => ({ ...route, dst: normalCidr(route.dst) }));
  const dns = readResolvConf(conf, node);
  if (isError(dns)) return dns;
  return { ips, routes, ...(dns ? { dns } : {}) };
}

function take(
  set: readonly Range[],
  index: number,
  leases: Leases,
  requested: Ip,
): [Ip, Range] | CniError {
  const range = rangeOf(set, requested) as Range;
  const text = ipText(requested);
  if (sameIp(requested, range.gateway)) {
    return failure(`requested ip ${text} is subnet's gateway`);
  }
  if (!leases.reserve(text, index)) {
    const within = rangeSetText(set);
    return failure(`requested IP address ${text} is not available in range set ${within}`);
  }
  return [requested, range];
}

function allocate(
  set: readonly Range[],
  index: number,
  leases: Leases,
  containerID: string,
): [Ip, Range] | CniError {
  for (const held of leases.own()) {
    const ip = parseIp(held);
    if (ip && set.some((range) => containsIp(range.subnet, ip) && rangeOf([range], ip))) {
      return failure(
        `${held} has been allocated to ${containerID}, duplicate allocation is not allowed`,
      );
    }
  }
  const last = leases.last(index);
  for (const [ip, range] of candidates(set, last === undefined ? undefined : parseIp(last))) {
    if (leases.reserve(ipText(ip), index)) return [ip, range];
  }
  return failure(`no IP addresses available in range set: ${rangeSetText(set)}`);
}

/** Name servers from a file in the form of resolv.conf. */
function readResolvConf(conf: IpamConf, node: CniNode): Dns | CniError | undefined {
  if (!conf.resolvConf) return undefined;
  const file = node.files.read(conf.resolvConf);
  if (typeof file === 'string') {
    return failure(`open ${conf.resolvConf}: no such file or directory`);
  }
  const dns = {
    nameservers: [] as string[],
    domain: '',
    search: [] as string[],
    options: [] as string[],
  };
  for (const line of file.text.split('\n')) {
    const [word, ...values] = line.trim().split(/\s+/);
    if (values.length === 0) continue;
    if (word === 'nameserver') dns.nameservers.push(values[0] as string);
    else if (word === 'domain') dns.domain = values[0] as string;
    else if (word === 'search') dns.search.push(...values);
    else if (word === 'options') dns.options.push(...values);
  }
  return dns;
}
