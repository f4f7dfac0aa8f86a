import { at, invalid, type FieldError } from '../../apimachinery/field-error.ts';
import { internalStatus, type ApiStatus } from '../../apimachinery/status.ts';
import type { Surroundings } from '../kind.ts';
import { firstOf, fromNumber, holds, sizeOf, toNumber } from '../cidr.ts';
import { needsHealthCheck } from './prepare.ts';
import {
  isHeadless,
  needsClusterIP,
  wantsNodePorts,
  type Service,
  type ServicePort,
  type ServiceSpec,
} from './shapes.ts';

type Result =
  | { readonly object: Service }
  | { readonly errors: readonly FieldError[] }
  | { readonly status: ApiStatus };

/** Takes cluster IPs and node ports (`pkg/registry/core/service/storage/alloc.go`). */
export function allocate(service: Service, old: Service | undefined, around: Surroundings): Result {
  const families = withFamilies(service, around);
  const ips = clusterIPs(families, old, around);
  if (!('object' in ips)) return ips;
  return nodePorts(ips.object, old, around);
}

const familyOf = (address: string) => (address.includes(':') ? 'IPv6' : 'IPv4');

/** Fills `ipFamilyPolicy` and `ipFamilies` from what the cluster's ranges allow. */
function withFamilies(service: Service, around: Surroundings): Service {
  const { spec } = service;
  if (!needsClusterIP(spec)) return service;
  const offered = around.settings.serviceCidrs.map(familyOf);
  const policy =
    spec.ipFamilyPolicy ??
    (isHeadless(spec) && !spec.selector ? 'RequireDualStack' : 'SingleStack');
  const given = spec.ipFamilies?.length
    ? [...spec.ipFamilies]
    : (spec.clusterIPs ?? []).filter((ip) => ip !== 'None').map(familyOf);
  const wanted =
    policy === 'SingleStack'
      ? 1
      : Math.min(
          2,
          policy === 'RequireDualStack' && isHeadless(spec) && !spec.selector ? 2 : offered.length,
        );
  const families = [...new Set([...given, ...offered])];
  while (families.length < wanted) families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4');
  const keep = Math.max(given.length, wanted);
  const actual =
    spec.ipFamilyPolicy ??
    (offered.length > 1 || policy === 'SingleStack' ? policy : 'SingleStack');
  return {
    ...service,
    spec: {
      ...spec,
      ipFamilyPolicy: actual,
      ipFamilies: families.slice(0, actual === 'SingleStack' ? 1 : keep),
    },
  };
}

function clusterIPs(service: Service, old: Service | undefined, around: Surroundings): Result {
  const { spec } = service;
  if (!needsClusterIP(spec)) return { object: service };
  if (isHeadless(spec)) return { object: { ...service, spec: { ...spec, clusterIPs: ['None'] } } };
  const kept = old && needsClusterIP(old.spec) ? (old.spec.clusterIPs ?? []) : [];
  const wanted = spec.clusterIPs?.length
    ? [...spec.clusterIPs]
    : spec.clusterIP
      ? [spec.clusterIP]
      : [];
  const used = usedIPs(around);
  const taken: string[] = [];
  for (const [index, family] of (spec.ipFamilies ?? ['IPv4']).entries()) {
    const range = around.settings.serviceCidrs.find((cidr) => familyOf(cidr) === family);
    if (!range) continue;
    const ip = wanted[index];
    if (ip && kept.includes(ip)) taken.push(ip);
    else if (ip) {
      const why = refusal(ip, range, used);
      if (why) {
        const list = [ip];
        return {
          errors: [invalid('spec.clusterIPs', list, `failed to allocate IP ${ip}: ${why}`)],
        };
      }
      taken.push(ip);
    } else {
      const free = nextFree(service, range, used, around);
      if (!free) return { status: internalStatus(`failed to allocate a serviceIP: range is full`) };
      taken.push(free);
    }
  }
  return {
    object: { ...service, spec: { ...spec, clusterIP: taken[0] as string, clusterIPs: taken } },
  };
}

function usedIPs(around: Surroundings): Set<string> {
  const services = around.list<Service>('services');
  return new Set(services.flatMap(({ spec }) => spec.clusterIPs ?? []));
}

function refusal(ip: string, range: string, used: ReadonlySet<string>): string | undefined {
  if (!holds(range, ip) || toNumber(ip) === firstOf(range)) {
    return 'the provided network does not match the current range';
  }
  return used.has(ip) ? 'provided IP is already allocated' : undefined;
}

/** Dynamic addresses come from the upper part of the range, so that fixed ones seldom collide. */
function nextFree(
  service: Service,
  range: string,
  used: ReadonlySet<string>,
  around: Surroundings,
): string | undefined {
  const size = sizeOf(range);
  if (around.dryRun) return fromNumber(firstOf(range), familyOf(range));
  const low = size > 512n ? 256n : size > 32n ? size / 16n : 1n;
  const span = size - low - 1n;
  if (span <= 0n) return undefined;
  const { namespace, name, uid } = service.metadata;
  const draw = around.chance.number(`cluster-ip/${namespace}/${name}/${uid}/${range}`);
  const start = BigInt(Math.floor(draw * Number(span > 1_048_576n ? 1_048_576n : span)));
  for (let i = 0n; i < span && i < 1_048_576n; i++) {
    const ip = fromNumber(firstOf(range) + low + ((start + i) % span), familyOf(range));
    if (!used.has(ip)) return ip;
  }
  return undefined;
}

function nodePorts(service: Service, old: Service | undefined, around: Surroundings): Result {
  const { spec } = service;
  const used = usedPorts(around, service);
  let ports = spec.ports ?? [];
  if (wantsNodePorts(spec) || ports.some(({ nodePort }) => nodePort)) {
    const result = takePorts(service, ports, old?.spec, used, around);
    if (!Array.isArray(result)) return result as Result;
    ports = result as ServicePort[];
  }
  const next: ServiceSpec = { ...spec, ...(spec.ports && { ports }) };
  if (!needsHealthCheck(spec)) return { object: { ...service, spec: next } };
  const wanted = spec.healthCheckNodePort;
  const before = old?.spec.healthCheckNodePort;
  if (wanted && wanted !== before && used.has(`TCP/${wanted}`)) {
    return {
      status: internalStatus(
        `failed to allocate requested HealthCheck NodePort ${wanted}: ` +
          'provided port is already allocated',
      ),
    };
  }
  const port = wanted ?? freePort(service, 'health', used, ports, around);
  return { object: { ...service, spec: { ...next, healthCheckNodePort: port as number } } };
}

function usedPorts(around: Surroundings, self: Service): Set<string> {
  const others = around
    .list<Service>('services')
    .filter(({ metadata }) => metadata.uid !== self.metadata.uid);
  return new Set(
    others.flatMap(({ spec }) => [
      ...(spec.ports ?? []).flatMap(({ nodePort, protocol }) =>
        nodePort ? [`${protocol}/${nodePort}`] : [],
      ),
      ...(spec.healthCheckNodePort ? [`TCP/${spec.healthCheckNodePort}`] : []),
    ]),
  );
}

function takePorts(
  service: Service,
  ports: readonly ServicePort[],
  old: ServiceSpec | undefined,
  used: ReadonlySet<string>,
  around: Surroundings,
): ServicePort[] | Result {
  const [low, high] = around.settings.nodePortRange;
  const mine = new Set<string>();
  const done: ServicePort[] = [];
  for (const [index, port] of ports.entries()) {
    const wanted = port.nodePort;
    const id = `${port.protocol}/${wanted}`;
    if (wanted) {
      const kept = old?.ports?.some((each) => each.nodePort === wanted);
      const path = at('spec', 'ports', index, 'nodePort');
      if (!kept && (wanted < low || wanted > high)) {
        return {
          errors: [
            invalid(
              path,
              wanted,
              `provided port is not in the valid range. The range of valid ports is ${low}-${high}`,
            ),
          ],
        };
      }
      if (used.has(id) || mine.has(id)) {
        return { errors: [invalid(path, wanted, 'provided port is already allocated')] };
      }
      mine.add(id);
      done.push(port);
      continue;
    }
    // Ports of one number for several protocols share their node port.
    const twin = done.find(
      (each) => each.port === port.port && each.protocol !== port.protocol && each.nodePort,
    );
    const shared =
      twin && !used.has(`${port.protocol}/${twin.nodePort}`) ? twin.nodePort : undefined;
    const free = shared ?? freePort(service, String(index), used, done, around);
    if (!free) return { status: internalStatus('failed to allocate a nodePort: range is full') };
    mine.add(`${port.protocol}/${free}`);
    done.push({ ...port, nodePort: free });
  }
  return done;
}

function freePort(
  service: Service,
  what: string,
  used: ReadonlySet<string>,
  own: readonly ServicePort[],
  around: Surroundings,
): number | undefined {
  const [low, high] = around.settings.nodePortRange;
  // As for addresses, the lowest part of the range is left to those who choose.
  const first = low + Math.min(86, Math.floor((high - low + 1) / 32));
  const span = high - first + 1;
  const { namespace, name, uid } = service.metadata;
  const start = around.chance.integer(`node-port/${namespace}/${name}/${uid}/${what}`, span);
  for (let i = 0; i < span; i++) {
    const port = first + ((start + i) % span);
    const taken = ['TCP', 'UDP', 'SCTP'].some((protocol) => used.has(`${protocol}/${port}`));
    if (!taken && !own.some(({ nodePort }) => nodePort === port)) return port;
  }
  return undefined;
}
