import { isExternal, wantsNodePorts, type Service, type ServiceSpec } from './shapes.ts';

/** `strategy.PrepareForCreate/Update` and the patching of dependent fields on update. */
export function prepare(service: Service, old: Service | undefined): Service {
  const status = old ? old.status : { loadBalancer: {} };
  const spec = old ? patchDependent(service.spec, old.spec) : service.spec;
  return {
    ...service,
    spec: dropTypeDependent(spec, old?.spec),
    status: status ?? { loadBalancer: {} },
  };
}

/** A field that the type no longer needs goes, if the client left it as it was. */
function dropTypeDependent(spec: ServiceSpec, old: ServiceSpec | undefined): ServiceSpec {
  if (!old) return spec;
  const next = { ...spec } as { -readonly [K in keyof ServiceSpec]: ServiceSpec[K] };
  const same = (key: keyof ServiceSpec) => JSON.stringify(spec[key]) === JSON.stringify(old[key]);
  if (next.type === 'ExternalName' && old.type !== 'ExternalName') {
    for (const key of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const) {
      if (same(key)) delete next[key];
    }
  }
  if (wantsNodePorts(old) && !wantsNodePorts(next)) {
    next.ports = (next.ports ?? []).map((port) => {
      const before = old.ports?.find(
        (each) => each.port === port.port && each.protocol === port.protocol,
      );
      const { nodePort, ...rest } = port;
      return nodePort && before?.nodePort !== nodePort ? port : rest;
    });
  }
  if (!needsHealthCheck(next) && same('healthCheckNodePort')) delete next.healthCheckNodePort;
  if (!isExternal(next) && isExternal(old)) delete next.externalTrafficPolicy;
  if (next.type !== 'LoadBalancer' && old.type === 'LoadBalancer') {
    if (same('allocateLoadBalancerNodePorts')) delete next.allocateLoadBalancerNodePorts;
    if (same('loadBalancerClass')) delete next.loadBalancerClass;
  }
  return next;
}

export function needsHealthCheck({ type, externalTrafficPolicy }: ServiceSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

/** Addresses and ports that a client left out of an update are kept. */
function patchDependent(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const next = { ...spec } as { -readonly [K in keyof ServiceSpec]: ServiceSpec[K] };
  const staysClustered = next.type !== 'ExternalName' && old.type !== 'ExternalName';
  if (staysClustered && !next.clusterIP && !next.clusterIPs?.length) {
    if (old.clusterIP) next.clusterIP = old.clusterIP;
    if (old.clusterIPs) next.clusterIPs = old.clusterIPs;
  } else if (next.clusterIP && !next.clusterIPs?.length) next.clusterIPs = [next.clusterIP];
  else if (!next.clusterIP && next.clusterIPs?.length) {
    if (next.clusterIPs[0] === old.clusterIP) next.clusterIP = old.clusterIP as string;
  } else if (
    staysClustered &&
    next.clusterIP !== old.clusterIP &&
    next.clusterIPs?.[0] === old.clusterIPs?.[0]
  ) {
    next.clusterIPs = next.clusterIP ? [next.clusterIP, ...(next.clusterIPs ?? []).slice(1)] : [];
  }
  if (staysClustered) {
    if (!next.ipFamilyPolicy && old.ipFamilyPolicy) next.ipFamilyPolicy = old.ipFamilyPolicy;
    if (!next.ipFamilies?.length && old.ipFamilies) next.ipFamilies = old.ipFamilies;
  }
  if (wantsNodePorts(next) && wantsNodePorts(old)) {
    const used = new Set((next.ports ?? []).map(({ nodePort }) => nodePort).filter(Boolean));
    next.ports = (next.ports ?? []).map((port) => {
      if (port.nodePort) return port;
      const before = old.ports?.find(
        (each) => each.port === port.port && each.protocol === port.protocol,
      );
      const kept = before?.nodePort;
      return kept && !used.has(kept) ? { ...port, nodePort: kept } : port;
    });
  }
  if (
    needsHealthCheck(next) &&
    needsHealthCheck(old) &&
    !next.healthCheckNodePort &&
    old.healthCheckNodePort
  ) {
    next.healthCheckNodePort = old.healthCheckNodePort;
  }
  return next;
}
