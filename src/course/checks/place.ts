import type { Cluster } from '../../emulator/cluster/api.ts';
import type { NetnsRef, Probe, TraceStep } from '../../emulator/network/api.ts';
import { podsByNetns } from '../trace.ts';
import type { Reason } from './check.ts';
import * as objects from './objects.ts';

/** Where something is asked: `namespace/pod`, or `host/NAME` for a machine itself. */
export const PLACE = /^[a-z0-9-]+\/[a-z0-9.-]+$/;

/**
 * What is asked: `name.namespace:port` of a Service (looked up by name), `pod/namespace/name:port`
 * (its address), or `address:port`; `/udp` or `/icmp` behind it, TCP without.
 */
export const TARGET = /^(pod\/[a-z0-9-]+\/)?[a-z0-9.-]+:\d+(\/(udp|icmp))?$/;

export interface Target {
  /** As it stands in the check. */
  readonly text: string;
  /** What a program is given: a name or an address; '' for a pod that has none. */
  readonly host: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'ICMP';
  /** Its address as far as objects tell it. */
  readonly address?: string;
}

/** Reads a target against the cluster as it is. */
export function targetOf(cluster: Cluster, text: string, namespace: string): Target {
  const [, what = '', port = '0', protocol] = /^(.*?):(\d+)(?:\/(\w+))?$/.exec(text) ?? [];
  const rest = {
    text,
    port: Number(port),
    protocol: protocol === 'udp' ? 'UDP' : protocol === 'icmp' ? 'ICMP' : 'TCP',
  } as const;
  if (what.startsWith('pod/')) {
    const address = podAddress(cluster, what.slice('pod/'.length));
    return { ...rest, host: address ?? '', ...(address !== undefined && { address }) };
  }
  if (/^[\d.]+$/.test(what)) return { ...rest, host: what, address: what };
  const [name = '', of = namespace] = what.split('.');
  const address = objects.service(cluster, of, name)?.spec.clusterIP;
  const known = address !== undefined && address !== 'None';
  return { ...rest, host: what, ...(known && { address }) };
}

export function podAddress(cluster: Cluster, reference: string): string | undefined {
  const { namespace, name } = objects.split(reference);
  const pod = objects.pods(cluster, namespace).find((each) => each.metadata.name === name);
  return pod?.status?.podIP;
}

/** The network namespace of a place. */
export function netnsOf(cluster: Cluster, place: string): NetnsRef | undefined {
  if (place.startsWith('host/')) return { host: place.slice('host/'.length), netns: 'host' };
  return cluster.podNetns(place);
}

/** Where a script runs at a place: with a node's own tools, or with tools beside a pod. */
export function scriptPlace(place: string) {
  if (place.startsWith('host/')) return { host: place.slice('host/'.length), user: 'root' };
  return { pod: place, tools: true };
}

/** Asks for a packet's way from a place to a target; undefined where one of them is not there. */
export function probeTarget(
  cluster: Cluster,
  from: string,
  target: Target,
  purpose = 'check',
): Probe | undefined {
  const where = netnsOf(cluster, from);
  if (!where || target.address === undefined) return undefined;
  const to = { address: target.address, port: target.port };
  return cluster.probe(where, { protocol: target.protocol, to, purpose });
}

/** The steps that were made where the way ended; an answer's way back is left out. */
export function stepsThere({ steps, where }: Probe): readonly TraceStep[] {
  return steps.filter(({ host, netns }) => host === where.host && netns === where.netns);
}

/** The pod in whose network the way ended; undefined on a node. */
export function podThere(cluster: Cluster, { where }: Probe): string | undefined {
  return podsByNetns(cluster).get(`${where.host}/${where.netns}`);
}

/** Names the machine or pod where the way ended, and the rule that ended it. */
export function whereIt(cluster: Cluster, probe: Probe): Reason {
  const pod = podThere(cluster, probe);
  const at = pod ? `${pod} (${probe.where.host})` : probe.where.host;
  const there = stepsThere(probe).filter((step) => step.rule);
  const verdict = there.findLast(({ what }) => /^(REJECT|DROP)\b/.test(what)) ?? there.at(-1);
  const rule = verdict?.rule;
  if (probe.ending !== 'delivered' && rule && !pod) {
    return { name: 'where.rule', slots: { at, rule: rule.text } };
  }
  return { name: 'where.at', slots: { at } };
}
