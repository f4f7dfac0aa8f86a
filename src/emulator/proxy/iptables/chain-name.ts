import { base32, sha256OfText } from '../../apimachinery/sha256.ts';
import type { ProxyEndpoint, ServicePort } from '../services.ts';

/** Chains of one service port. */
export interface ServiceChains {
  readonly cluster: string;
  readonly local: string;
  readonly external: string;
  readonly firewall: string;
}

/** First sixteen letters of the base32 of the SHA-256 of a text. */
export function hash16(text: string): string {
  return base32(sha256OfText(text).subarray(0, 10));
}

/** Names of a service port's chains: a prefix and the hash of its label and protocol. */
export function serviceChains(port: ServicePort): ServiceChains {
  const hash = hash16(port.label + port.protocol);
  return {
    cluster: `KUBE-SVC-${hash}`,
    local: `KUBE-SVL-${hash}`,
    external: `KUBE-EXT-${hash}`,
    firewall: `KUBE-FW-${hash}`,
  };
}

/** Name of the chain of one endpoint of a service port. */
export function endpointChain(port: ServicePort, endpoint: ProxyEndpoint): string {
  const of = port.label + port.protocol;
  const known = names.get(endpoint);
  if (known?.of === of) return known.name;
  const name = `KUBE-SEP-${hash16(of + endpoint.text)}`;
  names.set(endpoint, { of, name });
  return name;
}

/** Names by endpoint: a hash costs more than all else that is done for an endpoint. */
const names = new WeakMap<ProxyEndpoint, { readonly of: string; readonly name: string }>();
