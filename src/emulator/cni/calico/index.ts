import { sha1 } from '../../apimachinery/sha1.ts';
import type { NetworkConfig } from '../../network/api.ts';
import { readArgs } from '../arguments.ts';
import { isNetns, openNetns, removeInterface } from '../interface.ts';
import { ipText, parseNet } from '../ip.ts';
import {
  failure,
  isError,
  type Answer,
  type CniError,
  type CniNode,
  type CniPlugin,
  type Invocation,
} from '../types.ts';

const GATEWAY = '169.254.1.1';
const MAC = 'ee:ee:ee:ee:ee:ee';
const NODENAME = '/var/lib/calico/nodename';
const MTU = '/var/lib/calico/mtu';

/** Calico's network plugin. */
const plugin: CniPlugin = {
  name: 'calico',
  run(invocation, node) {
    switch (invocation.command) {
      case 'ADD':
        return readNodename(node) ?? refusal(invocation, node) ?? add(invocation, node);
      case 'DEL':
        return refusal(invocation, node) ?? remove(invocation, node);
      default:
        return undefined;
    }
  },
};

export default plugin;

/** Name of the node's end of a pod's link (`VethNameForWorkload`). */
export function vethName(namespace: string, pod: string): string {
  return `cali${sha1(new TextEncoder().encode(`${namespace}.${pod}`)).slice(0, 11)}`;
}

function readNodename(node: CniNode): CniError | undefined {
  if (typeof node.files.stat(NODENAME) !== 'string') return undefined;
  const hint = 'check that the calico/node container is running and has mounted /var/lib/calico/';
  return failure(`stat ${NODENAME}: no such file or directory: ${hint}`);
}

const INFORMATION = '/apis/crd.projectcalico.org/v1/clusterinformations/default';

/**
 * What the datastore says where it does not let the plugin in: with Calico's service account gone,
 * pods come no more, and those that are there do not go.
 */
function refusal({ conf }: Invocation, node: CniNode): CniError | undefined {
  const { kubeconfig = '' } = (conf['kubernetes'] ?? {}) as { readonly kubeconfig?: string };
  const said = kubeconfig === '' ? undefined : node.ask?.(kubeconfig, INFORMATION);
  if (said === undefined) return undefined;
  if (said === 'no kubeconfig') {
    const open = `open ${kubeconfig}: no such file or directory`;
    return failure(`error loading config file "${kubeconfig}": ${open}`);
  }
  const why = 'error getting ClusterInformation: ';
  if ('unreachable' in said) {
    return failure(
      `${why}Get "https://${said.unreachable}${INFORMATION}": ${dialled(said.unreachable)}`,
    );
  }
  const { status, message } = said;
  if (status === 401) return failure(`${why}connection is unauthorized: Unauthorized`);
  if (status === 403) return failure(`${why}connection is unauthorized: ${message}`);
  if (status !== 404) return undefined;
  return failure(
    `${why}resource does not exist: ClusterInformation(default) with error: ${message}`,
  );
}

const dialled = (server: string) => `dial tcp ${server}: i/o timeout`;

function deviceOf({ request }: Invocation): string {
  const args = readArgs(request.args);
  return vethName(args.get('K8S_POD_NAMESPACE') ?? '', args.get('K8S_POD_NAME') ?? '');
}

function add(invocation: Invocation, node: CniNode): Answer {
  const { conf, request } = invocation;
  const device = deviceOf(invocation);
  const type = conf.ipam?.type ?? '';
  const leased = invocation.delegate(type, 'ADD', conf);
  if (isError(leased)) return leased;
  const address = leased?.ips.map((ip) => parseNet(ip.address)).find((net) => net?.ip.bits === 32);
  if (!leased || !address) return failure('IPAM plugin returned missing IP config');
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) {
    invocation.delegate(type, 'DEL', conf);
    return pod;
  }
  const failed = connect(node, pod, {
    device,
    ifName: request.ifName,
    ip: ipText(address.ip),
    conf,
  });
  if (failed) {
    invocation.delegate(type, 'DEL', conf);
    return failed;
  }
  return {
    interfaces: [{ name: device }],
    ips: [{ address: `${ipText(address.ip)}/32` }],
  };
}

interface Wanted {
  readonly device: string;
  readonly ifName: string;
  readonly ip: string;
  readonly conf: Invocation['conf'];
}

/** Both ends of the link, the way into the pod and the way out of it (`DoNetworking`). */
function connect(
  node: CniNode,
  pod: NetworkConfig,
  { device, ifName, ip, conf }: Wanted,
): CniError | undefined {
  const { host } = node;
  // Left over from a pod of this name that went without a DEL.
  if (host.links().some(({ name }) => name === device)) host.removeLink(device);
  const mtu = mtuOf(node, conf);
  const failed = pod.addLink({
    name: ifName,
    kind: 'veth',
    mtu,
    peer: { ...host.ref, name: device, mac: MAC },
  });
  if (failed) return failure(`error adding host side veth: ${failed}`);
  host.setLink(device, { mtu });
  host.setLink(device, { up: true });
  for (const [name, value] of [
    ['conf', 'route_localnet', '1'],
    ['neigh', 'proxy_delay', '0'],
    ['conf', 'proxy_arp', '1'],
    ['conf', 'forwarding', '1'],
  ].map(([of, key, value]) => [`net.ipv4.${of}.${device}.${key}`, value] as const)) {
    host.setSysctl(name, value as string);
  }
  pod.setLink(ifName, { up: true });
  pod.addRoute({ destination: GATEWAY, device: ifName, scope: 'link' });
  pod.addRoute({ destination: 'default', via: GATEWAY, device: ifName });
  pod.addAddress(ifName, { address: ip, prefix: 32, scope: 'global' });
  host.removeRoute({ destination: ip });
  host.addRoute({ destination: ip, device, scope: 'link' });
  return undefined;
}

/** What the configuration says, or else what felix found out (0 means that it is to be found). */
function mtuOf(node: CniNode, conf: Invocation['conf']): number {
  const given = conf['mtu'];
  if (typeof given === 'number' && given > 0) return given;
  const file = node.files.read(MTU);
  return typeof file === 'string' ? 1500 : Number(file.text.trim()) || 1500;
}

function remove(invocation: Invocation, node: CniNode): Answer {
  const { conf, request } = invocation;
  const missing = readNodename(node);
  if (missing) return missing;
  const failed = invocation.delegate(conf.ipam?.type ?? '', 'DEL', conf);
  if (isError(failed)) return failed;
  const pod = request.netns === '' ? undefined : node.netns(request.netns);
  const addresses = pod ? removeInterface(pod, request.ifName) : [];
  for (const address of addresses) node.host.removeRoute({ destination: address });
  return undefined;
}
