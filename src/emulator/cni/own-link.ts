import type { NetworkConfig } from '../network/api.ts';
import {
  checkInterface,
  configureInterface,
  isNetns,
  openNetns,
  removeInterface,
} from './interface.ts';
import { readResult } from './result.ts';
import {
  failure,
  isError,
  type Answer,
  type CniError,
  type CniNode,
  type CniResult,
  type Invocation,
} from './types.ts';

/** A plugin that gives the pod one link of its own, with addresses from an IPAM plugin. */
export interface OwnLink {
  /** Makes the link under the request's name in the pod. */
  make(pod: NetworkConfig): CniError | undefined;
  /** Without `ipam` the link is brought up, and that is all. */
  readonly ipamOptional: boolean;
  /** The link of a failed ADD is taken away again. */
  readonly undone: boolean;
}

/** ADD of such a plugin. */
export function addOwnLink(invocation: Invocation, node: CniNode, link: OwnLink): Answer {
  const { conf, request } = invocation;
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) return pod;
  const failed = link.make(pod);
  if (failed) return failed;
  const mac = pod.links().find(({ name }) => name === request.ifName)?.mac ?? '';
  const interfaces = [{ name: request.ifName, mac, sandbox: request.netns }];
  const dns = conf.dns ? { dns: conf.dns } : {};
  const type = conf.ipam?.type ?? '';
  if (type === '' && link.ipamOptional) {
    pod.setLink(request.ifName, { up: true });
    return { interfaces, ips: [], ...dns };
  }
  const undo = (error: CniError) => {
    if (link.undone) pod.removeLink(request.ifName);
    return error;
  };
  const leased = invocation.delegate(type, 'ADD', conf);
  if (isError(leased)) return undo(leased);
  if (!leased || leased.ips.length === 0) {
    return undo(failure('IPAM plugin returned missing IP config'));
  }
  const ips = leased.ips.map((ip) => ({ ...ip, interface: 0 }));
  const result: CniResult = { interfaces, ips, routes: leased.routes ?? [], ...dns };
  const configured = configureInterface(pod, request.ifName, result);
  if (!configured) return result;
  invocation.delegate(type, 'DEL', conf);
  return undo(configured);
}

/** DEL of such a plugin: silent where nothing is left. */
export function removeOwnLink({ conf, request, delegate }: Invocation, node: CniNode): Answer {
  const type = conf.ipam?.type ?? '';
  if (type !== '') {
    const failed = delegate(type, 'DEL', conf);
    if (isError(failed)) return failed;
  }
  const pod = request.netns === '' ? undefined : node.netns(request.netns);
  if (pod) removeInterface(pod, request.ifName);
  return undefined;
}

/** CHECK of such a plugin; `kind` is the link's, as its errors name it. */
export function checkOwnLink(
  { conf, request, delegate }: Invocation,
  node: CniNode,
  kind?: 'macvlan' | 'ipvlan' | 'vlan' | 'dummy',
): Answer {
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) return pod;
  const type = conf.ipam?.type ?? '';
  if (type !== '') {
    const failed = delegate(type, 'CHECK', conf);
    if (isError(failed)) return failed;
  }
  const previous = readResult(conf.prevResult);
  if (isError(previous)) return previous;
  if (!previous) return failure('required prevResult missing');
  const { ifName, netns } = request;
  const own = previous.interfaces?.find((each) => each.name === ifName && each.sandbox === netns);
  if (!own) {
    return failure(`sandbox in prevResult  doesn't match configured netns: ${netns}`);
  }
  const link = pod.links().find(({ name }) => name === ifName);
  if (!link) return failure(`container Interface name in prevResult: ${ifName} not found`);
  if (kind && link.kind !== kind) {
    return failure(`error: Container interface ${ifName} not of type ${kind}`);
  }
  if (own.mac && own.mac !== link.mac) {
    return failure(`interface ${ifName} Mac ${own.mac} doesn't match container Mac: ${link.mac}`);
  }
  return checkInterface(pod, ifName, previous);
}

/** The device with the default route of a namespace. */
export function defaultDevice(config: NetworkConfig): string | CniError {
  const found = config.routes().find(({ destination }) => destination === 'default');
  return found?.device ?? failure('no default route interface found');
}
