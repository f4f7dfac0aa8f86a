import { readArgs } from '../arguments.ts';
import { readResult } from '../result.ts';
import {
  broadcastOf,
  checkInterface,
  configureInterface,
  firstHost,
  isNetns,
  openNetns,
  removeInterface,
  setupVeth,
} from '../interface.ts';
import { ipText, parseNet } from '../ip.ts';
import { endMasquerade, masquerade } from '../masquerade.ts';
import {
  failure,
  isError,
  type Answer,
  type CniError,
  type CniNode,
  type CniPlugin,
  type CniResult,
  type CniRoute,
  type Invocation,
  type IpConfig,
  type NetConf,
} from '../types.ts';

interface BridgeConf {
  readonly name: string;
  readonly bridge: string;
  readonly isGateway: boolean;
  readonly isDefaultGateway: boolean;
  readonly forceAddress: boolean;
  readonly ipMasq: boolean;
  readonly hairpinMode: boolean;
  readonly promiscMode: boolean;
  readonly mtu: number;
  readonly layer3: boolean;
  readonly disableContainerInterface: boolean;
  readonly mac?: string;
}

/** Pods on a bridge of the node (plugins/main/bridge). */
const plugin: CniPlugin = {
  name: 'bridge',
  run(invocation, node) {
    const conf = readConf(invocation);
    if (isError(conf)) return conf;
    switch (invocation.command) {
      case 'ADD':
        return add(conf, invocation, node);
      case 'DEL':
        return remove(conf, invocation, node);
      case 'CHECK':
        return check(conf, invocation, node);
      default:
        return passOn(invocation);
    }
  },
};

/** STATUS and GC are the IPAM plugin's matter. */
function passOn({ command, conf, delegate }: Invocation): Answer {
  return conf.ipam?.type ? delegate(conf.ipam.type, command, conf) : undefined;
}

export default plugin;

function readConf({ conf, request }: Invocation): BridgeConf | CniError {
  const flag = (name: string) => conf[name] === true;
  const isDefaultGateway = flag('isDefaultGateway');
  if (flag('hairpinMode') && flag('promiscMode')) {
    return failure('cannot set hairpin mode and promiscuous mode at the same time.');
  }
  const vlan = conf['vlan'];
  if (typeof vlan === 'number' && (vlan < 0 || vlan > 4094)) {
    return failure(`invalid VLAN ID ${vlan} (must be between 0 and 4094)`);
  }
  const cni = (conf.args as { cni?: { mac?: string } } | undefined)?.cni;
  const mac =
    (conf.runtimeConfig?.['mac'] as string | undefined) ??
    cni?.mac ??
    readArgs(request.args).get('MAC');
  return {
    name: conf.name ?? '',
    bridge: typeof conf['bridge'] === 'string' && conf['bridge'] ? conf['bridge'] : 'cni0',
    isGateway: flag('isGateway') || isDefaultGateway,
    isDefaultGateway,
    forceAddress: flag('forceAddress'),
    ipMasq: flag('ipMasq'),
    hairpinMode: flag('hairpinMode'),
    promiscMode: flag('promiscMode'),
    mtu: typeof conf['mtu'] === 'number' ? conf['mtu'] : 0,
    layer3: Boolean(conf.ipam?.type),
    disableContainerInterface: flag('disableContainerInterface'),
    ...(mac ? { mac } : {}),
  };
}

function add(conf: BridgeConf, invocation: Invocation, node: CniNode): Answer {
  const { request } = invocation;
  if (conf.disableContainerInterface && conf.layer3) {
    return failure('cannot use IPAM when DisableContainerInterface flag is set');
  }
  const bridge = ensureBridge(conf, node);
  if (bridge) return bridge;
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) return pod;
  const purpose = `cni/${node.host.ref.host}/${request.containerID}/${request.ifName}`;
  const veth = setupVeth(node, pod, request.ifName, {
    purpose,
    ...(conf.mtu ? { mtu: conf.mtu } : {}),
    ...(conf.mac ? { mac: conf.mac } : {}),
  });
  if (isError(veth)) return veth;
  node.host.setLink(veth.host, {
    master: conf.bridge,
    ...(conf.hairpinMode ? { hairpin: true } : {}),
  });
  let result: CniResult = { ips: [] };
  if (conf.layer3) {
    const leased = layer3(conf, invocation, node, pod);
    if (isError(leased)) return leased;
    result = leased;
  } else if (!conf.disableContainerInterface) pod.setLink(request.ifName, { up: true });
  const mac = (config: typeof pod, name: string) =>
    config.links().find((link) => link.name === name)?.mac ?? '';
  const dns = Object.keys(invocation.conf.dns ?? {}).length > 0 ? invocation.conf.dns : result.dns;
  return {
    ...result,
    interfaces: [
      { name: conf.bridge, mac: mac(node.host, conf.bridge) },
      { name: veth.host, mac: mac(node.host, veth.host) },
      { name: request.ifName, mac: mac(pod, request.ifName), sandbox: request.netns },
    ],
    ...(dns ? { dns } : {}),
  };
}

/** Finds or makes the bridge; an error where its name is taken by something else. */
function ensureBridge(conf: BridgeConf, node: CniNode): CniError | undefined {
  const found = node.host.links().find((link) => link.name === conf.bridge);
  if (found && found.kind !== 'bridge') {
    const why = `"${conf.bridge}" already exists but is not a bridge`;
    return failure(`failed to create bridge "${conf.bridge}": ${why}`);
  }
  if (!found) {
    const failed = node.host.addLink({
      name: conf.bridge,
      kind: 'bridge',
      ...(conf.mtu ? { mtu: conf.mtu } : {}),
    });
    if (failed)
      return failure(`failed to create bridge "${conf.bridge}": could not add: ${failed}`);
  }
  node.host.setLink(conf.bridge, { up: true });
  return undefined;
}

/** Addresses from the IPAM plugin, into the pod; gateway address and masquerade on the node. */
function layer3(
  conf: BridgeConf,
  invocation: Invocation,
  node: CniNode,
  pod: NonNullable<ReturnType<CniNode['netns']>>,
): CniResult | CniError {
  const { request } = invocation;
  const type = invocation.conf.ipam?.type ?? '';
  const release = (error: CniError) => {
    invocation.delegate(type, 'DEL', invocation.conf);
    return error;
  };
  const leased = invocation.delegate(type, 'ADD', invocation.conf);
  if (isError(leased)) return leased;
  if (!leased || leased.ips.length === 0) {
    return release(failure('IPAM plugin returned missing IP config'));
  }
  if (node.postIpamError) return release(failure(node.postIpamError));
  const routes: CniRoute[] = [...(leased.routes ?? [])];
  const ips: IpConfig[] = leased.ips.map((ip) => {
    const gateway = ip.gateway ?? (conf.isGateway ? firstHost(ip.address) : undefined);
    return { ...ip, interface: 2, ...(gateway ? { gateway } : {}) };
  });
  if (conf.isDefaultGateway) addDefaultRoutes(ips, routes);
  const result: CniResult = { ...leased, ips, routes };
  // The pod tells where its address is now, in case another pod had it before.
  pod.setSysctl(`net.ipv4.conf.${request.ifName}.arp_notify`, '1');
  const configured = configureInterface(pod, request.ifName, result);
  if (configured) return release(configured);
  if (conf.isGateway) {
    for (const ip of ips) {
      const failed = ensureGateway(conf, node, ip);
      if (failed) return release(failed);
    }
    if (ips.some((ip) => !ip.address.includes(':'))) {
      node.host.setSysctl('net.ipv4.ip_forward', '1');
    }
  }
  if (conf.ipMasq) masquerade(node, conf.name, request.containerID, ips);
  return result;
}

function addDefaultRoutes(ips: readonly IpConfig[], routes: CniRoute[]): void {
  for (const six of [false, true]) {
    const ip = ips.find((each) => each.address.includes(':') === six);
    const dst = six ? '::/0' : '0.0.0.0/0';
    if (!ip?.gateway) continue;
    const at = routes.findIndex((route) => route.dst === dst);
    if (at < 0) routes.push({ dst, gw: ip.gateway });
    else if (routes[at]?.gw === undefined) routes[at] = { dst, gw: ip.gateway };
  }
}

/** Puts the pods' gateway address onto the bridge (`ensureAddr`). */
function ensureGateway(conf: BridgeConf, node: CniNode, ip: IpConfig): CniError | undefined {
  const net = parseNet(ip.address);
  if (!ip.gateway || !net) return undefined;
  const six = ip.address.includes(':');
  const link = node.host.links().find((each) => each.name === conf.bridge);
  for (const own of link?.addresses ?? []) {
    if (own.address.includes(':') !== six || own.scope === 'link') continue;
    if (own.address === ip.gateway && own.prefix === net.prefix) return undefined;
    if (six) continue;
    if (!conf.forceAddress) {
      const wanted = `${ip.gateway}/${net.prefix}`;
      const why = `"${conf.bridge}" already has an IP address different from ${wanted}`;
      return failure(`failed to set bridge addr: ${why}`);
    }
    node.host.removeAddress(conf.bridge, own.address, own.prefix);
  }
  const bits = { address: ip.gateway, prefix: net.prefix };
  node.host.addAddress(conf.bridge, { ...bits, scope: 'global', ...broadcastOf(bits) });
  return undefined;
}

function remove(conf: BridgeConf, invocation: Invocation, node: CniNode): Answer {
  const { request } = invocation;
  if (conf.layer3) {
    const failed = invocation.delegate(invocation.conf.ipam?.type ?? '', 'DEL', invocation.conf);
    if (isError(failed)) return failed;
  }
  const pod = request.netns === '' ? undefined : node.netns(request.netns);
  const addresses = pod ? removeInterface(pod, request.ifName) : previousAddresses(invocation.conf);
  if (conf.layer3 && conf.ipMasq) endMasquerade(node, conf.name, request.containerID, addresses);
  return undefined;
}

/** Addresses of the ADD, for a DEL that comes when the namespace is gone. */
function previousAddresses(conf: NetConf): readonly string[] {
  const previous = readResult(conf.prevResult);
  if (!previous || isError(previous)) return [];
  return previous.ips.flatMap(({ address }) => {
    const net = parseNet(address);
    return net ? [ipText(net.ip)] : [];
  });
}

function check(conf: BridgeConf, invocation: Invocation, node: CniNode): Answer {
  const { request } = invocation;
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) return pod;
  if (conf.layer3) {
    const failed = invocation.delegate(invocation.conf.ipam?.type ?? '', 'CHECK', invocation.conf);
    if (isError(failed)) return failed;
  }
  const previous = readResult(invocation.conf.prevResult);
  if (isError(previous)) return previous;
  if (!previous) return failure('Required prevResult missing');
  const link = node.host.links().find((each) => each.name === conf.bridge);
  if (!link) return failure(`Link not found: ${conf.bridge}`);
  if (link.kind !== 'bridge')
    return failure(`Bridge interface ${conf.bridge} does not have link type of bridge`);
  return checkInterface(pod, request.ifName, previous);
}
