import {
  at,
  forbidden,
  invalid,
  notFound,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { oneOf, textOf, type Fields } from '../checks.ts';
import { descendingPath } from '../volume-source/paths.ts';
import type { Container } from './shapes.ts';
import type { Volumes } from './validate-volumes.ts';

/** A volume mount as far as it is checked. */
interface Mount extends Fields {
  readonly name?: string;
  readonly mountPath?: string;
}

/** `ValidateVolumeMounts`. */
export function validateMounts(container: Container, volumes: Volumes, path: string): FieldError[] {
  const seen = new Set<string>();
  const devices = new Map((container.volumeDevices ?? []).map((each) => [each.name, each]));
  const mounts = (container.volumeMounts ?? []) as unknown as readonly Mount[];
  return mounts.flatMap((mount, index) => {
    const own = at(path, index);
    const { name = '', mountPath = '' } = mount;
    const errors: FieldError[] = [];
    if (!name) errors.push(required(at(own, 'name'), ''));
    if (!volumes.has(name)) errors.push(notFound(at(own, 'name'), name));
    if (!mountPath) errors.push(required(at(own, 'mountPath'), ''));
    if (seen.has(mountPath))
      errors.push(invalid(at(own, 'mountPath'), mountPath, 'must be unique'));
    seen.add(mountPath);
    if (devices.has(name)) {
      errors.push(invalid(at(own, 'name'), name, 'must not already exist in volumeDevices'));
    }
    if ([...devices.values()].some(({ devicePath }) => devicePath === mountPath)) {
      const why = 'must not already exist as a path in volumeDevices';
      errors.push(invalid(at(own, 'mountPath'), mountPath, why));
    }
    errors.push(...subPaths(mount, volumes, path, own));
    errors.push(...propagation(mount, container, at(path, 'mountPropagation')));
    errors.push(...recursive(mount, at(path, 'recursiveReadOnly')));
    return errors;
  });
}

function subPaths(mount: Mount, volumes: Volumes, path: string, own: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = ['subPath', 'subPathExpr'] as const;
  const [plain, expression] = names.map((name) => textOf(mount, name)) as [string, string];
  if (volumes.get(mount.name ?? '')?.['image']) {
    for (const name of names) {
      const text = textOf(mount, name);
      const why = 'not allowed in image volume sources';
      if (text) errors.push(invalid(at(own, name), text, why));
    }
  }
  if (plain) errors.push(...descendingPath(plain, at(path, 'subPath')));
  if (!expression) return errors;
  if (plain) {
    const why = 'subPathExpr and subPath are mutually exclusive';
    errors.push(invalid(at(own, 'subPathExpr'), expression, why));
  }
  return [...errors, ...descendingPath(expression, at(path, 'subPathExpr'))];
}

function propagation(mount: Mount, container: Container, path: string): FieldError[] {
  const mode = mount['mountPropagation'] as string | undefined;
  const errors = oneOf(mode, ['Bidirectional', 'HostToContainer', 'None'], path);
  const context = container.securityContext as { readonly privileged?: boolean } | undefined;
  if (mode !== 'Bidirectional' || context?.privileged) return errors;
  const why = 'Bidirectional mount propagation is available only to privileged containers';
  return [...errors, forbidden(path, why)];
}

function recursive(mount: Mount, path: string): FieldError[] {
  const mode = mount['recursiveReadOnly'] as string | undefined;
  if (mode === undefined || mode === 'Disabled') return [];
  if (mode !== 'Enabled' && mode !== 'IfPossible') {
    return oneOf(mode, ['Disabled', 'Enabled', 'IfPossible'], path);
  }
  const errors: FieldError[] = [];
  if (!mount['readOnly']) {
    errors.push(forbidden(path, 'may only be specified when readOnly is true'));
  }
  if ((mount['mountPropagation'] ?? 'None') !== 'None') {
    const why = 'may only be specified when mountPropagation is None or not specified';
    errors.push(forbidden(path, why));
  }
  return errors;
}

/** `ValidateVolumeDevices`: block devices come from claims only. */
export function validateDevices(
  { volumeDevices = [], volumeMounts = [] }: Container,
  volumes: Volumes,
  path: string,
): FieldError[] {
  const names = new Set<string>();
  const paths = new Set<string>();
  return volumeDevices.flatMap(({ name = '', devicePath = '' }, index) => {
    const own = at(path, index);
    const [named, placed] = [at(own, 'name'), at(own, 'devicePath')];
    const volume = volumes.get(name);
    const errors: FieldError[] = [];
    if (!name) errors.push(required(named, ''));
    if (names.has(name)) errors.push(invalid(named, name, 'must be unique'));
    if (volume && !volume['persistentVolumeClaim'] && !volume['ephemeral']) {
      const why =
        'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(named, name, why));
    }
    if (!volume) errors.push(notFound(named, name));
    if (!devicePath) errors.push(required(placed, ''));
    if (paths.has(devicePath)) errors.push(invalid(placed, devicePath, 'must be unique'));
    if (devicePath.split('/').includes('..')) {
      errors.push(invalid(placed, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (volumeMounts.some((mount) => mount.name === name)) {
      errors.push(invalid(named, name, 'must not already exist in volumeMounts'));
    }
    if (volumeMounts.some((mount) => mount.mountPath === devicePath)) {
      errors.push(invalid(placed, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name) names.add(name);
    return errors;
  });
}
