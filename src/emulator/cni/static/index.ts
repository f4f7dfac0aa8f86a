import { readArgs } from '../arguments.ts';
import { ipText, netText, normalCidr, normalNet, parseIp, parseNet } from '../ip.ts';
import {
  failure,
  isError,
  type CniError,
  type CniPlugin,
  type CniRoute,
  type Dns,
  type IpConfig,
  type NetConf,
} from '../types.ts';

interface StaticConf {
  readonly addresses?: readonly { readonly address: string; readonly gateway?: string }[];
  readonly routes?: readonly CniRoute[];
  readonly dns?: Dns;
}

/** Addresses that are written down, in the configuration or the arguments (plugins/ipam/static). */
const plugin: CniPlugin = {
  name: 'static',
  run({ command, conf, request }) {
    if (command !== 'ADD') return undefined;
    if (!conf.ipam) return failure("IPAM config missing 'ipam' key");
    const ipam = conf.ipam as StaticConf;
    const ips = readAddresses(conf, ipam, request.args);
    if (isError(ips)) return ips;
    const version = conf.cniVersion ?? '0.1.0';
    const count = (six: boolean) => ips.filter((ip) => ip.address.includes(':') === six).length;
    if ((version === '0.1.0' || version === '0.2.0') && (count(true) > 1 || count(false) > 1)) {
      return failure(`CNI version ${version} does not support more than 1 address per family`);
    }
    const routes = (ipam.routes ?? []).map((route) => ({
      ...route,
      dst: normalCidr(route.dst),
      ...(route.gw === undefined ? {} : { gw: ipOf(route.gw) }),
    }));
    return { ips, routes, ...(ipam.dns ? { dns: ipam.dns } : {}) };
  },
};

export default plugin;

const ipOf = (text: string) => {
  const ip = parseIp(text);
  return ip ? ipText(ip) : text;
};

/** The last of configuration, CNI_ARGS, `args` and runtime that names addresses counts. */
function readAddresses(
  conf: NetConf,
  ipam: StaticConf,
  args: string | undefined,
): readonly IpConfig[] | CniError {
  let addresses = ipam.addresses ?? [];
  const given = readArgs(args);
  const own = given.get('IP');
  if (own) {
    const read = own.split(',').map((text) => text.trim());
    const bad = read.find((text) => !parseNet(text));
    if (bad !== undefined) {
      return failure(`the 'ip' field is expected to be in CIDR notation, got: '${bad}'`);
    }
    const gateways = (given.get('GATEWAY') ?? '')
      .split(',')
      .flatMap((text) => parseIp(text.trim()) ?? []);
    addresses = read.map((address) => {
      const net = parseNet(address);
      const gateway = gateways.find(
        (ip) =>
          net &&
          parseNet(`${ipText(ip)}/${net.prefix}`) &&
          normalNet(`${ipText(ip)}/${net.prefix}`) === normalNet(address),
      );
      return { address, ...(gateway ? { gateway: ipText(gateway) } : {}) };
    });
  }
  const cni = (conf.args as { cni?: { ips?: readonly string[] } } | undefined)?.cni;
  const runtime = conf.runtimeConfig?.['ips'] as readonly string[] | undefined;
  for (const list of [cni?.ips, runtime]) {
    if (!list || list.length === 0) continue;
    const bad = list.find((text) => !parseNet(text));
    if (bad !== undefined) {
      return failure(`an entry in the 'ips' field is NOT in CIDR notation, got: '${bad}'`);
    }
    addresses = list.map((address) => ({ address }));
  }
  return addresses.map(({ address, gateway }) => {
    const net = parseNet(address);
    return {
      address: net ? netText(net) : address,
      ...(gateway === undefined ? {} : { gateway: ipOf(gateway) }),
    };
  });
}
