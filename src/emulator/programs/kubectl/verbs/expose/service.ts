import { failed } from '../../failure.ts';
import type { FlagValues } from '../../flags.ts';
import { at, type Obj } from '../../object.ts';
import { goType, podSpecOf } from '../../workload.ts';

type Labels = Record<string, string>;

/** Labels that an object selects its pods by (`MapBasedSelectorForObject`). */
export function selectorOf(object: Obj): Labels {
  switch (object.kind) {
    case 'Pod': {
      const labels = object.metadata?.labels ?? {};
      if (Object.keys(labels).length === 0) {
        throw failed('the pod has no labels and cannot be exposed');
      }
      return labels;
    }
    case 'Service': {
      const selector = at(object, 'spec.selector') as Labels | undefined;
      if (!selector) throw failed('the service has no pod selector set');
      return selector;
    }
    case 'ReplicationController':
      return (at(object, 'spec.selector') as Labels | undefined) ?? {};
    case 'Deployment':
    case 'ReplicaSet': {
      const expressions = at(object, 'spec.selector.matchExpressions') as unknown[] | undefined;
      if (expressions && expressions.length > 0) {
        throw failed(
          `couldn't convert expressions - "${goExpressions(expressions)}" to ` +
            'map-based selector format',
        );
      }
      const labels = at(object, 'spec.selector.matchLabels') as Labels | undefined;
      if (labels) return labels;
      if (/^extensions\//.test(object.apiVersion ?? '')) return templateLabels(object);
      const what = object.kind === 'Deployment' ? 'deployment' : 'replicaset';
      throw failed(`invalid ${what}: no selectors, therefore cannot be exposed`);
    }
    default:
      throw failed(`cannot extract pod selector from ${goType(object)}`);
  }
}

/** Before apps/v1 a selector that was not told was taken from the template. */
function templateLabels(object: Obj): Labels {
  return (at(object, 'spec.template.metadata.labels') as Labels | undefined) ?? {};
}

function goExpressions(list: readonly unknown[]): string {
  const shown = list.map((each) => {
    const {
      key,
      operator,
      values = [],
    } = each as { key: string; operator: string; values?: string[] };
    return `{Key:${key} Operator:${operator} Values:[${values.join(' ')}]}`;
  });
  return `[${shown.join(' ')}]`;
}

/** Numbers of the ports that an object offers, with the protocols of each; in order, each once. */
export function portsOf(object: Obj): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (port: number, protocol = 'TCP') => {
    const known = found.get(String(port)) ?? [];
    if (!known.includes(protocol)) known.push(protocol);
    found.set(String(port), known);
  };
  if (object.kind === 'Service') {
    const ports = (at(object, 'spec.ports') ?? []) as { port: number; protocol?: string }[];
    for (const { port, protocol } of ports) add(port, protocol);
    return found;
  }
  const spec = podSpecOf(object);
  if (!spec) throw failed(`cannot extract ports from ${goType(object)}`);
  for (const { ports = [] } of spec.containers ?? []) {
    for (const { containerPort, protocol } of ports) add(containerPort, protocol);
  }
  return found;
}

/** What a service is made from. */
export interface ServiceOptions {
  readonly name: string;
  readonly labels: Labels;
  readonly selector: Labels;
  /** Numbers joined by commas; empty for a headless service without ports. */
  readonly ports: string;
  readonly protocol: string;
  readonly protocols: ReadonlyMap<string, readonly string[]>;
  readonly targetPort: string;
  readonly type: string;
  readonly clusterIP: string;
  readonly externalIP: string;
  readonly sessionAffinity: string;
  readonly loadBalancerIP: string;
}

/** The service that exposes an object, by flags and by what the object tells. */
export function serviceFor(name: string, object: Obj, flags: FlagValues): Obj {
  const clusterIP = flags.text('cluster-ip');
  const selector = flags.text('selector');
  const chosen = selector !== '' ? pairs(selector) : introspected(object);
  const known = portsOf(object);
  const ports = flags.text('port') || [...known.keys()].join(',');
  if (ports === '' && clusterIP !== 'None') {
    throw failed("couldn't find port via --port flag or introspection");
  }
  const labels = flags.text('labels');
  return buildService({
    name: flags.text('name') || name.slice(0, 63),
    labels: labels !== '' ? pairs(labels) : (object.metadata?.labels ?? {}),
    selector: chosen,
    ports,
    protocol: flags.text('protocol'),
    protocols: known,
    targetPort: flags.text('target-port'),
    type: flags.text('type'),
    clusterIP,
    externalIP: flags.text('external-ip'),
    sessionAffinity: flags.text('session-affinity'),
    loadBalancerIP: flags.text('load-balancer-ip'),
  });
}

/** The Service, members in the order of the Go struct. */
export function buildService(options: ServiceOptions): Obj {
  const { name, labels, selector } = options;
  const ports = options.ports === '' ? [] : portList(options);
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name, ...(Object.keys(labels).length > 0 && { labels }) },
    spec: { ...(ports.length > 0 && { ports }), selector, ...specOf(options) },
    status: { loadBalancer: {} },
  };
}

function introspected(object: Obj): Labels {
  try {
    return selectorOf(object);
  } catch (caught) {
    const problem = (caught as { problem?: { text?: string } }).problem;
    if (!problem?.text) throw caught;
    throw failed(
      `couldn't retrieve selectors via --selector flag or introspection: ${problem.text}`,
    );
  }
}

function portList({ ports, protocol, protocols, targetPort }: ServiceOptions): object[] {
  const parts = ports.split(',');
  const target = /^\d+$/.test(targetPort) ? Number(targetPort) : targetPort;
  return parts.flatMap((part, index) => {
    if (!/^-?\d+$/.test(part)) throw failed(`strconv.Atoi: parsing "${part}": invalid syntax`);
    const port = Number(part);
    const name = `port-${index + 1}`;
    const made = (own: string | undefined, by: string) => ({
      ...(own !== undefined && { name: own }),
      protocol: by,
      port,
      targetPort: target === '' ? port : target,
    });
    const own = protocol !== '' ? [protocol] : (protocols.get(part) ?? ['TCP']);
    if (own.length > 1) return own.map((each) => made(`${name}-${each.toLowerCase()}`, each));
    return [made(parts.length > 1 ? name : undefined, own[0] ?? 'TCP')];
  });
}

function specOf(options: ServiceOptions): object {
  const { clusterIP, type, externalIP, sessionAffinity, loadBalancerIP } = options;
  if (sessionAffinity !== '' && sessionAffinity !== 'None' && sessionAffinity !== 'ClientIP') {
    throw failed(`unknown session affinity: ${sessionAffinity}`);
  }
  return {
    ...(clusterIP !== '' && { clusterIP }),
    ...(type !== '' && { type }),
    ...(externalIP !== '' && { externalIPs: [externalIP] }),
    ...(sessionAffinity !== '' && { sessionAffinity }),
    ...(type === 'LoadBalancer' && loadBalancerIP !== '' && { loadBalancerIP }),
  };
}

/** `a=b,c=d` as labels. */
export function pairs(text: string): Labels {
  const result: Labels = {};
  for (const part of text.split(',')) {
    const [key = '', ...rest] = part.split('=');
    if (rest.length !== 1) throw failed(`unexpected label spec: ${part}`);
    if (key === '') throw failed('unexpected empty label key');
    result[key] = rest[0] as string;
  }
  return result;
}
