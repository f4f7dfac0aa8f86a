import type { Obj } from '../object.ts';
import { podSpecOf } from '../workload.ts';
import { eachAt, type Resource } from './resource.ts';

/** Where pod specs name other objects, by the kind that is named. */
const inPodSpec: readonly (readonly [kind: string, path: string])[] = [
  ['ServiceAccount', 'serviceAccountName'],
  ['ServiceAccount', 'serviceAccount'],
  ['PriorityClass', 'priorityClassName'],
  ['Secret', 'imagePullSecrets[]/name'],
  ['ConfigMap', 'volumes[]/configMap/name'],
  ['ConfigMap', 'volumes[]/projected/sources[]/configMap/name'],
  ['Secret', 'volumes[]/secret/secretName'],
  ['Secret', 'volumes[]/projected/sources[]/secret/name'],
  ['PersistentVolumeClaim', 'volumes[]/persistentVolumeClaim/claimName'],
  ...['containers[]', 'initContainers[]', 'ephemeralContainers[]'].flatMap(
    (list) =>
      [
        ['ConfigMap', `${list}/env[]/valueFrom/configMapKeyRef/name`],
        ['Secret', `${list}/env[]/valueFrom/secretKeyRef/name`],
        ['ConfigMap', `${list}/envFrom[]/configMapRef/name`],
        ['Secret', `${list}/envFrom[]/secretRef/name`],
      ] as const,
  ),
];

/** The same in other kinds. */
const elsewhere: readonly (readonly [from: string, kind: string, path: string])[] = [
  ['StatefulSet', 'Service', 'spec/serviceName'],
  ['Ingress', 'Service', 'spec/rules[]/http/paths[]/backend/service/name'],
  ['Ingress', 'Service', 'spec/defaultBackend/service/name'],
  ['Ingress', 'Secret', 'spec/tls[]/secretName'],
  ['Ingress', 'IngressClass', 'spec/ingressClassName'],
  ['ServiceAccount', 'Secret', 'imagePullSecrets[]/name'],
  ['ServiceAccount', 'Secret', 'secrets[]/name'],
  ['PersistentVolumeClaim', 'PersistentVolume', 'spec/volumeName'],
  ['PersistentVolumeClaim', 'StorageClass', 'spec/storageClassName'],
  ['PersistentVolume', 'StorageClass', 'spec/storageClassName'],
  ['APIService', 'Service', 'spec/service/name'],
  ['ValidatingWebhookConfiguration', 'Service', 'webhooks[]/clientConfig/service/name'],
  ['MutatingWebhookConfiguration', 'Service', 'webhooks[]/clientConfig/service/name'],
];

/** Lets objects that name others by a name these had before name them as they are called now. */
export function fixReferences(resources: readonly Resource[]): void {
  for (const { object } of resources) {
    const pod = podSpecOf(object);
    for (const [kind, path] of inPodSpec) rename(resources, object, pod, kind, path);
    for (const [from, kind, path] of elsewhere) {
      if (object.kind === from) rename(resources, object, object, kind, path);
    }
    if (object.kind === 'HorizontalPodAutoscaler') byKind(resources, object, 'spec/scaleTargetRef');
    if (/^(Cluster)?RoleBinding$/.test(object.kind ?? '')) {
      byKind(resources, object, 'roleRef');
      subjects(resources, object);
    }
  }
}

function rename(
  resources: readonly Resource[],
  referrer: Obj,
  holder: unknown,
  kind: string,
  path: string,
): void {
  eachAt(holder, path, (fields, name) => {
    const found = target(resources, referrer, kind, fields[name]);
    if (found) fields[name] = found.object.metadata?.name;
  });
}

/** The object of a kind that has, or had, this name: one in the same namespace first. */
function target(
  resources: readonly Resource[],
  referrer: Obj,
  kind: string,
  name: unknown,
): Resource | undefined {
  const all = resources.filter((each) => each.object.kind === kind);
  if (all.some(({ object }) => object.metadata?.name === name)) return undefined;
  const called = all.filter(({ names }) => names.includes(String(name)));
  const space = referrer.metadata?.namespace;
  return called.find(({ object }) => object.metadata?.namespace === space) ?? called[0];
}

function byKind(resources: readonly Resource[], object: Obj, path: string): void {
  eachAt(object, path, (holder, member) => {
    const fields = holder[member] as { kind?: string; name?: string };
    const found = target(resources, object, fields.kind ?? '', fields.name);
    if (found) fields.name = found.object.metadata?.name ?? '';
  });
}

/** Service accounts in bindings: their namespace is that of the object that is meant. */
function subjects(resources: readonly Resource[], object: Obj): void {
  for (const subject of (object['subjects'] ?? []) as Record<string, string | undefined>[]) {
    if (subject['kind'] !== 'ServiceAccount') continue;
    const account = resources.find(
      (each) => each.object.kind === 'ServiceAccount' && each.names.includes(subject['name'] ?? ''),
    );
    if (!account) continue;
    subject['name'] = account.object.metadata?.name;
    const namespace = account.object.metadata?.namespace;
    if (namespace) subject['namespace'] = namespace;
  }
}
