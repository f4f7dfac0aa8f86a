import type { Cluster } from '../../../emulator/cluster/api.ts';
import type { Probe } from '../../../emulator/network/api.ts';
import type { TraceView } from '../../../session/protocol.ts';
import { traceView } from '../../trace.ts';
import type { Reason } from '../check.ts';
import * as objects from '../objects.ts';
import { netnsOf, podThere, stepsThere, whereIt } from '../place.ts';
import type { ReachArgs } from './index.ts';

/** Why a question was not answered as expected: the hop, the rule, the selector. */
export interface Explanation {
  readonly where?: Reason;
  readonly why: Reason;
  readonly trace?: TraceView;
}

/** Explains by the packet's own trace, then by the objects that made the rules. */
export function explain(cluster: Cluster, args: ReachArgs, result: string): Explanation {
  const target = readTarget(args);
  const service = objects.service(cluster, target.namespace, target.name);
  const slots = { service: target.name, namespace: target.namespace };
  if (!service) {
    if (result === 'nxdomain') return { why: { name: 'why.no-service', slots } };
    return { why: { name: `why.${result}`, slots } };
  }
  const probe = probeService(cluster, args, service, target.port);
  const trace = probe && traceView(cluster, probe, `${args.from} → ${args.to}`);
  const where = probe && whereIt(cluster, probe);
  const made = (why: Reason): Explanation => ({
    why,
    ...(where && { where }),
    ...(trace && { trace }),
  });
  if (result === 'http' || result === 'ok') return made({ name: `why.${result}`, slots });
  const found = objects.endpoints(cluster, target.namespace, target.name);
  const port = service.spec.ports?.find((each) => each.port === target.port);
  if (!port) {
    const ports = (service.spec.ports ?? []).map((each) => each.port).join(', ');
    return made({
      name: 'why.service-port',
      slots: { ...slots, port: String(target.port), ports },
    });
  }
  if (found.length === 0) return made(noEndpoints(cluster, service, slots));
  if (!found.some(({ ready }) => ready)) return made(notReady(cluster, found, slots));
  if (found.every(({ ports }) => ports.length === 0)) {
    return made({ name: 'why.named-port', slots: { ...slots, name: String(port.targetPort) } });
  }
  const knocked = probe && knockedAt(probe);
  // A packet that came to a listener says nothing of why later ones were lost.
  if (probe && knocked && result !== 'timeout') return made(listening(cluster, probe, knocked));
  return made(dropped(probe, result, slots));
}

/** Service name, namespace and port that a URL means, seen from the asking pod. */
function readTarget({ from, to }: ReachArgs): { name: string; namespace: string; port: number } {
  const url = new URL(to.replace(/^tcp:/, 'http:'));
  const [name = '', namespace = objects.split(from).namespace] = url.hostname.split('.');
  return { name, namespace, port: Number(url.port || 80) };
}

/** Asks for a few connections and keeps the first that is not delivered. */
function probeService(
  cluster: Cluster,
  { from }: ReachArgs,
  service: objects.ServiceObject,
  port: number,
): Probe | undefined {
  const where = netnsOf(cluster, from);
  const address = service.spec.clusterIP;
  if (!where || !address || address === 'None') return undefined;
  const ask = (purpose: string) =>
    cluster.probe(where, { protocol: 'TCP', to: { address, port }, purpose });
  const probes = Array.from({ length: 12 }, (_, i) => ask(`check-${i}`));
  return probes.find(({ ending }) => ending !== 'delivered') ?? probes[0];
}

function noEndpoints(
  cluster: Cluster,
  service: objects.ServiceObject,
  slots: Record<string, string>,
): Reason {
  const { selector } = service.spec;
  if (!selector) return { name: 'why.no-selector', slots };
  const labels = new Set(
    objects
      .pods(cluster, slots['namespace'] ?? '')
      .map((pod) => {
        const { 'pod-template-hash': _hash, ...own } = pod.metadata.labels ?? {};
        return objects.labelText(own);
      })
      .filter((text) => text !== '<none>'),
  );
  const selectorText = objects.labelText(selector);
  const nearest = nearestLabels(selectorText, [...labels]);
  if (!nearest) return { name: 'why.no-pods', slots: { ...slots, selector: selectorText } };
  return { name: 'why.selector', slots: { ...slots, selector: selectorText, labels: nearest } };
}

/** Of several label texts, those that share the longest beginning with the selector. */
function nearestLabels(selector: string, labels: readonly string[]): string {
  const shared = (text: string) => {
    let length = 0;
    while (length < text.length && text[length] === selector[length]) length += 1;
    return length;
  };
  const most = Math.max(0, ...labels.map(shared));
  const nearest = labels.filter((each) => shared(each) === most).sort();
  return nearest.slice(0, 3).join(' · ');
}

function notReady(
  cluster: Cluster,
  found: readonly objects.ServiceEndpoint[],
  slots: Record<string, string>,
): Reason {
  const names = new Set(found.map(({ pod }) => pod));
  const event = cluster
    .objects('events', slots['namespace'])
    .filter((each) => {
      const about = each['involvedObject'] as { name?: string } | undefined;
      return each['reason'] === 'Unhealthy' && names.has(about?.name);
    })
    .at(-1);
  const all = { ...slots, pods: [...names].join(', '), event: String(event?.['message'] ?? '') };
  return { name: event ? 'why.probe' : 'why.not-ready', slots: all };
}

/** The address and port at which the packet came out, whether or not somebody listened there. */
function knockedAt(probe: Probe): { readonly address: string; readonly port: number } | undefined {
  if (probe.reached) return probe.reached;
  const step = stepsThere(probe).find(
    ({ layer, what }) => layer === 'socket' && /listens/.test(what),
  );
  const [, address, port] = /^(.*):(\d+)$/.exec(step?.to ?? '') ?? [];
  return address === undefined ? undefined : { address, port: Number(port) };
}

/** The packet came to a pod, and nobody there took it: what does the pod listen on? */
function listening(
  cluster: Cluster,
  probe: Probe,
  { address, port }: { readonly address: string; readonly port: number },
): Reason {
  const pod = podThere(cluster, probe)?.split('/')[1] ?? address;
  const sockets = cluster
    .network(probe.where)
    .sockets()
    .filter(({ state, protocol }) => state === 'LISTEN' && protocol === 'TCP');
  const slots = { pod, address, port: String(port) };
  const local = sockets.find((each) => each.local.port === port);
  if (local?.local.address.startsWith('127.')) return { name: 'why.loopback', slots };
  const listens = [...new Set(sockets.map((each) => each.local.port))].join(', ');
  return { name: listens ? 'why.port' : 'why.no-listener', slots: { ...slots, listens } };
}

function dropped(probe: Probe | undefined, result: string, slots: Record<string, string>): Reason {
  const last = probe && stepsThere(probe).at(-1);
  if (probe && last?.rule && probe.ending !== 'delivered') {
    return { name: 'why.rule', slots: { ...slots, rule: last.rule.text, what: last.what } };
  }
  return { name: `why.${result}`, slots };
}
