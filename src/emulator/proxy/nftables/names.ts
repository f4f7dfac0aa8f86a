import { base32, sha256OfText } from '../../apimachinery/sha256.ts';
import type { ProxyEndpoint, ServicePort } from '../services.ts';

/** Chains of one service port. */
export interface ServiceNames {
  readonly cluster: string;
  readonly local: string;
  readonly external: string;
  readonly firewall: string;
}

/** The longest name that nftables takes, without the longest prefix. */
const LONGEST = 256 - 16;

/** A name behind eight letters of its hash, cut where it would be too long. */
function hashed(name: string): string {
  const whole = `${base32(sha256OfText(name).subarray(0, 5))}-${name}`;
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST - 3)}...` : whole;
}

/** `namespace/name/protocol/port`, with nothing behind the last slash for ports without a name. */
function pathOf({ namespace, service, protocol, label }: ServicePort): string {
  const [, port = ''] = label.slice(namespace.length + 1 + service.length).split(':');
  return `${namespace}/${service}/${protocol}/${port}`;
}

/** Names of a service port's chains (upstream's servicePortChainNameBase). */
export function serviceNames(port: ServicePort): ServiceNames {
  const base = hashed(pathOf(port));
  return {
    cluster: `service-${base}`,
    local: `local-${base}`,
    external: `external-${base}`,
    firewall: `firewall-${base}`,
  };
}

/** Names of the chain and the affinity set of one endpoint of a service port. */
export function endpointNames(
  port: ServicePort,
  endpoint: ProxyEndpoint,
): { readonly chain: string; readonly affinity: string } {
  const address = endpoint.address.replaceAll(':', '.');
  const base = hashed(`${pathOf(port)}__${address}/${endpoint.port}`);
  return { chain: `endpoint-${base}`, affinity: `affinity-${base}` };
}

/** Chains of services and endpoints have a slash in their names, no other chain has. */
export function isServiceChain(name: string): boolean {
  return name.includes('/');
}

export function isAffinitySet(name: string): boolean {
  return name.startsWith('affinity-');
}
