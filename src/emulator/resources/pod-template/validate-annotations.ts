import { at, forbidden, invalid, keyed, type FieldError } from '../../apimachinery/field-error.ts';
import type { Labels } from '../../apimachinery/object.ts';
import { descendingPath } from '../volume-source/paths.ts';
import type { PodSpec, Profile, SecurityContext } from './shapes.ts';
import { visitContainers } from './visit.ts';

/** Put by the kubelet on the API's picture of a static pod. */
export const MIRROR = 'kubernetes.io/config.mirror';
const COST = 'controller.kubernetes.io/pod-deletion-cost';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const LOCALHOST = 'localhost/';
export const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/** `ValidatePodSpecificAnnotations`: annotations that mean something to Kubernetes itself. */
export function validatePodAnnotations(
  annotations: Labels | undefined,
  spec: PodSpec,
  path: string,
): FieldError[] {
  if (!annotations) return [];
  const errors: FieldError[] = [];
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && !spec.nodeName) {
    const why = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalid(keyed(path, MIRROR), mirror, why));
  }
  const cost = annotations[COST];
  if (cost !== undefined && !isInt32(cost)) {
    errors.push(invalid(keyed(path, COST), cost, 'must be a 32bit integer'));
  }
  const names = Object.keys(annotations).sort();
  const seccomp = names.filter((name) => name.startsWith(SECCOMP_CONTAINER));
  const whole = names.filter((name) => name === SECCOMP_POD);
  for (const name of [...whole, ...seccomp]) {
    errors.push(...seccompProfile(annotations[name] as string, at(path, name)));
  }
  for (const name of names.filter((each) => each.startsWith(APPARMOR))) {
    errors.push(...appArmor(name, annotations[name] as string, spec, path));
  }
  return errors;
}

/** What Go's `ParseInt` takes, without a plus or leading zeros. */
function isInt32(text: string): boolean {
  if (!/^(0|-?[1-9]\d*)$/.test(text)) return false;
  const number = Number(text);
  return number >= -2_147_483_648 && number <= 2_147_483_647;
}

function seccompProfile(profile: string, path: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return [];
  if (profile.startsWith(LOCALHOST)) return descendingPath(profile.slice(LOCALHOST.length), path);
  return [invalid(path, profile, 'must be a valid seccomp profile')];
}

function appArmor(key: string, profile: string, spec: PodSpec, path: string): FieldError[] {
  const name = key.slice(APPARMOR.length);
  const errors: FieldError[] = [];
  if (!visitContainers(spec, '').some(([container]) => container.name === name)) {
    errors.push(invalid(keyed(path, key), name, 'container not found'));
  }
  const known = ['', 'runtime/default', 'unconfined'].includes(profile);
  if (known || profile.startsWith(LOCALHOST)) return errors;
  const why = `invalid AppArmor profile name: ${JSON.stringify(profile)}`;
  return [...errors, invalid(keyed(path, key), profile, why)];
}

/** Profiles that stand both in an annotation and in a field are the same. */
export function profileMatches(
  annotations: Labels | undefined,
  spec: PodSpec,
  path: string,
): FieldError[] {
  if (!annotations) return [];
  const context = spec.securityContext as SecurityContext | undefined;
  const errors: FieldError[] = [];
  const compare = (kind: string, key: string, profile: Profile | undefined, place: string) => {
    const annotation = annotations[key];
    if (profile && annotation !== undefined) {
      errors.push(...mismatch(kind, annotation, profile, place));
    }
  };
  const own = at(path, 'securityContext', 'seccompProfile');
  compare('seccomp', SECCOMP_POD, context?.seccompProfile, own);
  const containers = visitContainers(spec, path);
  for (const [{ name, securityContext }, place] of containers) {
    const { seccompProfile: theirs } = (securityContext ?? {}) as SecurityContext;
    const where = at(place, 'securityContext', 'seccompProfile');
    compare('seccomp', `${SECCOMP_CONTAINER}${name}`, theirs, where);
  }
  if (spec.os?.name === 'windows') return errors;
  for (const [{ name, securityContext }, place] of containers) {
    const { appArmorProfile: theirs } = (securityContext ?? {}) as SecurityContext;
    const where = at(place, 'securityContext', 'appArmorProfile');
    compare('apparmor', `${APPARMOR}${name}`, theirs ?? context?.appArmorProfile, where);
  }
  return errors;
}

function mismatch(kind: string, annotation: string, profile: Profile, path: string): FieldError[] {
  const types = [forbidden(at(path, 'type'), `${kind} type in annotation and field must match`)];
  const same = ['runtime/default', ...(kind === 'seccomp' ? ['docker/default'] : [])];
  switch (profile.type) {
    case 'Unconfined':
      return annotation === 'unconfined' ? [] : types;
    case 'RuntimeDefault':
      return same.includes(annotation) ? [] : types;
    case 'Localhost': {
      if (!annotation.startsWith(LOCALHOST)) return types;
      if (annotation.slice(LOCALHOST.length) === profile.localhostProfile) return [];
      const why = `${kind} profile in annotation and field must match`;
      return [forbidden(at(path, 'localhostProfile'), why)];
    }
    default:
      return [];
  }
}
