import {
  at,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { dnsSubdomain, isSet, unwanted, type Fields } from '../checks.ts';
import type { PodSpec, SecurityContext, WindowsOptions } from './shapes.ts';
import { visitContainers } from './visit.ts';

const SPEC_KIB = 64;
const DOMAIN_MAX = 256;
const USER_MAX = 104;
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const DNS = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/** `validateWindowsSecurityContextOptions`. */
export function validateWindowsOptions(
  options: WindowsOptions | undefined,
  path: string,
): FieldError[] {
  if (!options) return [];
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options;
  const errors: FieldError[] = [];
  if (gmsaCredentialSpecName !== undefined) {
    errors.push(...dnsSubdomain(gmsaCredentialSpecName, at(path, 'gmsaCredentialSpecName')));
  }
  const place = at(path, 'gmsaCredentialSpec');
  if (gmsaCredentialSpec === '') {
    errors.push(invalid(place, '', 'gmsaCredentialSpec cannot be an empty string'));
  } else if ((gmsaCredentialSpec ?? '').length > SPEC_KIB * 1024) {
    const why = `gmsaCredentialSpec size must be under ${SPEC_KIB} KiB`;
    errors.push(invalid(place, gmsaCredentialSpec, why));
  }
  if (runAsUserName === undefined) return errors;
  const texts = userErrors(runAsUserName).map((each) => `runAsUserName${each}`);
  const user = at(path, 'runAsUserName');
  return [...errors, ...texts.map((each) => invalid(user, runAsUserName, each))];
}

/** What is wrong with `DOMAIN\user`; each text goes on from the field's name. */
function userErrors(name: string): string[] {
  if (name === '') return [' cannot be an empty string'];
  if (/[\x00-\x1f\x7f]/.test(name)) return [' cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return [' cannot contain more than one backslash'];
  const user = parts.at(-1) as string;
  const domain = parts.length === 2 ? (parts[0] as string) : undefined;
  const errors: string[] = [];
  if ((domain ?? '').length >= DOMAIN_MAX) {
    errors.push(`'s Domain length must be under ${DOMAIN_MAX} characters`);
  }
  if (domain !== undefined && !NETBIOS.test(domain) && !DNS.test(domain)) {
    errors.push("'s Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === '') errors.push("'s User cannot be empty");
  else if (user.length > USER_MAX) {
    errors.push(`'s User length must not be longer than ${USER_MAX} characters`);
  }
  if (/^[. ]+$/.test(user)) errors.push("'s User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    errors.push(`'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]`);
  }
  return errors;
}

const hostProcessOf = (context: unknown) =>
  (context as SecurityContext | undefined)?.windowsOptions?.hostProcess;

/** `validateWindowsHostProcessPod`: all containers of a pod are host processes, or none is. */
export function validateHostProcess(spec: PodSpec, path: string): FieldError[] {
  const own = hostProcessOf(spec.securityContext);
  const errors: FieldError[] = [];
  const all = visitContainers(spec, path);
  let count = 0;
  for (const [container, place] of all) {
    const theirs = hostProcessOf(container.securityContext);
    if (own !== undefined && theirs !== undefined && own !== theirs) {
      const where = at(place, 'securityContext', 'windowsOptions', 'hostProcess');
      const why = `pod hostProcess value must be identical if both are specified, was ${own}`;
      errors.push(invalid(where, theirs, why));
    }
    if (theirs ?? own) count += 1;
  }
  if (count === 0) return errors;
  if (count !== all.length) {
    const why =
      'If pod contains any hostProcess containers then all containers must be ' +
      'HostProcess containers';
    errors.push(invalid(path, '', why));
  }
  if (!spec.hostNetwork) {
    const why = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalid(at(path, 'hostNetwork'), false, why));
  }
  return errors;
}

const podFields = [
  'appArmorProfile',
  'seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'shareProcessNamespace',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
];
/** Fields of the list that stand in the spec itself, and of those that may stand as false. */
const outside = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'];

const containerFields = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

/** `validateOS`, and what pods of that system cannot have. */
export function validateOs(spec: PodSpec, path: string): FieldError[] {
  const os = spec.os;
  if (!os) return [];
  const { name = '' } = os;
  if (!name) return [required(at(path, 'os', 'name'), 'cannot be empty')];
  if (name === 'linux') return linux(spec, path);
  if (name === 'windows') return windows(spec, path);
  return [notSupported(at(path, 'os'), name, ['linux', 'windows'])];
}

function linux(spec: PodSpec, path: string): FieldError[] {
  const why = 'windows options cannot be set for a linux pod';
  const places = [[spec, path] as const, ...visitContainers(spec, path)];
  return places.flatMap(([{ securityContext }, place]) =>
    (securityContext as SecurityContext | undefined)?.windowsOptions
      ? [forbidden(at(place, 'securityContext', 'windowsOptions'), why)]
      : [],
  );
}

function windows(spec: PodSpec, path: string): FieldError[] {
  const why = 'cannot be set for a windows pod';
  const context = (spec.securityContext ?? {}) as Fields;
  const whole = spec as unknown as Fields;
  const own = podFields.flatMap((name) => {
    const out = outside.includes(name);
    const value = (out ? whole : context)[name];
    // Pointers count as soon as they are there, flags and lists when they hold something.
    const plain = name === 'hostPID' || name === 'hostIPC' || name === 'sysctls';
    const given = plain ? value !== false && isSet(value) : value !== undefined;
    return given ? [forbidden(out ? at(path, name) : at(path, 'securityContext', name), why)] : [];
  });
  const theirs = visitContainers(spec, path).flatMap(([{ securityContext = {} }, place]) => {
    const given = securityContext as Fields;
    const set = containerFields.filter((name) => given[name] !== undefined);
    return unwanted(
      Object.fromEntries(set.map((name) => [name, true])),
      at(place, 'securityContext'),
      set,
      why,
    );
  });
  return [...own, ...theirs];
}
