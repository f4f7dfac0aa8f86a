import type { Labels } from '../../apimachinery/object.ts';
import { reserved } from '../../network/bpf/maps.ts';
import type { PolicyPod } from '../types.ts';

/** An identity: its number, and its labels with their source (`k8s:app=web`), sorted. */
export interface Identity {
  readonly id: number;
  readonly labels: readonly string[];
}

const NAMESPACE = 'io.kubernetes.pod.namespace';
const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.';
const CLUSTER = 'io.cilium.k8s.policy.cluster';
const SERVICE_ACCOUNT = 'io.cilium.k8s.policy.serviceaccount';

/** The labels that make up the identity of a pod (`k8s.GetPodMetadata`). */
export function identityLabels(
  pod: { readonly namespace: string; readonly labels: Labels; readonly serviceAccount?: string },
  namespace: Labels,
): readonly string[] {
  const all: Record<string, string> = {
    ...pod.labels,
    [NAMESPACE]: pod.namespace,
    [CLUSTER]: 'default',
    [SERVICE_ACCOUNT]: pod.serviceAccount ?? 'default',
  };
  for (const [key, value] of Object.entries(namespace)) all[NAMESPACE_LABELS + key] = value;
  // Labels that differ between the pods of one workload are left out.
  for (const key of Object.keys(all)) {
    if (/^(pod-template-hash|controller-revision-hash|pod-template-generation)$/.test(key)) {
      delete all[key];
    }
    if (/^(statefulset\.kubernetes\.io|batch\.kubernetes\.io|job-name)/.test(key)) delete all[key];
    if (/^apps\.kubernetes\.io\/pod-index$/.test(key)) delete all[key];
  }
  return Object.entries(all)
    .map(([key, value]) => `k8s:${key}=${value}`)
    .sort();
}

/** Labels by key, without their source. */
export function labelMap(labels: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    labels.map((label) => {
      const [, key = '', value = ''] = /^[^:]*:([^=]*)=?(.*)$/.exec(label) ?? [];
      return [key, value];
    }),
  );
}

/** An identity of pods as selectors of the API see one; undefined for all others. */
export function podOf({
  labels,
}: Identity): (PolicyPod & { readonly nsLabels: Labels }) | undefined {
  const all = labelMap(labels);
  const namespace = all[NAMESPACE];
  if (namespace === undefined) return undefined;
  const nsLabels: Record<string, string> = {};
  const own: Record<string, string> = {};
  for (const [key, value] of Object.entries(all)) {
    if (key.startsWith(NAMESPACE_LABELS)) nsLabels[key.slice(NAMESPACE_LABELS.length)] = value;
    else if (![NAMESPACE, CLUSTER, SERVICE_ACCOUNT].includes(key)) own[key] = value;
  }
  return { namespace, name: '', labels: own, addresses: [], ports: [], nsLabels };
}

/** The identities that every cluster has. */
export const reservedIdentities: readonly Identity[] = Object.entries(reserved)
  .filter(([, id]) => id !== reserved.unknown)
  .map(([name, id]) => ({ id, labels: [`reserved:${name}`] }));

/** The first number of identities that a node gives to CIDRs by itself. */
export const FIRST_LOCAL = 16_777_217;

/** Identities of CIDRs, in the order in which a node numbers them. */
export function cidrIdentities(cidrs: readonly string[]): readonly (Identity & { cidr: string })[] {
  return [...new Set(cidrs)].sort().map((cidr, index) => ({
    id: FIRST_LOCAL + index,
    labels: [`cidr:${cidr}`, 'reserved:world'],
    cidr,
  }));
}
