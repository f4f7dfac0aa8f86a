import type { NetworkConfig } from '../../network/api.ts';
import {
  broadcastOf,
  checkInterface,
  firstHost,
  isNetns,
  openNetns,
  removeInterface,
  setupVeth,
} from '../interface.ts';
import { ipText, normalNet, parseNet } from '../ip.ts';
import { endMasquerade, masquerade } from '../masquerade.ts';
import { readResult } from '../result.ts';
import {
  failure,
  isError,
  type Answer,
  type CniNode,
  type CniPlugin,
  type CniResult,
  type Invocation,
} from '../types.ts';

/** A veth pair with routes at both ends, no bridge (plugins/main/ptp). */
const plugin: CniPlugin = {
  name: 'ptp',
  run(invocation, node) {
    switch (invocation.command) {
      case 'ADD':
        return add(invocation, node);
      case 'DEL':
        return remove(invocation, node);
      case 'CHECK':
        return check(invocation, node);
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

function add(invocation: Invocation, node: CniNode): Answer {
  const { conf, request } = invocation;
  const type = conf.ipam?.type ?? '';
  const leased = invocation.delegate(type, 'ADD', conf);
  if (isError(leased)) return leased;
  if (!leased || leased.ips.length === 0) {
    return failure('IPAM plugin returned missing IP config');
  }
  const release = (error: Answer) => {
    invocation.delegate(type, 'DEL', conf);
    return error;
  };
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) return release(pod);
  const veth = setupVeth(node, pod, request.ifName, {
    purpose: `cni/${node.host.ref.host}/${request.containerID}/${request.ifName}`,
    ...(typeof conf['mtu'] === 'number' && conf['mtu'] > 0 ? { mtu: conf['mtu'] } : {}),
  });
  if (isError(veth)) return release(veth);
  const result: CniResult = {
    ...leased,
    ips: leased.ips.map((ip) => ({
      ...ip,
      interface: 1,
      gateway: ip.gateway ?? firstHost(ip.address) ?? '',
    })),
  };
  insideRoutes(pod, request.ifName, result);
  outsideRoutes(node, veth.host, result);
  node.host.setSysctl('net.ipv4.ip_forward', '1');
  if (conf['ipMasq'] === true) masquerade(node, conf.name ?? '', request.containerID, result.ips);
  const mac = (config: NetworkConfig, name: string) =>
    config.links().find((link) => link.name === name)?.mac ?? '';
  const dns = conf.dns && Object.keys(conf.dns).length > 0 ? conf.dns : leased.dns;
  return {
    ...result,
    interfaces: [
      { name: veth.host, mac: mac(node.host, veth.host) },
      { name: request.ifName, mac: mac(pod, request.ifName), sandbox: request.netns },
    ],
    ...(dns ? { dns } : {}),
  };
}

/** The subnet by way of the gateway, and the gateway itself on the link. */
function insideRoutes(pod: NetworkConfig, ifName: string, result: CniResult): void {
  pod.setLink(ifName, { up: true });
  for (const { address, gateway } of result.ips) {
    const net = parseNet(address);
    if (!net) continue;
    const own = ipText(net.ip);
    const bits = { address: own, prefix: net.prefix };
    pod.addAddress(ifName, { ...bits, scope: 'global', ...broadcastOf(bits) });
    if (net.ip.bits !== 32 || !gateway) continue;
    const network = normalNet(address);
    pod.removeRoute({ destination: network, device: ifName });
    pod.addRoute({ destination: gateway, device: ifName, source: own, scope: 'link' });
    pod.addRoute({ destination: network, via: gateway, device: ifName, source: own });
  }
  for (const { dst, gw } of result.routes ?? []) {
    if (dst.includes(':')) continue;
    const via = gw ?? result.ips.find((ip) => !ip.address.includes(':'))?.gateway;
    const destination = dst === '0.0.0.0/0' ? 'default' : dst;
    pod.addRoute({ destination, device: ifName, ...(via ? { via } : {}) });
  }
}

function outsideRoutes(node: CniNode, device: string, result: CniResult): void {
  for (const { address, gateway } of result.ips) {
    const net = parseNet(address);
    if (!net || !gateway) continue;
    node.host.addAddress(device, { address: gateway, prefix: net.ip.bits, scope: 'global' });
    if (net.ip.bits !== 32) continue;
    node.host.addRoute({ destination: ipText(net.ip), device, scope: 'host' });
  }
}

function remove(invocation: Invocation, node: CniNode): Answer {
  const { conf, request } = invocation;
  const failed = invocation.delegate(conf.ipam?.type ?? '', 'DEL', conf);
  if (isError(failed)) return failed;
  const pod = request.netns === '' ? undefined : node.netns(request.netns);
  if (!pod) return undefined;
  const addresses = removeInterface(pod, request.ifName);
  if (conf['ipMasq'] === true && addresses.length > 0) {
    endMasquerade(node, conf.name ?? '', request.containerID, addresses);
  }
  return undefined;
}

function check(invocation: Invocation, node: CniNode): Answer {
  const { conf, request } = invocation;
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) return pod;
  const failed = invocation.delegate(conf.ipam?.type ?? '', 'CHECK', conf);
  if (isError(failed)) return failed;
  const previous = readResult(conf.prevResult);
  if (isError(previous)) return previous;
  if (!previous) return failure('Required prevResult missing');
  return checkInterface(pod, request.ifName, previous);
}
