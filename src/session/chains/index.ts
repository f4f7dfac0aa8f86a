import type { Cluster } from '../../emulator/cluster/api.ts';
import type { ServicePort } from '../../emulator/proxy/services.ts';
import { placeOf } from '../trace/index.ts';
import type { ChainsAnswer, ChainsRequest, SpreadAnswer, SpreadRequest, Supposed } from './api.ts';
import { activeMode, factsOf, servicePortsOf, type ChainFacts } from './facts.ts';
import { modeViews } from './modes.ts';

const system = (service: string) =>
  /^(kube-|default\/kubernetes$)/.test(service) || service.startsWith('calico-');

/** What each mode of kube-proxy writes on a node for one port of a Service. */
export function chainWalk(cluster: Cluster, request: ChainsRequest): ChainsAnswer {
  const ports = servicePortsOf(cluster);
  const nodes = cluster.objects('nodes').map(({ metadata }) => metadata.name);
  const workers = nodes.filter((name) => !name.includes('control'));
  const node = nodes.find((each) => each === request.node) ?? workers[0] ?? nodes[0] ?? '';
  const services = servicesOf(ports);
  const named = services.find(({ service }) => service === request.service) ?? services[0];
  const own = ports.filter((port) => nameOf(port) === named?.service);
  const port = own.find((each) => portOf(each) === request.port) ?? own[0];
  const answer = { services, nodes, node };
  if (!named || !port) return { ...answer, modes: [] };
  const real = factsOf(cluster, port, node);
  const supposed = isSupposed(request.suppose);
  const facts = supposed ? suppose(real, request.suppose ?? {}) : real;
  const active = activeMode(cluster, node);
  const all = real.endpoints.get(port.key) ?? [];
  return {
    ...answer,
    ...(supposed && { supposed }),
    endpoints: all.map(({ text }) => text),
    service: named.service,
    port: portOf(port),
    address: port.clusterIP,
    modes: modeViews.map(({ mode, view }) => view(facts, mode === active && !supposed)),
  };
}

function isSupposed({ without = [], affinity, local }: Supposed = {}): boolean {
  return without.length > 0 || affinity === true || local === true;
}

/** The facts as they would be. */
function suppose(facts: ChainFacts, { without = [], affinity, local }: Supposed): ChainFacts {
  const { key } = facts.port;
  const port = {
    ...facts.port,
    ...(affinity && { affinitySeconds: facts.port.affinitySeconds ?? AFFINITY_SECONDS }),
    ...(local && { internalLocal: true }),
  };
  const left = (facts.endpoints.get(key) ?? []).filter(({ text }) => !without.includes(text));
  const ports = facts.ports.map((each) => (each.key === key ? port : each));
  return { ...facts, port, ports, endpoints: new Map([...facts.endpoints, [key, left]]) };
}

/** Kubernetes' default for `sessionAffinityConfig.clientIP.timeoutSeconds`. */
const AFFINITY_SECONDS = 10_800;

const nameOf = ({ namespace, service }: ServicePort) => `${namespace}/${service}`;
const portOf = ({ port, protocol }: ServicePort) => `${port}/${protocol.toUpperCase()}`;

function servicesOf(ports: readonly ServicePort[]): ChainsAnswer['services'] {
  const names = [...new Set(ports.map(nameOf))];
  const found = names.map((service) => ({
    service,
    system: system(service),
    ports: ports.filter((port) => nameOf(port) === service).map(portOf),
  }));
  return [...found.filter((each) => !each.system), ...found.filter((each) => each.system)];
}

/** Most packets that are sent at once. */
const MOST = 1_000;

/** Sends many packets over a copy and counts where they came out and which rules they matched. */
export function spread(cluster: Cluster, request: SpreadRequest): SpreadAnswer {
  const where = placeOf(cluster, request.from);
  const reached: Record<string, number> = {};
  const hits: Record<string, number> = {};
  let last: string[] = [];
  let lastReached = '';
  const sent = where ? Math.min(MOST, request.times) : 0;
  for (let index = 0; where && index < sent; index++) {
    const probe = cluster.probe(where, {
      protocol: request.protocol,
      to: { address: request.to, port: request.port },
      purpose: `spread-${request.turn}-${index}`,
      observe: true,
    });
    lastReached = probe.reached ? `${probe.reached.address}:${probe.reached.port}` : '';
    reached[lastReached] = (reached[lastReached] ?? 0) + 1;
    last = (probe.observed ?? []).flatMap((each) => (each.type === 'rule' ? [each.text] : []));
    for (const text of last) hits[text] = (hits[text] ?? 0) + 1;
  }
  return { sent, reached, hits, last, lastReached };
}
