import { invalid, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { parseIP } from '../../apimachinery/ip.ts';
import { internalStatus, type ApiStatus } from '../../apimachinery/status.ts';
import type { Surroundings } from '../kind.ts';
import { firstOf, fromNumber, holds, sizeOf, toNumber } from '../cidr.ts';
import { initFamilies, staysPreferDualStack } from './families.ts';
import { takeNodePorts } from './node-ports.ts';
import { normalizeClusterIPs, patchAllocated } from './prepare.ts';
import { familyOf, type Service, type ServiceSpec } from './shapes.ts';

type Refused = { readonly errors: readonly FieldError[] } | { readonly status: ApiStatus };
type Taken = { readonly spec: ServiceSpec } | Refused;

/**
 * `beginCreate` and `beginUpdate` of the Service registry: fills what the client left out, then
 * takes cluster IPs and node ports (`pkg/registry/core/service/storage/alloc.go`).
 */
export function allocate(
  service: Service,
  old: Service | undefined,
  around: Surroundings,
): { readonly object: Service } | Refused {
  const patched = old ? patchAllocated(service.spec, old.spec) : service.spec;
  const given = normalizeClusterIPs(patched, old?.spec);
  const offered = around.settings.serviceCidrs.map(familyOf);
  const families = initFamilies(given, old?.spec, offered);
  if (!('spec' in families)) return families;
  const named = { ...service, spec: families.spec };
  const ips = old ? updateIPs(named, old, around) : allocateIPs(named, around, 0);
  if (!('spec' in ips)) return ips;
  const ports = takeNodePorts({ ...named, spec: ips.spec }, old, around);
  return 'spec' in ports ? { object: { ...named, spec: ports.spec } } : ports;
}

/** Cluster IPs after a change of type or of families; a family that goes needs no care here. */
function updateIPs(service: Service, old: Service, around: Surroundings): Taken {
  const { spec } = service;
  if (staysPreferDualStack(spec, old.spec)) return { spec };
  if (old.spec.type === 'ExternalName' && spec.type !== 'ExternalName') {
    return allocateIPs(service, around, 0);
  }
  if (old.spec.clusterIPs?.[0] === 'None' || spec.type === 'ExternalName') return { spec };
  const upgraded = old.spec.ipFamilies?.length === 1 && spec.ipFamilies?.length === 2;
  return upgraded ? allocateIPs(service, around, 1) : { spec };
}

/** Takes one address of each family from the `first` one on. */
function allocateIPs(service: Service, around: Surroundings, first: number): Taken {
  const { spec } = service;
  if (spec.type === 'ExternalName' || spec.clusterIPs?.[0] === 'None') return { spec };
  const held = around.list('ipaddresses.networking.k8s.io').map(({ metadata }) => metadata.name);
  const taken = around.list<Service>('services').flatMap((each) => each.spec.clusterIPs ?? []);
  const used = new Set([...held, ...taken]);
  const ips = [...(spec.clusterIPs ?? [])];
  for (const [index, family] of (spec.ipFamilies ?? []).entries()) {
    const ranges = rangesOf(around).filter((cidr) => familyOf(cidr) === family);
    if (index < first || ranges.length === 0) continue;
    const wanted = ips[index];
    if (wanted) {
      const range = ranges.find((cidr) => holds(cidr, parseIP(wanted)?.text ?? wanted));
      const why = refusal(parseIP(wanted)?.text ?? wanted, range ?? (ranges[0] as string), used);
      if (!why) continue;
      const shown = Array.from({ length: (spec.ipFamilies ?? []).length }, (_, i) => ips[i] ?? '');
      const text = `failed to allocate IP ${wanted}: ${why}`;
      return { errors: [invalid('spec.clusterIPs', shown, text)] };
    }
    const free = ranges.reduce<string | undefined>(
      (found, range) => found ?? nextFree(service, range, used, around),
      undefined,
    );
    if (!free) {
      const why = `failed to allocate a serviceIP: range is full`;
      return { status: internalStatus(why) };
    }
    ips[index] = free;
  }
  return { spec: { ...spec, clusterIP: ips[0] as string, clusterIPs: ips } };
}

interface ServiceCIDR extends ApiObject {
  readonly spec: { readonly cidrs?: readonly string[] };
}

/** Ranges that addresses are taken from: the server's own, then those of ServiceCIDRs. */
function rangesOf({ settings, list }: Surroundings): readonly string[] {
  const more = list<ServiceCIDR>('servicecidrs.networking.k8s.io')
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .flatMap(({ spec }) => spec.cidrs ?? []);
  return [...new Set([...settings.serviceCidrs, ...more])];
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
