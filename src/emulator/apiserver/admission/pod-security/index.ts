import type { ApiObject, Labels } from '../../../apimachinery/object.ts';
import { invalid, keyed, type FieldError } from '../../../apimachinery/field-error.ts';
import { forbiddenStatus, invalidStatus } from '../../../apimachinery/status.ts';
import type { PodSpec, PodTemplate } from '../../../resources/pod-template/shapes.ts';
import { equal } from '../../../world/json.ts';
import type { Admission, AdmissionPlugin } from '../../admission-order.ts';
import type { Server } from '../../server.ts';
import { shownName } from '../shown-name.ts';
import { baseline } from './baseline.ts';
import type { Finding } from './checks.ts';
import { restrictedOf } from './restricted.ts';

const PREFIX = 'pod-security.kubernetes.io/';
const levels = ['privileged', 'baseline', 'restricted'];
const modes = ['enforce', 'audit', 'warn'];

interface Policy {
  readonly level: string;
  readonly version: string;
}

/** The level and version that a namespace's labels ask for. */
function policyOf(labels: Labels | undefined, mode: string): Policy {
  const level = labels?.[PREFIX + mode] ?? 'privileged';
  const version = labels?.[`${PREFIX}${mode}-version`] ?? 'latest';
  return { level: levels.includes(level) ? level : 'restricted', version };
}

function findings({ level }: Policy, spec: PodSpec): readonly Finding[] {
  if (level === 'privileged') return [];
  const checks = level === 'baseline' ? baseline : restrictedOf(spec);
  return checks.flatMap((check) => check(spec) ?? []);
}

function violation(policy: Policy, spec: PodSpec): string | undefined {
  const found = findings(policy, spec);
  if (found.length === 0) return undefined;
  const list = found.map(({ reason, detail }) => `${reason} (${detail})`).join(', ');
  return `PodSecurity "${policy.level}:${policy.version}": ${list}`;
}

/** Refuses pods that a namespace's labels do not allow, and warns of those that they warn of. */
const plugin: AdmissionPlugin = {
  name: 'PodSecurity',
  validate(admission, server) {
    const { kind, object } = admission;
    if (kind.names.plural === 'namespaces' && kind.names.group === '') {
      const errors = labelErrors(object.metadata.labels);
      if (errors.length === 0) return { ok: true };
      return { ok: false, status: invalidStatus(kind.names, object.metadata.name, errors) };
    }
    const spec = podSpec(admission);
    if (!spec || !isPod(admission)) return { ok: true };
    const wrong = violation(policyOf(labelsOf(admission, server), 'enforce'), spec);
    if (wrong === undefined) return { ok: true };
    const status = forbiddenStatus(kind.names, shownName(object), `violates ${wrong}`);
    return { ok: false, status };
  },
  warn(admission, server) {
    if (admission.kind.names.plural === 'namespaces') return namespaceWarnings(admission, server);
    const spec = podSpec(admission);
    if (!spec) return [];
    const wrong = violation(policyOf(labelsOf(admission, server), 'warn'), spec);
    return wrong === undefined ? [] : [`would violate ${wrong}`];
  },
};

const isPod = ({ kind }: Admission) => kind.names.group === '' && kind.names.plural === 'pods';

function labelsOf({ object }: Admission, server: Server): Labels | undefined {
  const kind = server.byResource.get('namespaces');
  const { namespace } = object.metadata;
  const found = kind && namespace && server.storage.get(kind, undefined, namespace);
  return found ? found.metadata.labels : undefined;
}

interface Templated extends ApiObject {
  readonly spec?: PodSpec & {
    readonly template?: PodTemplate;
    readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplate } };
  };
  readonly template?: PodTemplate;
}

/** The spec of a pod or of a workload's pods, as far as it is new or changed. */
function podSpec(admission: Admission): PodSpec | undefined {
  const { object, old, operation, subresource } = admission;
  const guests = subresource === 'ephemeralcontainers';
  if (operation === 'DELETE' || (subresource !== undefined && !guests)) return undefined;
  const now = specOf(admission, object as Templated);
  const before = old && specOf(admission, old as Templated);
  return before && equal(now, before) ? undefined : now;
}

const workloads = new Set(
  'deployments replicasets statefulsets daemonsets jobs replicationcontrollers'.split(' '),
);

function specOf(admission: Admission, object: Templated): PodSpec | undefined {
  const { plural } = admission.kind.names;
  if (isPod(admission)) return object.spec;
  if (workloads.has(plural)) return object.spec?.template?.spec;
  if (plural === 'cronjobs') return object.spec?.jobTemplate?.spec?.template?.spec;
  return plural === 'podtemplates' ? object.template?.spec : undefined;
}

/** `ValidateNamespace`: levels and versions there are. */
function labelErrors(labels: Labels | undefined): FieldError[] {
  return modes.flatMap((mode) => {
    const [name, versioned] = [PREFIX + mode, `${PREFIX}${mode}-version`];
    const [level, version] = [labels?.[name], labels?.[versioned]];
    const path = (label: string) => keyed('metadata.labels', label);
    const errors: FieldError[] = [];
    if (level !== undefined && !levels.includes(level)) {
      errors.push(invalid(path(name), level, `must be one of ${levels.join(', ')}`));
    }
    if (version !== undefined && !/^(latest|v1\.(0|[1-9]\d*))$/.test(version)) {
      errors.push(invalid(path(versioned), version, 'must be "latest" or "v1.x"'));
    }
    return errors;
  });
}

/** Which pods a namespace would not let in any more, had they come later. */
function namespaceWarnings({ object, old, operation }: Admission, server: Server): string[] {
  if (operation !== 'UPDATE' || !old) return [];
  const policy = policyOf(object.metadata.labels, 'enforce');
  if (equal(policy, policyOf(old.metadata.labels, 'enforce'))) return [];
  const kind = server.byResource.get('pods');
  const pods = kind ? server.storage.list(kind, object.metadata.name) : [];
  const groups = new Map<string, { first: string; count: number }>();
  for (const pod of pods) {
    const found = findings(policy, (pod as Templated).spec as PodSpec);
    if (found.length === 0) continue;
    const reasons = found.map(({ reason }) => reason).join(', ');
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid ?? '';
    const key = owner ? `${owner} ${reasons}` : `${pod.metadata.uid} ${reasons}`;
    const group = groups.get(key);
    if (group) group.count += 1;
    else groups.set(key, { first: pod.metadata.name, count: 1 });
  }
  if (groups.size === 0) return [];
  const lines = [...groups].map(([key, { first, count }]) => {
    const others = count - 1;
    const more = others === 0 ? '' : ` (and ${others} other pod${others === 1 ? '' : 's'})`;
    return `${first}${more}: ${key.slice(key.indexOf(' ') + 1)}`;
  });
  const level = `${policy.level}:${policy.version}`;
  const where = `existing pods in namespace "${object.metadata.name}"`;
  return [`${where} violate the new PodSecurity enforce level "${level}"`, ...lines.sort()];
}

export default plugin;
