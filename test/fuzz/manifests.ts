import fc from 'fast-check';
import { shapeOf } from '../../src/emulator/apimachinery/schema.ts';
import { mergeTypes } from '../../src/emulator/resources/catalog.ts';
import type { ResourceKind } from '../../src/emulator/resources/kind.ts';
import type { Json } from '../../src/emulator/world/json.ts';
import { anyValue, valueFor } from './values.ts';

export type Fields = { [field: string]: Json };

const labels = { app: 'web' };
const pod = { containers: [{ name: 'c', image: 'nginx:1.27', ports: [{ containerPort: 80 }] }] };
const template = { metadata: { labels }, spec: pod };
const workload = { replicas: 2, selector: { matchLabels: labels }, template };
const port = { name: 'http', port: 80, targetPort: 8080 };

/** A body that is accepted, by kind; kinds that are not here have only what a schema gives. */
const bodies: Readonly<Record<string, object>> = {
  Pod: { spec: pod },
  Service: { spec: { selector: labels, ports: [port] } },
  Deployment: { spec: workload },
  ReplicaSet: { spec: workload },
  StatefulSet: { spec: { ...workload, serviceName: 'web' } },
  DaemonSet: { spec: { selector: workload.selector, template } },
  Job: { spec: { template: { spec: { ...pod, restartPolicy: 'Never' } } } },
  CronJob: {
    spec: {
      schedule: '*/5 * * * *',
      jobTemplate: { spec: { template: { spec: { ...pod, restartPolicy: 'Never' } } } },
    },
  },
  ConfigMap: { data: { a: '1' } },
  Secret: { stringData: { a: '1' } },
  Endpoints: { subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }] },
  EndpointSlice: {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'] }],
    ports: [{ port: 80 }],
  },
  Ingress: {
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  },
  IngressClass: { spec: { controller: 'example.com/x' } },
  NetworkPolicy: {
    spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] },
  },
  IPAddress: { spec: { parentRef: { resource: 'services', namespace: 'default', name: 'web' } } },
  ServiceCIDR: { spec: { cidrs: ['10.120.0.0/24'] } },
  Lease: { spec: { holderIdentity: 'x' } },
  ControllerRevision: { revision: 1, data: {} },
  Role: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
  PodDisruptionBudget: { spec: { minAvailable: 1, selector: { matchLabels: labels } } },
};

export const names = ['web', 'db', 'a', 'x-1', 'web.example', 'Bad_Name', ''] as const;

/** Names are few, so that requests meet one another's objects. */
export const nameOf = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('web', 'db', 'a') },
  { weight: 1, arbitrary: fc.constantFrom(...names) },
);

/** A manifest of a kind that is accepted, as far as one is known. */
export function validOf(kind: ResourceKind, namespace: string, name: string): Fields {
  const { group, version, kind: called, namespaced } = kind.names;
  const apiVersion = group ? `${group}/${version}` : version;
  const metadata = { name, ...(namespaced && { namespace }), labels };
  const made = { apiVersion, kind: called, metadata, ...bodies[called] };
  return structuredClone(made) as unknown as Fields;
}

/** Kinds of which a whole manifest is known. */
export const knows = ({ names }: ResourceKind) => bodies[names.kind] !== undefined;

/** A manifest of a kind: valid, or with some changes to it. */
export function manifestOf(kind: ResourceKind, namespace: string): fc.Arbitrary<Fields> {
  return fc
    .tuple(nameOf, fc.array(changeOf(kind.definition), { maxLength: 3 }))
    .map(([name, changes]) => {
      const made = validOf(kind, namespace, name);
      return changes.reduce((object, change) => change(object), structuredClone(made));
    });
}

type Change = (object: Fields) => Fields;

/** A change somewhere in an object: a field gone, of another form, or one more of the schema's. */
export function changeOf(definition: string): fc.Arbitrary<Change> {
  const draws = fc.tuple(
    fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 6 }),
    fc.constantFrom('drop', 'wild', 'typed', 'typed', 'typed', 'double'),
    anyValue,
    fc.nat({ max: 2 ** 30 }),
  );
  return draws.map(([steps, how, value, seed]) => (object) => {
    let at: Json = object;
    let type = definition;
    for (const step of steps) {
      const fields = Object.keys(mergeTypes.schemas[type] ?? {});
      if (Array.isArray(at)) {
        const list = at as Json[];
        if (how === 'double' && list.length > 0) list.push(structuredClone(list[0] as Json));
        at = list[step % Math.max(1, list.length)] as Json;
        continue;
      }
      if (typeof at !== 'object' || at === null) break;
      const own = Object.keys(at);
      const name = step % 2 === 0 && own.length > 0 ? own[(step / 2) % own.length] : undefined;
      const chosen = name ?? fields[(step + seed) % Math.max(1, fields.length)];
      if (chosen === undefined) break;
      const known = mergeTypes.schemas[type] ?? {};
      const text = Object.hasOwn(known, chosen) ? known[chosen] : undefined;
      const target = at as Fields;
      const last = step === steps.at(-1) || target[chosen] === undefined;
      if (last) {
        if (how === 'drop') delete target[chosen];
        else if (how === 'wild' || text === undefined) put(target, chosen, structuredClone(value));
        else put(target, chosen, sampled(text, seed));
        break;
      }
      at = target[chosen] as Json;
      type = (text && shapeOf(text).ref) ?? '';
    }
    return object;
  });
}

function put(target: Fields, name: string, value: Json): void {
  Object.defineProperty(target, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function sampled(type: string, seed: number): Json {
  const [value] = fc.sample(valueFor(mergeTypes.schemas, type, 4), { seed, numRuns: 1 });
  // What was sent is frozen, and the next value may share it.
  return structuredClone(value) as Json;
}
