import type { NetworkConfig } from '../network/api.ts';
import { containsIp, ipText, parseIp, parseNet } from './ip.ts';
import { failure, type CniError, type CniNode, type CniResult } from './types.ts';

/** The namespace of a request, or the plugins' words where there is none. */
export function openNetns(node: CniNode, path: string): NetworkConfig | CniError {
  const pod = node.netns(path);
  const why = `failed to Statfs "${path}": no such file or directory`;
  return pod ?? failure(`failed to open netns "${path}": ${why}`);
}

export function isNetns(value: NetworkConfig | CniError): value is NetworkConfig {
  return 'links' in value;
}

/** Makes a veth pair: `ifName` in the pod, a random name on the host (`ip.SetupVeth`). */
export function setupVeth(
  node: CniNode,
  pod: NetworkConfig,
  ifName: string,
  options: { readonly mtu?: number; readonly mac?: string; readonly purpose: string },
): { readonly host: string } | CniError {
  if (pod.links().some((link) => link.name === ifName)) {
    return failure(`container veth name provided (${ifName}) already exists`);
  }
  for (let attempt = 0; attempt < 10; attempt++) {
    const host = `veth${node.chance.hex(`${options.purpose}/${attempt}`, 8)}`;
    if (node.host.links().some((link) => link.name === host)) continue;
    const failed = pod.addLink({
      name: ifName,
      kind: 'veth',
      peer: { ...node.host.ref, name: host },
      ...(options.mtu ? { mtu: options.mtu } : {}),
      ...(options.mac ? { mac: options.mac } : {}),
    });
    if (failed) return failure(`failed to make veth pair: ${failed}`);
    node.host.setLink(host, { up: true });
    return { host };
  }
  return failure('failed to find a unique veth name');
}

/** Gives an interface its addresses, brings it up, adds routes (`ipam.ConfigureIface`). */
export function configureInterface(
  pod: NetworkConfig,
  ifName: string,
  result: CniResult,
): CniError | undefined {
  for (const { address } of result.ips) {
    const net = parseNet(address);
    if (!net) return failure(`invalid CIDR address: ${address}`);
    const bits = { address: ipText(net.ip), prefix: net.prefix };
    pod.addAddress(ifName, { ...bits, scope: 'global', ...broadcastOf(bits) });
  }
  pod.setLink(ifName, { up: true });
  for (const { dst, gw } of result.routes ?? []) {
    const six = dst.includes(':');
    const own = result.ips.find(
      (ip) => ip.gateway !== undefined && ip.address.includes(':') === six,
    );
    const via = gw ?? own?.gateway;
    if (six && via === undefined) continue;
    const failed = pod.addRoute({
      destination: dst === '0.0.0.0/0' ? 'default' : dst,
      ...(via === undefined ? {} : { via }),
      device: ifName,
    });
    if (failed && failed !== 'EEXIST') {
      const why = failed === 'ENETUNREACH' ? 'network is unreachable' : failed;
      return failure(`failed to add route '{${dst} ${via ?? ''}}': ${why}`);
    }
  }
  return undefined;
}

/** The broadcast address that netlink's AddrAdd fills in. */
export function broadcastOf(bits: { readonly address: string; readonly prefix: number }): {
  readonly broadcast?: string;
} {
  const ip = parseIp(bits.address);
  if (!ip || ip.bits !== 32 || bits.prefix > 30) return {};
  const size = 1n << BigInt(32 - bits.prefix);
  return { broadcast: ipText({ value: ip.value - (ip.value % size) + size - 1n, bits: 32 }) };
}

/** Checks that addresses and routes of a result are still there; the plugins' words where not. */
export function checkInterface(
  pod: NetworkConfig,
  ifName: string,
  result: CniResult,
): CniError | undefined {
  const link = pod.links().find((each) => each.name === ifName);
  if (!link) return failure(`Link not found: ${ifName}`);
  for (const { address } of result.ips) {
    const net = parseNet(address);
    const found = link.addresses.some(
      (own) => net && own.address === ipText(net.ip) && own.prefix === net.prefix,
    );
    if (!found) return failure(`Failed to match addr ${address} on interface ${ifName}`);
  }
  for (const { dst } of result.routes ?? []) {
    const wanted = dst === '0.0.0.0/0' ? 'default' : dst;
    const family = dst.includes(':') ? 'inet6' : 'inet';
    if (!pod.routes(undefined, family).some((route) => route.destination === wanted)) {
      return failure(`Expected Route {Dst:${dst}} not found in routing table`);
    }
  }
  return undefined;
}

/** Removes an interface; gives the addresses that it had, none where it is gone. */
export function removeInterface(pod: NetworkConfig, ifName: string): readonly string[] {
  const link = pod.links().find((each) => each.name === ifName);
  if (!link) return [];
  pod.removeLink(ifName);
  return link.addresses.map((address) => address.address);
}

/** The address behind the network address: what a network's gateway is by default. */
export function firstHost(address: string): string | undefined {
  const net = parseNet(address);
  if (!net) return undefined;
  const base = net.ip.value - (net.ip.value % (1n << BigInt(net.ip.bits - net.prefix)));
  const first = { value: base + 1n, bits: net.ip.bits };
  return containsIp(net, first) ? ipText(first) : undefined;
}
