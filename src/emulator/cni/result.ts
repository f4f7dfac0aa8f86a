import {
  failure,
  isError,
  type CniError,
  type CniResult,
  type Dns,
  type IpConfig,
} from './types.ts';

type Plain = Readonly<Record<string, unknown>>;

/**
 * A result in the form of a version of the specification, members in the order in which plugins
 * print them. Versions before 0.3.0 have one address per family and no interfaces.
 */
export function printResult(result: CniResult, version: string): Plain | CniError {
  if (version === '0.1.0' || version === '0.2.0') return oldest(result, version);
  const early = version.startsWith('0.');
  const ips = result.ips.map((ip) => ({
    ...(early ? { version: family(ip.address) } : {}),
    ...(ip.interface === undefined ? {} : { interface: ip.interface }),
    address: ip.address,
    ...(ip.gateway === undefined ? {} : { gateway: ip.gateway }),
  }));
  return {
    cniVersion: version,
    ...(result.interfaces?.length ? { interfaces: result.interfaces } : {}),
    ...(ips.length > 0 ? { ips } : {}),
    ...(result.routes?.length ? { routes: result.routes } : {}),
    ...(early || !isEmptyDns(result.dns) ? { dns: cleanDns(result.dns) } : {}),
  };
}

function oldest(result: CniResult, version: string): Plain | CniError {
  const found: Record<string, unknown> = {};
  for (const ip of result.ips) {
    const name = `ip${family(ip.address)}`;
    if (found[name]) {
      return failure(`CNI version ${version} does not support more than 1 address per family`);
    }
    const routes = (result.routes ?? [])
      .filter((route) => family(route.dst) === family(ip.address))
      .map(({ dst, gw }) => ({ dst, ...(gw === undefined ? {} : { gw }) }));
    found[name] = {
      ip: ip.address,
      ...(ip.gateway === undefined ? {} : { gateway: ip.gateway }),
      ...(routes.length > 0 ? { routes } : {}),
    };
  }
  if (result.ips.length === 0) return failure('cannot convert: no valid IP addresses');
  return {
    cniVersion: version,
    ...(found['ip4'] ? { ip4: found['ip4'] } : {}),
    ...(found['ip6'] ? { ip6: found['ip6'] } : {}),
    dns: cleanDns(result.dns),
  };
}

/** `4` or `6`, by how an address or network is written. */
export function family(address: string): '4' | '6' {
  return address.includes(':') ? '6' : '4';
}

function isEmptyDns(dns: Dns | undefined): boolean {
  return Object.keys(cleanDns(dns)).length === 0;
}

function cleanDns(dns: Dns | undefined): Dns {
  return {
    ...(dns?.nameservers?.length ? { nameservers: dns.nameservers } : {}),
    ...(dns?.domain ? { domain: dns.domain } : {}),
    ...(dns?.search?.length ? { search: dns.search } : {}),
    ...(dns?.options?.length ? { options: dns.options } : {}),
  };
}

/** Reads a result of any version; undefined where there is none. */
export function readResult(value: unknown): CniResult | CniError | undefined {
  if (value === undefined || value === null) return undefined;
  if (isError(value)) return value;
  const plain = value as Plain;
  const old = [plain['ip4'], plain['ip6']].filter(Boolean) as {
    ip: string;
    gateway?: string;
    routes?: { dst: string; gw?: string }[];
  }[];
  const dns = plain['dns'] as Dns | undefined;
  if (old.length > 0) {
    return {
      ips: old.map(({ ip, gateway }) => ({ address: ip, ...(gateway ? { gateway } : {}) })),
      routes: old.flatMap(({ routes }) => routes ?? []),
      ...(dns ? { dns } : {}),
    };
  }
  const ips = ((plain['ips'] ?? []) as (IpConfig & { version?: string })[]).map(
    ({ version: _version, ...ip }) => ip,
  );
  return {
    ips,
    ...(plain['interfaces'] ? { interfaces: plain['interfaces'] as CniResult['interfaces'] } : {}),
    ...(plain['routes'] ? { routes: plain['routes'] as CniResult['routes'] } : {}),
    ...(dns ? { dns } : {}),
  } as CniResult;
}
