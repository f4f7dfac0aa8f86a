import { at, keyed } from '../../apimachinery/field-error.ts';
import { isDns1123Label } from '../../apimachinery/names.ts';
import type { LabelSelector } from '../../apimachinery/object.ts';
import { formatQuantity, parseQuantity } from '../../apimachinery/quantity.ts';
import { equal } from '../../world/json.ts';
import type { Container, PodSpec, PodTemplate, Workload } from './shapes.ts';
import { portWarnings } from './port-warnings.ts';
import { visitContainers } from './visit.ts';

type Annotations = Readonly<Record<string, string>> | undefined;

/** Node labels that have other names by now. */
const labels: Readonly<Record<string, readonly [since: string, use: string]>> = {
  'beta.kubernetes.io/arch': ['v1.14', 'kubernetes.io/arch'],
  'beta.kubernetes.io/os': ['v1.14', 'kubernetes.io/os'],
  'failure-domain.beta.kubernetes.io/region': ['v1.17', 'topology.kubernetes.io/region'],
  'failure-domain.beta.kubernetes.io/zone': ['v1.17', 'topology.kubernetes.io/zone'],
  'beta.kubernetes.io/instance-type': ['v1.17', 'node.kubernetes.io/instance-type'],
};

const annotationTexts: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod':
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls':
    'non-functional in v1.11+; use "securityContext.sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls':
    'non-functional in v1.11+; use "securityContext.sysctls" field instead',
};
const SECCOMP = 'seccomp.security.alpha.kubernetes.io/pod';

const volumes: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

/** What pods and templates are told of (`pkg/api/pod/warnings.go`); `path` is where they are. */
export function podWarnings(spec: PodSpec, annotations: Annotations, path: string): string[] {
  const inside = at(path, 'spec');
  return [
    ...labelWarnings(spec, inside),
    ...annotationWarnings(spec, annotations, at(path, 'metadata', 'annotations')),
    ...volumeWarnings(spec, inside),
    ...repeatWarnings(spec, inside),
    ...visitContainers(spec, inside).flatMap(([container, place]) =>
      containerWarnings(container, place),
    ),
    ...portWarnings(visitContainers(spec, inside)),
    ...(((spec.terminationGracePeriodSeconds ?? 0) < 0 && [
      `${inside}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and ` +
        'will be treated as 1',
    ]) ||
      []),
    ...affinityWarnings(spec, inside),
  ];
}

/** What a workload is told when its template changes, and of a name that hostnames cannot have. */
export function workloadWarnings(
  { metadata, spec }: Workload,
  old: Workload | undefined,
): readonly string[] {
  if (old && equal(spec, old.spec)) return [];
  const texts = old ? [] : isDns1123Label(metadata.name ?? '');
  return [
    ...nameWarning(texts, 'this is used in Pod names and hostnames'),
    ...templateWarnings(spec.template, 'spec.template'),
  ];
}

/** What a template is told. */
export function templateWarnings(template: PodTemplate | undefined, path: string): string[] {
  if (!template?.spec) return [];
  return podWarnings(template.spec, template.metadata?.annotations, path);
}

/** Of a name that is no label: hosts cannot be called so. */
export function nameWarning(texts: readonly string[], use: string): string[] {
  if (texts.length === 0) return [];
  const why = 'which can result in surprising behavior; a DNS label is recommended';
  return [`metadata.name: ${use}, ${why}: [${texts.join(' ')}]`];
}

function deprecation(label: string): string | undefined {
  const [since, use] = labels[label] ?? [];
  return since === undefined ? undefined : `deprecated since ${since}; use "${use}" instead`;
}

interface Term {
  readonly matchExpressions?: readonly { readonly key: string }[];
}
interface NodeAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: {
    readonly nodeSelectorTerms?: readonly Term[];
  };
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly preference?: Term;
  }[];
}
interface PodTerm {
  readonly labelSelector?: LabelSelector;
}
interface PodAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly podAffinityTerm?: PodTerm;
  }[];
}
interface Affinity {
  readonly nodeAffinity?: NodeAffinity;
  readonly podAffinity?: PodAffinity;
  readonly podAntiAffinity?: PodAffinity;
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function labelWarnings(spec: PodSpec, path: string): string[] {
  const warnings = Object.keys(spec.nodeSelector ?? {}).flatMap((key) => {
    const text = deprecation(key);
    return text ? [`${keyed(at(path, 'nodeSelector'), key)}: ${text}`] : [];
  });
  const { nodeAffinity } = (spec.affinity ?? {}) as Affinity;
  const place = at(path, 'affinity', 'nodeAffinity');
  const term = (each: Term | undefined, where: string) =>
    (each?.matchExpressions ?? []).flatMap(({ key }, index) => {
      const text = deprecation(key);
      const name = at(where, 'matchExpressions', index, 'key');
      return text ? [`${name}: ${key} is ${text}`] : [];
    });
  (nodeAffinity?.[REQUIRED]?.nodeSelectorTerms ?? []).forEach((each, index) => {
    warnings.push(...term(each, at(place, REQUIRED, 'nodeSelectorTerms', index)));
  });
  (nodeAffinity?.[PREFERRED] ?? []).forEach(({ preference }, index) => {
    warnings.push(...term(preference, at(place, PREFERRED, index, 'preference')));
  });
  (spec.topologySpreadConstraints ?? []).forEach(({ topologyKey, labelSelector }, index) => {
    const where = at(path, 'topologySpreadConstraints', index);
    const text = deprecation(topologyKey);
    if (text) warnings.push(`${where}.topologyKey: ${topologyKey} is ${text}`);
    if (!labelSelector) warnings.push(nullSelector(`${where}.labelSelector`));
  });
  return warnings;
}

const nullSelector = (path: string) => `${path}: a null labelSelector results in matching no pod`;

function annotationWarnings(spec: PodSpec, annotations: Annotations, path: string): string[] {
  const given = annotations ?? {};
  const warnings = Object.entries(annotationTexts)
    .filter(([key]) => given[key] !== undefined)
    .map(([key, text]) => `${keyed(path, key)}: ${text}`);
  const context = spec.securityContext as { readonly seccompProfile?: object } | undefined;
  if (given[SECCOMP] !== undefined && !context?.seccompProfile) {
    const text = 'non-functional in v1.27+; use the "seccompProfile" field instead';
    warnings.push(`${keyed(path, SECCOMP)}: ${text}`);
  }
  return warnings;
}

function volumeWarnings({ volumes: given = [] }: PodSpec, path: string): string[] {
  return given.flatMap((volume, index) =>
    Object.entries(volumes)
      .filter(([source]) => volume[source] !== undefined)
      .map(([source, text]) => `${at(path, 'volumes', index, source)}: ${text}`),
  );
}

/** Entries of lists that are merged by a key which they share. */
function repeatWarnings(spec: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  const repeated = (list: string, field: string, values: readonly string[]) => {
    const seen = new Set<string>();
    values.forEach((value, index) => {
      const where = at(path, list, index, field);
      if (seen.has(value)) warnings.push(`${where}: duplicate ${field} ${JSON.stringify(value)}`);
      seen.add(value);
    });
  };
  const secrets = (spec as { imagePullSecrets?: readonly { name?: string }[] }).imagePullSecrets;
  const names = (secrets ?? []).map(({ name = '' }) => name);
  repeated(
    'hostAliases',
    'ip',
    (spec.hostAliases ?? []).map(({ ip }) => ip),
  );
  repeated('imagePullSecrets', 'name', names);
  names.forEach((name, index) => {
    if (name !== '') return;
    warnings.push(`${at(path, 'imagePullSecrets', index, 'name')}: invalid empty name ""`);
  });
  return warnings;
}

function containerWarnings(container: Container, path: string): string[] {
  const warnings: string[] = [];
  for (const list of ['limits', 'requests'] as const) {
    for (const name of ['memory', 'ephemeral-storage']) {
      const quantity = parseQuantity(String(container.resources?.[list]?.[name] ?? '0'));
      if (!quantity || quantity.nano % 1_000_000_000n === 0n) continue;
      const text = `fractional byte value ${JSON.stringify(formatQuantity(quantity))}`;
      const where = keyed(at(path, 'resources', list), name);
      warnings.push(`${where}: ${text} is invalid, must be an integer`);
    }
  }
  const seen = new Set<string>();
  ((container.env ?? []) as readonly Env[]).forEach(({ name, value = '', valueFrom }, index) => {
    const reference = `$(${name})`;
    const uses = !valueFrom && value !== reference && value.includes(reference);
    if (seen.has(name) && !uses) {
      const what = `hides previous definition of ${JSON.stringify(name)}`;
      const where = at(path, 'env', index);
      warnings.push(`${where}: ${what}, which may be dropped when using apply`);
    }
    seen.add(name);
  });
  return warnings;
}

interface Env {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: unknown;
}

function affinityWarnings(spec: PodSpec, path: string): string[] {
  const affinity = (spec.affinity ?? {}) as Affinity;
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((field) => {
    const place = at(path, 'affinity', field);
    const required = (affinity[field]?.[REQUIRED] ?? []).flatMap(({ labelSelector }, index) =>
      labelSelector ? [] : [nullSelector(at(place, REQUIRED, index, 'labelSelector'))],
    );
    const preferred = (affinity[field]?.[PREFERRED] ?? []).flatMap(({ podAffinityTerm }, index) => {
      const where = at(place, PREFERRED, index, 'podAffinityTerm', 'labelSelector');
      return podAffinityTerm?.labelSelector ? [] : [nullSelector(where)];
    });
    return [...required, ...preferred];
  });
}
