import {
  at,
  duplicate,
  forbidden,
  invalid,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isDns1123Subdomain } from '../../apimachinery/names.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';
import { validateClaimSpec, type ClaimSpec } from '../claim-spec.ts';
import { dnsLabel, needed, textOf, unwanted, type Fields } from '../checks.ts';
import { validateAnnotations, validateLabels } from '../metadata.ts';
import { inlineCsi } from '../volume-source/csi.ts';
import { sourceChecks, sourceOf } from '../volume-source/sources.ts';
import { fileMode, keyToPath } from '../volume-source/paths.ts';
import type { Volume } from './shapes.ts';
import { downwardFile, projected } from './validate-projected.ts';
import { pullPolicy } from './pull-policy.ts';

/** Volumes by their names: those that are right, as containers may mount them. */
export type Volumes = ReadonlyMap<string, Volume>;

/** In which object a pod's spec stands: `name` is the pod's, where it is a pod with a name. */
export interface Place {
  readonly isPod: boolean;
  readonly name?: string;
}

/** `ValidateVolumes`: errors, and the volumes that have none. */
export function validateVolumes(
  volumes: readonly Volume[],
  place: Place,
  path: string,
): { readonly good: Volumes; readonly errors: FieldError[] } {
  const good = new Map<string, Volume>();
  const errors: FieldError[] = [];
  const made = new Set(
    place.name
      ? volumes.filter((each) => each['ephemeral']).map(({ name }) => `${place.name}-${name}`)
      : [],
  );
  volumes.forEach((volume, index) => {
    const own = at(path, index);
    const { name = '' } = volume;
    const wrong = validateSource(volume, place, own);
    wrong.push(...(name ? dnsLabel(name, at(own, 'name')) : [required(at(own, 'name'), '')]));
    if (good.has(name)) wrong.push(duplicate(at(own, 'name'), name));
    if (wrong.length === 0) good.set(name, volume);
    errors.push(...wrong);
    const claim = sourceOf(volume, 'persistentVolumeClaim');
    const claimName = claim && textOf(claim, 'claimName');
    if (claimName && made.has(claimName)) {
      const why = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalid(at(own, 'persistentVolumeClaim', 'claimName'), claimName, why));
    }
  });
  return { good, errors };
}

/** Sources in the order in which the API server looks for them, and what is checked of each. */
const order =
  'emptyDir hostPath gitRepo gcePersistentDisk awsElasticBlockStore secret nfs iscsi glusterfs ' +
  'flocker persistentVolumeClaim rbd cinder cephfs quobyte downwardAPI fc flexVolume configMap ' +
  'azureFile vsphereVolume photonPersistentDisk portworxVolume azureDisk storageos projected ' +
  'scaleIO csi ephemeral image';
const sources = order.split(' ');

/** Names that upstream gives in errors where they are not those of the fields. */
const second: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };
const first: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' };

function validateSource(volume: Volume, place: Place, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let found = 0;
  for (const name of sources) {
    const source = sourceOf(volume, name);
    if (!source) continue;
    found += 1;
    if (found > 1) {
      const why = 'may not specify more than 1 volume type';
      errors.push(forbidden(at(path, second[name] ?? name), why));
    } else {
      errors.push(...check(name, source, volume, place, path));
    }
  }
  if (found === 0) errors.push(required(path, 'must specify a volume type'));
  return errors;
}

function check(
  name: string,
  source: Fields,
  volume: Volume,
  place: Place,
  path: string,
): FieldError[] {
  const own = at(path, first[name] ?? name);
  switch (name) {
    case 'emptyDir':
      return emptyDir(source, own);
    case 'secret':
      return files(source, 'secretName', own);
    case 'configMap':
      return files(source, 'name', own);
    case 'persistentVolumeClaim':
      return needed(source, own, 'claimName');
    case 'downwardAPI':
      return downward(source, own);
    case 'projected':
      return projected(source, own);
    case 'csi':
      return inlineCsi(source, own);
    case 'ephemeral':
      return ephemeral(source, volume, place, path);
    case 'image':
      return image(source, place, own);
    case 'iscsi':
      return [...(sourceChecks['iscsi']?.(source, own) ?? []), ...portal(source, volume, path)];
    default:
      return sourceChecks[name]?.(source, own) ?? [];
  }
}

function emptyDir(source: Fields, path: string): FieldError[] {
  const limit = parseQuantity(String(source['sizeLimit'] ?? '0'));
  if (!limit || limit.nano >= 0n) return [];
  const why = 'SizeLimit field must be a valid resource quantity';
  return [forbidden(at(path, 'sizeLimit'), why)];
}

function files(source: Fields, name: string, path: string): FieldError[] {
  const items = (source['items'] ?? []) as readonly Fields[];
  return [
    ...needed(source, path, name),
    ...fileMode(source, 'defaultMode', path),
    ...items.flatMap((item, index) => keyToPath(item, at(path, 'items', index))),
  ];
}

function downward(source: Fields, path: string): FieldError[] {
  const items = (source['items'] ?? []) as readonly Fields[];
  return [
    ...fileMode(source, 'defaultMode', path),
    ...items.flatMap((item) => downwardFile(item, path)),
  ];
}

function portal(source: Fields, volume: Volume, path: string): FieldError[] {
  const long = `${volume.name}:${textOf(source, 'targetPortal')}`.length > 64;
  if (source['initiatorName'] === undefined || !long) return [];
  const why =
    'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if ' +
    'iscsi.initiatorName is specified.';
  return [invalid(at(path, 'name'), volume.name, why)];
}

interface ClaimTemplate {
  readonly metadata?: Fields;
  readonly spec?: ClaimSpec;
}

function ephemeral(source: Fields, volume: Volume, place: Place, path: string): FieldError[] {
  const own = at(path, 'ephemeral', 'volumeClaimTemplate');
  const template = source['volumeClaimTemplate'] as ClaimTemplate | undefined;
  const errors = template ? claimTemplate(template, own) : [required(own, '')];
  if (!place.name || !volume.name) return errors;
  const claim = `${place.name}-${volume.name}`;
  const texts = isDns1123Subdomain(claim).map(
    (each) => `PVC name ${JSON.stringify(claim)}: ${each}`,
  );
  return [...errors, ...texts.map((each) => invalid(at(path, 'name'), volume.name, each))];
}

/** Of the metadata of a claim that is yet to be made only labels and annotations count. */
function claimTemplate({ metadata = {}, spec = {} }: ClaimTemplate, path: string): FieldError[] {
  const place = at(path, 'metadata');
  const { annotations, labels, ...others } = metadata;
  const names = Object.keys(others).filter((name) => name !== 'creationTimestamp');
  return [
    ...validateAnnotations(annotations as Record<string, string>, at(place, 'annotations')),
    ...validateLabels(labels as Record<string, string>, at(place, 'labels')),
    ...unwanted(metadata, place, names, 'cannot be set'),
    ...validateClaimSpec(spec, at(path, 'spec')),
  ];
}

function image(source: Fields, place: Place, path: string): FieldError[] {
  return [
    ...(place.isPod ? needed(source, path, 'reference') : []),
    ...pullPolicy(source['pullPolicy'] as string | undefined, at(path, 'pullPolicy')),
  ];
}
