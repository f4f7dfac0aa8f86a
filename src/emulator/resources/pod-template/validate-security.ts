import {
  at,
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { inclusiveRange } from '../../apimachinery/names.ts';
import { invalids, oneOf } from '../checks.ts';
import { descendingPath } from '../volume-source/paths.ts';
import { internalForm } from './internal-form.ts';
import type { PodSpec, Profile, SecurityContext } from './shapes.ts';
import { validateWindowsOptions } from './validate-windows.ts';

const MAX_ID = 2_147_483_647;
const PATH_MAX = 4095;
const SYSCTL = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL_MAX = 253;

/** Numbers of users and groups (`IsValidUserID`). */
function id(value: number | undefined, path: string): FieldError[] {
  if (value === undefined || (value >= 0 && value <= MAX_ID)) return [];
  return [invalid(path, value, inclusiveRange(0, MAX_ID))];
}

/** `validatePodSpecSecurityContext`. */
export function validatePodSecurity(spec: PodSpec, path: string): FieldError[] {
  const context = spec.securityContext as SecurityContext | undefined;
  const { shareProcessNamespace } = spec;
  const errors: FieldError[] = [];
  if (context) {
    errors.push(...id(context.fsGroup, at(path, 'fsGroup')));
    errors.push(...id(context.runAsUser, at(path, 'runAsUser')));
    errors.push(...id(context.runAsGroup, at(path, 'runAsGroup')));
    const groups = context.supplementalGroups ?? [];
    errors.push(...groups.flatMap((gid, index) => id(gid, at(path, 'supplementalGroups', index))));
  }
  if (shareProcessNamespace && spec.hostPID) {
    const why = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(at(path, 'shareProcessNamespace'), true, why));
  }
  if (!context) return errors;
  const policy = (name: keyof SecurityContext, known: readonly string[]) =>
    oneOf(context[name] as string | undefined, known, at(path, name));
  return [
    ...errors,
    ...validateSysctls(spec, context.sysctls ?? [], at(path, 'sysctls')),
    ...policy('fsGroupChangePolicy', ['Always', 'OnRootMismatch']),
    ...validateSeccomp(context.seccompProfile, at(path, 'seccompProfile')),
    ...validateWindowsOptions(context.windowsOptions, at(path, 'windowsOptions')),
    ...validateAppArmor(context.appArmorProfile, at(path, 'appArmorProfile')),
    ...policy('supplementalGroupsPolicy', ['Merge', 'Strict']),
    ...policy('seLinuxChangePolicy', ['MountOption', 'Recursive']),
  ];
}

function validateSysctls(
  spec: PodSpec,
  sysctls: NonNullable<SecurityContext['sysctls']>,
  path: string,
): FieldError[] {
  const seen = new Set<string>();
  return sysctls.flatMap(({ name = '' }, index) => {
    const own = at(path, index, 'name');
    const errors: FieldError[] = [];
    if (!name) errors.push(required(own, ''));
    else if (name.length > SYSCTL_MAX || !new RegExp(`^(${SYSCTL}[./])*${SYSCTL}$`).test(name)) {
      const form = `^(${SYSCTL}[\\./])*${SYSCTL}$`;
      errors.push(
        invalid(own, name, `must have at most ${SYSCTL_MAX} characters and match regex ${form}`),
      );
    } else if (seen.has(name)) errors.push(duplicate(own, name));
    seen.add(name);
    return [...errors, ...hostSysctl(spec, name, own)];
  });
}

/** Settings of a namespace that the pod shares with its host are the host's. */
function hostSysctl(spec: PodSpec, name: string, path: string): FieldError[] {
  const dotted = sysctlName(name);
  const ipc = dotted === 'kernel.sem' || /^(kernel\.(shm|msg)|fs\.mqueue\.)/.test(dotted);
  if (spec.hostNetwork && dotted.startsWith('net.')) {
    return [invalid(path, name, "may not be specified when 'hostNetwork' is true")];
  }
  if (!spec.hostIPC || !ipc) return [];
  return [invalid(path, name, "may not be specified when 'hostIPC' is true")];
}

/** Names may be written with slashes, where dots then stand for dots (`sysctl.d(5)`). */
function sysctlName(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  if (first !== '/') return name;
  return [...name].map((c) => (c === '/' ? '.' : c === '.' ? '/' : c)).join('');
}

const seccompTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function validateSeccomp(profile: Profile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const { type = '', localhostProfile } = profile;
  const place = at(path, 'localhostProfile');
  const errors: FieldError[] = [];
  if (!type) {
    errors.push(required(at(path, 'type'), 'type is required when seccompProfile is set'));
  } else if (!seccompTypes.includes(type)) {
    errors.push(notSupported(at(path, 'type'), type, seccompTypes));
  }
  if (type === 'Localhost') {
    if (localhostProfile === undefined) {
      errors.push(required(place, 'must be set when seccomp type is Localhost'));
    } else errors.push(...descendingPath(localhostProfile, place));
  } else if (localhostProfile !== undefined) {
    const shown = internalForm('Profile', profile);
    errors.push(invalid(place, shown, 'can only be set when seccomp type is Localhost'));
  }
  return errors;
}

function validateAppArmor(profile: Profile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const { type = '', localhostProfile: own } = profile;
  const place = at(path, 'localhostProfile');
  const unset = 'must be set when AppArmor type is Localhost';
  if (!type) return [required(at(path, 'type'), 'type is required when appArmorProfile is set')];
  if (!seccompTypes.includes(type)) return [notSupported(at(path, 'type'), type, seccompTypes)];
  if (type !== 'Localhost') {
    if (own === undefined) return [];
    return [invalid(place, own, 'can only be set when AppArmor type is Localhost')];
  }
  if (own === undefined) return [required(place, unset)];
  const errors: FieldError[] = [];
  if (own.trim() !== own) errors.push(invalid(place, own, 'must not be padded with whitespace'));
  else if (own === '') errors.push(required(place, unset));
  return own.length > PATH_MAX ? [...errors, tooLong(place, PATH_MAX)] : errors;
}

/** `ValidateSecurityContext`, of one container; `hostUsers` is false in a namespace of its own. */
export function validateContainerSecurity(
  context: SecurityContext | undefined,
  path: string,
  hostUsers: boolean,
): FieldError[] {
  if (!context) return [];
  const { privileged, procMount, capabilities, allowPrivilegeEscalation } = context;
  const place = at(path, 'procMount');
  const errors = [
    ...id(context.runAsUser, at(path, 'runAsUser')),
    ...id(context.runAsGroup, at(path, 'runAsGroup')),
    ...oneOf(procMount, ['Default', 'Unmasked'], place),
  ];
  if (hostUsers && procMount === 'Unmasked') {
    errors.push(...invalids(place, procMount, ['`hostUsers` must be false to use `Unmasked`']));
  }
  errors.push(...validateSeccomp(context.seccompProfile, at(path, 'seccompProfile')));
  if (allowPrivilegeEscalation === false) {
    const cannot = 'cannot set `allowPrivilegeEscalation` to false and';
    const shown = internalForm('SecurityContext', context);
    if (privileged) errors.push(invalid(path, shown, `${cannot} \`privileged\` to true`));
    const admin = (capabilities?.add ?? []).filter((each) => each === 'CAP_SYS_ADMIN');
    const why = `${cannot} \`capabilities.Add\` CAP_SYS_ADMIN`;
    errors.push(...admin.map(() => invalid(path, shown, why)));
  }
  return [
    ...errors,
    ...validateWindowsOptions(context.windowsOptions, at(path, 'windowsOptions')),
    ...validateAppArmor(context.appArmorProfile, at(path, 'appArmorProfile')),
  ];
}

/** `validateHostUsers`: a pod with users of its own shares no other namespace with its host. */
export function validateHostUsers(spec: PodSpec, path: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const why = 'when `pod.Spec.HostUsers` is false';
  return [
    ...(spec.hostNetwork ? [forbidden(at(path, 'hostNetwork'), why)] : []),
    ...(spec.hostPID ? [forbidden(at(path, 'HostPID'), why)] : []),
    ...(spec.hostIPC ? [forbidden(at(path, 'HostIPC'), why)] : []),
  ];
}
