import {
  at,
  duplicate,
  forbidden,
  invalid,
  notFound,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isSet, textOf, unwanted, type Fields } from '../checks.ts';
import type { Container, PodSpec } from './shapes.ts';
import { validateCommon, type Surrounding } from './validate-container.ts';
import { validateHooks } from './validate-handlers.ts';
import { validateRestart } from './validate-restart.ts';

/** `validateContainers`: the regular ones. */
export function validateContainers(spec: PodSpec, around: Surrounding, path: string): FieldError[] {
  const { containers } = spec;
  if (containers.length === 0) return [required(path, '')];
  const seen = new Set<string>();
  const errors = containers.flatMap((container, index) => {
    const own = at(path, index);
    const wrong = validateCommon(container, around, own);
    const { name = '' } = container;
    if (seen.has(name)) wrong.push(duplicate(at(own, 'name'), name));
    seen.add(name);
    return [
      ...wrong,
      ...validateHooks(container, around.grace, own),
      ...validateRestart(container, own),
    ];
  });
  return [...errors, ...hostPortConflicts(containers, path)];
}

const NEVER = 'may not be set for init containers without restartPolicy=Always';

/** `validateInitContainers`: those that stay are like regular ones. */
export function validateInitContainers(
  spec: PodSpec,
  around: Surrounding,
  path: string,
): FieldError[] {
  const seen = new Set(spec.containers.map(({ name }) => name));
  return (spec.initContainers ?? []).flatMap((container, index) => {
    const own = at(path, index);
    const errors = validateCommon(container, around, own);
    errors.push(...validateRestart(container, own));
    const { name = '' } = container;
    if (seen.has(name)) errors.push(duplicate(at(own, 'name'), name));
    else if (name) seen.add(name);
    // They run one after another, so each has the host's ports for itself.
    errors.push(...hostPortConflicts([container], path));
    if (container.restartPolicy === 'Always') {
      return [...errors, ...validateHooks(container, around.grace, own)];
    }
    const names = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
    const given = names.filter((each) => container[each]);
    return [...errors, ...given.map((each) => forbidden(at(own, each), NEVER))];
  });
}

const EPHEMERAL = 'cannot be set for an Ephemeral Container';
const kept = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
];

/** `validateEphemeralContainers`: guests, who have no claim to anything. */
export function validateEphemeralContainers(
  spec: PodSpec,
  around: Surrounding,
  path: string,
): FieldError[] {
  const residents = [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name);
  const seen = new Set(residents);
  return (spec.ephemeralContainers ?? []).flatMap((container, index) => {
    const own = at(path, index);
    const { name = '', targetContainerName: target } = container;
    const errors = [...validateCommon(container, around, own), ...imageErrors(container, own)];
    if (seen.has(name)) errors.push(duplicate(at(own, 'name'), name));
    seen.add(name);
    if (target && !residents.includes(target)) {
      errors.push(notFound(at(own, 'targetContainerName'), target));
    }
    errors.push(...unwanted(container as unknown as Fields, own, kept, EPHEMERAL));
    ((container.volumeMounts ?? []) as unknown as readonly Fields[]).forEach((mount, i) => {
      const place = at(own, 'volumeMounts', i);
      const paths = ['subPath', 'subPathExpr'].filter((each) => isSet(textOf(mount, each)));
      errors.push(...unwanted(mount, place, paths, EPHEMERAL));
    });
    return errors;
  });
}

/** `validateContainerOnlyForPod`: in templates an image may be surrounded by blanks. */
export function imageErrors({ image = '' }: Container, path: string): FieldError[] {
  if (image === image.trim()) return [];
  return [invalid(at(path, 'image'), image, 'must not have leading or trailing whitespace')];
}

interface Port {
  readonly hostPort?: number;
  readonly hostIP?: string;
  readonly protocol?: string;
}

/** `checkHostPortConflicts`: a port of the host goes to one container. */
function hostPortConflicts(containers: readonly Container[], path: string): FieldError[] {
  const seen = new Set<string>();
  return containers.flatMap(({ ports = [] }, index) =>
    (ports as readonly Port[]).flatMap(({ hostPort, hostIP = '', protocol = '' }, i) => {
      if (!hostPort) return [];
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (seen.has(key)) return [duplicate(at(path, index, 'ports', i, 'hostPort'), key)];
      seen.add(key);
      return [];
    }),
  );
}
