import { failed } from '../failure.ts';
import { groupOf, type Obj } from '../object.ts';
import { podSpecOf } from '../workload.ts';
import type { FieldSpec, Kustomization } from './kustomization.ts';
import { eachAt, isClusterScoped, type Resource } from './resource.ts';

/** Everything of a level but its patches, in the order of kustomize's builtin transformers. */
export function transform(kustomization: Kustomization, resources: readonly Resource[]): void {
  const { namespace = '', namePrefix = '', nameSuffix = '' } = kustomization;
  for (const { object } of resources) {
    if (namespace !== '') setNamespace(object, namespace);
    setName(object, namePrefix, nameSuffix);
    for (const args of kustomization.labels ?? []) {
      const { pairs = {}, includeSelectors, includeTemplates, fields = [] } = args;
      setLabels(object, pairs, includeSelectors ?? false, includeTemplates ?? false);
      for (const spec of fields) atSpec(object, spec, pairs);
    }
    if (kustomization.commonLabels) setLabels(object, kustomization.commonLabels, true, true);
    if (kustomization.commonAnnotations) setAnnotations(object, kustomization.commonAnnotations);
  }
  for (const replica of kustomization.replicas ?? []) setReplicas(resources, replica);
  for (const image of kustomization.images ?? []) {
    // Two filters look for images; a suffix is put on by each.
    for (const { object } of [...resources, ...resources]) setImage(object, image);
  }
}

/** Labels at a path of one's own. */
function atSpec(object: Obj, spec: FieldSpec, pairs: Record<string, string>): void {
  const group = groupOf(object.apiVersion ?? '');
  const version = (object.apiVersion ?? '').split('/').at(-1);
  if (spec.kind && spec.kind !== object.kind) return;
  if (spec.group && spec.group !== group) return;
  if (spec.version && spec.version !== version) return;
  merge(object, spec.path, pairs, spec.create ?? false);
}

function setNamespace(object: Obj, namespace: string): void {
  if (object.kind === 'Namespace') object.metadata = { ...object.metadata, name: namespace };
  else if (!isClusterScoped(object)) object.metadata = { ...object.metadata, namespace };
  for (const subject of (object['subjects'] ?? []) as Record<string, string>[]) {
    if (subject['kind'] === 'ServiceAccount' && subject['name'] === 'default') {
      subject['namespace'] = namespace;
    }
  }
}

/** Kinds whose names others rely on as they are. */
const unnamed = new Set(['Namespace', 'CustomResourceDefinition', 'APIService']);

function setName(object: Obj, prefix: string, suffix: string): void {
  if (unnamed.has(object.kind ?? '')) return;
  const name = `${prefix}${object.metadata?.name ?? ''}${suffix}`;
  object.metadata = { ...object.metadata, name };
}

const templates = [
  'spec/template',
  'spec/jobTemplate',
  'spec/jobTemplate/spec/template',
  'spec/volumeClaimTemplates[]',
];

/** Selectors: those that are always there, and those that are changed only where there are some. */
const selectors: Readonly<Record<string, readonly (readonly [path: string, create: boolean])[]>> = {
  Service: [['spec/selector', true]],
  ReplicationController: [['spec/selector', true]],
  Deployment: [['spec/selector/matchLabels', true]],
  ReplicaSet: [['spec/selector/matchLabels', true]],
  DaemonSet: [['spec/selector/matchLabels', true]],
  StatefulSet: [['spec/selector/matchLabels', true]],
  Job: [['spec/selector/matchLabels', false]],
  CronJob: [['spec/jobTemplate/spec/selector/matchLabels', false]],
  PodDisruptionBudget: [['spec/selector/matchLabels', false]],
  NetworkPolicy: [
    ['spec/podSelector/matchLabels', false],
    ['spec/ingress[]/from[]/podSelector/matchLabels', false],
    ['spec/egress[]/to[]/podSelector/matchLabels', false],
  ],
};

const workloads = new Set(
  'Deployment ReplicaSet DaemonSet StatefulSet Job CronJob ReplicationController'.split(' '),
);

function merge(object: Obj, path: string, pairs: Record<string, string>, create: boolean): void {
  const change = (holder: Record<string, unknown>, name: string) => {
    holder[name] = { ...(holder[name] as object | undefined), ...pairs };
  };
  eachAt(object, path, change, create);
}

function setLabels(
  object: Obj,
  pairs: Record<string, string>,
  inSelectors: boolean,
  inTemplates: boolean,
): void {
  merge(object, 'metadata/labels', pairs, true);
  if (inSelectors) {
    const own = selectors[object.kind ?? ''] ?? [];
    for (const [path, create] of own) merge(object, path, pairs, create);
    affinity(object, pairs);
  }
  if (inSelectors || inTemplates) inTemplate(object, 'labels', pairs);
}

/** Pods that keep away from one another name themselves by the same labels. */
function affinity(object: Obj, pairs: Record<string, string>): void {
  const rule = 'DuringSchedulingIgnoredDuringExecution[]';
  for (const kind of ['podAffinity', 'podAntiAffinity']) {
    const base = `affinity/${kind}`;
    const pod = podSpecOf(object);
    if (!pod) continue;
    const spec = pod as unknown as Obj;
    merge(spec, `${base}/required${rule}/labelSelector/matchLabels`, pairs, false);
    const soft = `${base}/preferred${rule}/podAffinityTerm/labelSelector/matchLabels`;
    merge(spec, soft, pairs, false);
  }
}

function inTemplate(object: Obj, member: string, pairs: Record<string, string>): void {
  if (!workloads.has(object.kind ?? '')) return;
  for (const path of templates) {
    if (path.endsWith('[]') && member === 'annotations') continue;
    let present = false;
    eachAt(object, path.replace('[]', ''), () => (present = true));
    if (present) merge(object, `${path}/metadata/${member}`, pairs, true);
  }
}

function setAnnotations(object: Obj, pairs: Record<string, string>): void {
  merge(object, 'metadata/annotations', pairs, true);
  inTemplate(object, 'annotations', pairs);
}

const scalable = ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'];

function setReplicas(
  resources: readonly Resource[],
  { name, count }: { readonly name: string; readonly count: number },
): void {
  const found = resources.filter(
    ({ object, names }) =>
      scalable.includes(object.kind ?? '') &&
      (object.metadata?.name === name || names.includes(name)),
  );
  if (found.length === 0) {
    const kinds = scalable.map((kind) => `${kind}.[noVer].[noGrp]`).join(' ');
    throw failed(
      `resource with name ${name} does not match a config with the following GVK [${kinds}]`,
    );
  }
  for (const { object } of found) {
    object['spec'] = { ...(object['spec'] as object), replicas: Number(count) };
  }
}

type Image = NonNullable<Kustomization['images']>[number];

function setImage(object: Obj, image: Image): void {
  const pod = podSpecOf(object);
  for (const container of [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])]) {
    if (container.image !== undefined) container.image = replaced(container.image, image);
  }
}

/** `nginx:1.25` under another name, tag or digest. */
function replaced(text: string, { name, newName, newTag, digest, tagSuffix }: Image): string {
  const [, base = text, tag = '', sum = ''] =
    /^(.+?)(?::([\w][\w.-]*))?(?:@(sha256:.*))?$/.exec(text) ?? [];
  if (base !== name) return text;
  const shown = newName ?? base;
  if (newTag && digest) return `${shown}:${newTag}@${digest}`;
  if (digest) return `${shown}@${digest}`;
  if (newTag) return `${shown}:${newTag}`;
  if (tagSuffix) return `${shown}:${tag}${tagSuffix}`;
  return `${shown}${tag ? `:${tag}` : ''}${sum ? `@${sum}` : ''}`;
}
