import type { KindNames } from '../../resources/kind.ts';
import type { Server } from '../server.ts';
import { passing } from './passing.ts';

/**
 * Built-in groups by falling priority (`apiVersionPriorities` of kube-apiserver); groups of custom
 * resources follow by name.
 */
const order = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

/** A resource of a group version, with what lies below it. */
export interface Resource {
  readonly names: KindNames;
  readonly subresources: readonly string[];
}

/** Everything that is served, kept or not. */
export function resourcesOf(server: Server): readonly Resource[] {
  const kept = new Set(server.kinds.map(({ names }) => `${names.group}/${names.plural}`));
  const others = passing.filter(({ group, plural }) => !kept.has(`${group}/${plural}`));
  return [...server.kinds, ...others.map((names) => ({ names, subresources: [] }))];
}

/** Groups in the order of `/apis`; the core group is not among them. */
export function groupsOf(resources: readonly Resource[]): string[] {
  const present = [...new Set(resources.map(({ names }) => names.group))].filter(Boolean);
  const rank = (group: string) => (order.includes(group) ? order.indexOf(group) : order.length);
  return present.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Versions of a group, the preferred one first. */
export function versionsOf(resources: readonly Resource[], group: string): string[] {
  const found = resources.filter(({ names }) => names.group === group);
  return [...new Set(found.map(({ names }) => names.version))].sort(compareVersions);
}

/** Resources of a group version by their names. */
export function inVersion(
  resources: readonly Resource[],
  group: string,
  version: string,
): readonly Resource[] {
  return resources
    .filter(({ names }) => names.group === group && names.version === version)
    .toSorted((a, b) => (a.names.plural < b.names.plural ? -1 : 1));
}

const stages = ['alpha', 'beta', undefined];

/** Stable before beta before alpha, newer before older (`CompareKubeAwareVersionStrings`). */
function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : 1;
  for (const [index, number] of left.entries()) {
    const other = right[index] as number;
    if (number !== other) return other - number;
  }
  return 0;
}

function parts(version: string): readonly number[] | undefined {
  const [, major, stage, minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
  return major ? [stages.indexOf(stage), Number(major), Number(minor)] : undefined;
}
