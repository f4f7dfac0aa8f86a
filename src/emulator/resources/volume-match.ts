import type { ApiObject, LabelSelector, Labels } from '../apimachinery/object.ts';
import { parseQuantity } from '../apimachinery/quantity.ts';
import { matches } from '../apimachinery/selector.ts';
import { classOf } from './volume.ts';

/** Whose claim a volume is, or is to be. */
export interface ClaimReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface Volume extends ApiObject {
  readonly spec: {
    readonly capacity?: Readonly<Record<string, string>>;
    readonly accessModes?: readonly string[];
    readonly persistentVolumeReclaimPolicy?: string;
    readonly storageClassName?: string;
    readonly volumeMode?: string;
    readonly claimRef?: ClaimReference;
    readonly hostPath?: { readonly path?: string; readonly type?: string };
    readonly local?: { readonly path?: string };
    readonly nodeAffinity?: {
      readonly required?: {
        readonly nodeSelectorTerms?: readonly {
          readonly matchExpressions?: readonly Requirement[];
        }[];
      };
    };
  };
  readonly status?: { readonly phase?: string; readonly [field: string]: unknown };
}

export interface Claim extends ApiObject {
  readonly spec: {
    readonly accessModes?: readonly string[];
    readonly selector?: LabelSelector;
    readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
    readonly volumeName?: string;
    readonly storageClassName?: string;
    readonly volumeMode?: string;
  };
  readonly status?: { readonly phase?: string; readonly [field: string]: unknown };
}

export interface ClassOfStorage extends ApiObject {
  readonly provisioner?: string;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** The node that the scheduler chose for a claim's first pod. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

const sizeOf = (amounts: Readonly<Record<string, string>> | undefined) =>
  parseQuantity(amounts?.['storage'] ?? '0')?.nano ?? 0n;

/** Whether a volume is set aside for a claim, or already its own. */
export function isFor({ spec }: Volume, { metadata }: Claim): boolean {
  const { claimRef } = spec;
  if (claimRef?.namespace !== metadata.namespace || claimRef?.name !== metadata.name) return false;
  return claimRef?.uid === undefined || claimRef.uid === metadata.uid;
}

/** Whether a volume has what a claim asks for (`checkVolumeSatisfyClaim` and its like). */
export function satisfies(volume: Volume, claim: Claim): boolean {
  const { spec, metadata } = volume;
  const wanted = claim.spec;
  return (
    sizeOf(spec.capacity) >= sizeOf(wanted.resources?.requests) &&
    classOf(volume) === classOf(claim) &&
    (spec.volumeMode ?? 'Filesystem') === (wanted.volumeMode ?? 'Filesystem') &&
    (wanted.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode)) &&
    (!wanted.selector || matches(wanted.selector, metadata.labels))
  );
}

/** The volume for a claim: one that is set aside for it, else the smallest free one that fits. */
export function findVolume(
  claim: Claim,
  volumes: readonly Volume[],
  fits: (volume: Volume) => boolean = () => true,
): Volume | undefined {
  const reserved = volumes.find((volume) => isFor(volume, claim) && satisfies(volume, claim));
  if (reserved) return reserved;
  const free = volumes.filter(
    (volume) =>
      !volume.spec.claimRef &&
      !volume.metadata.deletionTimestamp &&
      volume.status?.phase === 'Available' &&
      satisfies(volume, claim) &&
      fits(volume),
  );
  const bySize = (a: Volume, b: Volume) => {
    const [one, other] = [sizeOf(a.spec.capacity), sizeOf(b.spec.capacity)];
    return one < other ? -1 : one > other ? 1 : 0;
  };
  return free.toSorted(bySize)[0];
}

/** Whether a volume can be reached from a node with these labels (`CheckNodeAffinity`). */
export function isReachable({ spec }: Volume, labels: Labels | undefined): boolean {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms;
  if (!terms) return true;
  return terms.some(({ matchExpressions = [] }) =>
    matchExpressions.every(({ key, operator, values = [] }) =>
      matches({ matchExpressions: [{ key, operator, values }] } as LabelSelector, labels),
    ),
  );
}
