import { isNetns, openNetns } from '../interface.ts';
import { readResult } from '../result.ts';
import {
  failure,
  isError,
  type Answer,
  type CniError,
  type CniNode,
  type CniPlugin,
  type Invocation,
} from '../types.ts';
import { MILLISECOND } from '../../world/time.ts';

interface Bandwidth {
  readonly ingressRate: number;
  readonly ingressBurst: number;
  readonly egressRate: number;
  readonly egressBurst: number;
}

/** How long a packet may wait in a bucket (`latencyInMillis`). */
const LATENCY = 25 * MILLISECOND;
const FOUR_GIGABYTES = 4_294_967_295;

/** Token buckets on a pod's link (plugins/meta/bandwidth). */
const plugin: CniPlugin = {
  name: 'bandwidth',
  run(invocation, node) {
    const { command, conf } = invocation;
    const wanted = bandwidthOf(invocation);
    if (isError(wanted)) return wanted;
    const previous = readResult(conf.prevResult);
    if (isError(previous)) return previous;
    if (command === 'ADD') {
      if (isZero(wanted)) return previous;
      if (!previous) return failure('must be called as chained plugin');
      return limit(invocation, node, wanted) ?? previous;
    }
    if (command !== 'CHECK') return undefined;
    if (!previous) return failure('must be called as a chained plugin');
    return isZero(wanted) ? undefined : check(invocation, node, wanted);
  },
};

export default plugin;

const isZero = (wanted: Bandwidth) => Object.values(wanted).every((value) => value === 0);

function bandwidthOf({ conf }: Invocation): Bandwidth | CniError {
  const own = ['ingressRate', 'ingressBurst', 'egressRate', 'egressBurst'] as const;
  const inline = own.some((name) => conf[name] !== undefined);
  const given = (inline ? conf : conf.runtimeConfig?.['bandwidth']) as
    Partial<Bandwidth> | undefined;
  const [ingressRate = 0, ingressBurst = 0, egressRate = 0, egressBurst = 0] = own.map((name) =>
    Number(given?.[name] ?? 0),
  );
  for (const [rate, burst] of [
    [ingressRate, ingressBurst],
    [egressRate, egressBurst],
  ] as const) {
    if (burst === 0 && rate !== 0) return failure('if rate is set, burst must also be set');
    if (rate === 0 && burst !== 0) return failure('if burst is set, rate must also be set');
    if (burst / 8 >= FOUR_GIGABYTES) return failure('burst cannot be more than 4GB');
  }
  return { ingressRate, ingressBurst, egressRate, egressBurst };
}

/** The pod's link and the node's end of it. */
function ends({ request, conf }: Invocation, node: CniNode) {
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) return pod;
  const peer = pod.links().find(({ name }) => name === request.ifName)?.peer;
  if (!peer) return failure(`container interface ${request.ifName} has no veth peer: <nil>`);
  if (peer.host !== node.host.ref.host || peer.netns !== node.host.ref.netns) {
    return failure(`veth peer with index ${peer.index} is not in host ns`);
  }
  const previous = readResult(conf.prevResult);
  const interfaces = previous && !isError(previous) ? (previous.interfaces ?? []) : [];
  if (interfaces.length === 0) return failure('no interfaces provided');
  if (!interfaces.some(({ name, sandbox }) => name === peer.name && !sandbox)) {
    return failure('no veth peer of container interface found in host ns');
  }
  return { pod, host: peer.name };
}

const bucket = (rate: number, burst: number) => ({
  kind: 'tbf',
  handle: '1:',
  rate: Math.floor(rate / 8),
  burst: Math.floor(burst / 8),
  latency: LATENCY,
});

function limit(invocation: Invocation, node: CniNode, wanted: Bandwidth): CniError | undefined {
  const found = ends(invocation, node);
  if (isError(found)) return found;
  const { ingressRate, ingressBurst, egressRate, egressBurst } = wanted;
  // What goes to the pod leaves by the node's end of its link.
  if (ingressRate > 0) node.host.setQdisc(found.host, bucket(ingressRate, ingressBurst));
  if (egressRate > 0) {
    found.pod.setQdisc(invocation.request.ifName, bucket(egressRate, egressBurst));
  }
  return undefined;
}

function check(invocation: Invocation, node: CniNode, wanted: Bandwidth): Answer {
  const found = ends(invocation, node);
  if (isError(found)) return found;
  const { ifName } = invocation.request;
  for (const [rate, qdisc] of [
    [wanted.ingressRate, node.host.qdisc(found.host)],
    [wanted.egressRate, found.pod.qdisc(ifName)],
  ] as const) {
    if (rate === 0) continue;
    if (!qdisc) return failure('Failed to find qdisc');
    if (qdisc.rate !== Math.floor(rate / 8)) return failure("Rate doesn't match");
  }
  return undefined;
}
