import type { PodSpec } from '../../../resources/pod-template/shapes.ts';
import {
  blamed,
  containersOf,
  contextOf,
  finding,
  named,
  ofContainers,
  offenders,
  ownUsers,
  quoted,
  type Check,
} from './checks.ts';

const defaultCapabilities = new Set(
  (
    'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID ' +
    'SETPCAP SETUID SYS_CHROOT'
  ).split(' '),
);
const selinuxTypes = [
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
];
const safeSysctls = new Set(
  (
    'kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies ' +
    'net.ipv4.ping_group_range net.ipv4.ip_unprivileged_port_start ' +
    'net.ipv4.ip_local_reserved_ports net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout ' +
    'net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes net.ipv4.tcp_rmem ' +
    'net.ipv4.tcp_wmem'
  ).split(' '),
);

export const capabilities: Check = (spec) => {
  const odd = (each: PodSpec['containers'][number]) =>
    (contextOf(each).capabilities?.add ?? []).filter((name) => !defaultCapabilities.has(name));
  const names = offenders(spec, (each) => odd(each).length > 0);
  const all = [...new Set(containersOf(spec).flatMap(odd))].sort();
  const where = 'securityContext.capabilities.add';
  const detail = `${named(names)} must not include ${quoted(all)} in ${where}`;
  return names.length === 0 ? undefined : { reason: 'non-default capabilities', detail };
};

const appArmor: Check = (spec) => {
  const reason = 'forbidden AppArmor profile';
  const bad = offenders(spec, (each) => contextOf(each).appArmorProfile?.type === 'Unconfined');
  const pod = contextOf(spec).appArmorProfile?.type === 'Unconfined';
  const who = [...(pod ? ['pod'] : []), ...(bad.length > 0 ? [named(bad)] : [])];
  const must = 'must not set AppArmor profile type to "Unconfined"';
  return who.length === 0 ? undefined : { reason, detail: `${who.join(' and ')} ${must}` };
};

const hostNamespaces: Check = (spec) =>
  finding(
    'host namespaces',
    (['hostNetwork', 'hostPID', 'hostIPC'] as const)
      .filter((field) => spec[field])
      .map((field) => `${field}=true`),
  );

export const hostPaths: Check = ({ volumes = [] }) => {
  const names = volumes.filter((each) => each['hostPath']).map(({ name }) => name);
  return names.length === 0
    ? undefined
    : { reason: 'hostPath volumes', detail: named(names, 'volume') };
};

const hostPorts: Check = (spec) => {
  const used = (each: PodSpec['containers'][number]) =>
    (each.ports ?? []).flatMap(({ hostPort }) => (hostPort ? [hostPort] : []));
  const names = offenders(spec, (each) => used(each).length > 0);
  const ports = [...new Set(containersOf(spec).flatMap(used))].sort((a, b) => a - b);
  const verb = names.length === 1 ? 'uses' : 'use';
  const what = ports.length === 1 ? 'hostPort' : 'hostPorts';
  return names.length === 0
    ? undefined
    : { reason: 'hostPort', detail: `${named(names)} ${verb} ${what} ${ports.join(', ')}` };
};

interface Handler {
  readonly httpGet?: { readonly host?: string };
  readonly tcpSocket?: { readonly host?: string };
}

/** Probes and hooks may ask nobody but their own pod. */
const hostProbes: Check = (spec) => {
  const hosts = (each: PodSpec['containers'][number]) => {
    const { livenessProbe, readinessProbe, startupProbe } = each;
    const { postStart, preStop } = (each.lifecycle ?? {}) as Readonly<Record<string, Handler>>;
    const handlers = [livenessProbe, readinessProbe, startupProbe, postStart, preStop];
    return (handlers as readonly (Handler | undefined)[])
      .flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host])
      .flatMap((host) => (host ? [host] : []));
  };
  const names = offenders(spec, (each) => hosts(each).length > 0);
  const all = [...new Set(containersOf(spec).flatMap(hosts))].sort();
  const verb = names.length === 1 ? 'uses' : 'use';
  const what = `probe or lifecycle host${all.length === 1 ? '' : 's'}`;
  return names.length === 0
    ? undefined
    : {
        reason: 'probe or lifecycle host',
        detail: `${named(names)} ${verb} ${what} ${quoted(all)}`,
      };
};

const privileged = ofContainers(
  'privileged',
  'must not set securityContext.privileged=true',
  (each) => contextOf(each).privileged === true,
);

const procMount: Check = (spec) => {
  if (ownUsers(spec)) return undefined;
  const names = offenders(spec, (each) => (contextOf(each).procMount ?? 'Default') !== 'Default');
  const must = 'must not set securityContext.procMount to "Unmasked"';
  return names.length === 0
    ? undefined
    : { reason: 'procMount', detail: `${named(names)} ${must}` };
};

const selinux: Check = (spec) => {
  const wrong = (of: Parameters<typeof contextOf>[0]) => {
    const { type = '', user, role } = contextOf(of).seLinuxOptions ?? {};
    return !selinuxTypes.includes(type) || Boolean(user) || Boolean(role);
  };
  const names = offenders(spec, wrong);
  const who = [...(wrong(spec) ? ['pod'] : []), ...(names.length > 0 ? [named(names)] : [])];
  if (who.length === 0) return undefined;
  const options = [spec, ...containersOf(spec)].map((each) => contextOf(each).seLinuxOptions ?? {});
  const types = [...new Set(options.map(({ type = '' }) => type))]
    .filter((type) => !selinuxTypes.includes(type))
    .sort();
  const said = [
    ...(types.length > 0 ? [`type${types.length === 1 ? '' : 's'} ${quoted(types)}`] : []),
    ...(options.some(({ user }) => user) ? ['user may not be set'] : []),
    ...(options.some(({ role }) => role) ? ['role may not be set'] : []),
  ];
  const detail = `${who.join(' and ')} set forbidden securityContext.seLinuxOptions: `;
  return { reason: 'seLinuxOptions', detail: `${detail}${said.join('; ')}` };
};

export const seccomp: Check = (spec) => {
  const wrong = (of: Parameters<typeof contextOf>[0]) =>
    contextOf(of).seccompProfile?.type === 'Unconfined';
  const who = blamed(wrong(spec), offenders(spec, wrong));
  const must = 'must not set securityContext.seccompProfile.type to "Unconfined"';
  return who === undefined ? undefined : { reason: 'seccompProfile', detail: `${who} ${must}` };
};

const sysctls: Check = (spec) => {
  const set = (contextOf(spec).sysctls ?? []).map(({ name = '' }) => name);
  return finding(
    'forbidden sysctls',
    set.filter((name) => !safeSysctls.has(name)),
  );
};

const hostProcess: Check = (spec) => {
  const names = offenders(spec, (each) => contextOf(each).windowsOptions?.hostProcess === true);
  const pod = contextOf(spec).windowsOptions?.hostProcess === true;
  const who = [...(pod ? ['pod'] : []), ...(names.length > 0 ? [named(names)] : [])];
  const must = 'must not set securityContext.windowsOptions.hostProcess=true';
  return who.length === 0
    ? undefined
    : { reason: 'hostProcess', detail: `${who.join(' and ')} ${must}` };
};

/** The level `baseline`, in the order of the names that its checks have upstream. */
export const baseline: readonly Check[] = [
  appArmor,
  capabilities,
  hostNamespaces,
  hostPaths,
  hostPorts,
  hostProbes,
  privileged,
  procMount,
  selinux,
  seccomp,
  sysctls,
  hostProcess,
];
