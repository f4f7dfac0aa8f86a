import {
  isExternal,
  needsClusterIP,
  needsHealthCheck,
  needsNodePort,
  sameList,
  type Service,
  type ServiceSpec,
} from './shapes.ts';

type Draft = { -readonly [K in keyof ServiceSpec]: ServiceSpec[K] };

/** `PrepareForCreate` and `PrepareForUpdate`: a status is not the client's to set. */
export function prepare(service: Service, old: Service | undefined): Service {
  const status = old?.status ?? { loadBalancer: {} };
  const spec: Draft = { ...dropTypeDependent(service.spec, old?.spec) };
  // Upstream drops it when it reads: it was once a default, where it means nothing.
  const given = spec.internalTrafficPolicy;
  const idle = spec.type === 'ExternalName' && (given === 'Cluster' || given === 'Local');
  if (idle) delete spec.internalTrafficPolicy;
  return { ...service, spec, status };
}

/**
 * `dropTypeDependentFields`: a field that the new type has no use for goes, but only if the
 * server may have filled it and the client left it as it was; else validation shall complain.
 */
function dropTypeDependent(spec: ServiceSpec, old: ServiceSpec | undefined): ServiceSpec {
  if (!old) return spec;
  const next: Draft = { ...spec };
  const same = (key: keyof ServiceSpec) => spec[key] === old[key];
  if (needsClusterIP(old) && !needsClusterIP(spec)) {
    if (sameList('clusterIPs', old, spec)) {
      delete next.clusterIP;
      delete next.clusterIPs;
    }
    if (sameList('ipFamilies', old, spec)) delete next.ipFamilies;
    if (same('ipFamilyPolicy')) delete next.ipFamilyPolicy;
  }
  if (needsNodePort(old) && !needsNodePort(spec) && !hasNewNodePort(spec, old)) {
    next.ports = spec.ports?.map(({ nodePort: _gone, ...port }) => port);
    if (!next.ports) delete next.ports;
  }
  if (needsHealthCheck(old) && !needsHealthCheck(spec) && same('healthCheckNodePort')) {
    delete next.healthCheckNodePort;
  }
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (same('allocateLoadBalancerNodePorts')) delete next.allocateLoadBalancerNodePorts;
    if (same('loadBalancerClass')) delete next.loadBalancerClass;
  }
  if (isExternal(old) && !isExternal(spec) && same('externalTrafficPolicy')) {
    delete next.externalTrafficPolicy;
  }
  return next;
}

/** Whether there is a node port that the Service did not have before. */
function hasNewNodePort(spec: ServiceSpec, old: ServiceSpec): boolean {
  const before = new Set(old.ports?.map(({ nodePort }) => nodePort));
  return (spec.ports ?? []).some(({ nodePort }) => nodePort && !before.has(nodePort));
}

/**
 * `patchAllocatedValues`: what the server allocated and a client left out of its update stays, so
 * that the manifest that created a Service can be sent again.
 */
export function patchAllocated(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const next: Draft = { ...spec };
  if (needsClusterIP(old) && needsClusterIP(spec)) {
    if (!spec.clusterIP && old.clusterIP) next.clusterIP = old.clusterIP;
    if (!spec.clusterIPs?.length && old.clusterIPs?.length) next.clusterIPs = old.clusterIPs;
  }
  if (needsNodePort(old) && needsNodePort(spec)) {
    const before = new Map(old.ports?.map((port) => [port.name ?? '', port.nodePort]));
    const used = new Set(spec.ports?.map(({ nodePort }) => nodePort));
    const ports = spec.ports?.map((port) => {
      const kept = port.nodePort ? undefined : before.get(port.name ?? '');
      return kept && !used.has(kept) ? { ...port, nodePort: kept } : port;
    });
    if (ports) next.ports = ports;
  }
  if (needsHealthCheck(old) && needsHealthCheck(spec) && !spec.healthCheckNodePort) {
    if (old.healthCheckNodePort) next.healthCheckNodePort = old.healthCheckNodePort;
  }
  return next;
}

/** `normalizeClusterIPs`: what a client that knows only `clusterIP` meant for `clusterIPs`. */
export function normalizeClusterIPs(spec: ServiceSpec, old: ServiceSpec | undefined): ServiceSpec {
  const { clusterIP, clusterIPs = [] } = spec;
  if (!old) {
    return clusterIP && clusterIPs.length === 0 ? { ...spec, clusterIPs: [clusterIP] } : spec;
  }
  const next: Draft = { ...spec };
  if (old.clusterIPs?.length && clusterIPs.length === 0 && old.clusterIP === clusterIP) {
    next.clusterIPs = old.clusterIPs;
  }
  if ((old.clusterIP ?? '') === (clusterIP ?? '') || !sameList('clusterIPs', old, next)) {
    return next;
  }
  if (old.clusterIP && !clusterIP) delete next.clusterIPs;
  else next.clusterIPs = [clusterIP as string];
  return next;
}
