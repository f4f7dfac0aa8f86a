import {
  at,
  duplicate,
  internal,
  invalid,
  notSupported,
  required,
  tooMany,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isFullyQualifiedDomainName } from '../../apimachinery/domain-names.ts';
import { isValidIPForLegacyField } from '../../apimachinery/ip.ts';
import * as names from '../../apimachinery/names.ts';
import { validateEndpointIP } from '../endpoint-ip.ts';
import { immutable, validateLabels } from '../metadata.ts';
import type { EndpointSlice, SliceEndpoint, SlicePort } from './index.ts';

const types = ['FQDN', 'IPv4', 'IPv6'];
const protocols = ['SCTP', 'TCP', 'UDP'];
const MAX_ENDPOINTS = 1_000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;
const MAX_TOPOLOGY_LABELS = 16;
const MAX_HINTS = 8;
const ZONE = 'topology.kubernetes.io/zone';

/** `ValidateEndpointSlice` and its update (`pkg/apis/discovery/validation`), in their order. */
export function validate(slice: EndpointSlice, old: EndpointSlice | undefined): FieldError[] {
  const { addressType: type } = slice;
  const changed = old ? immutable('addressType', type, old.addressType) : [];
  if (changed.length > 0) return changed;
  const errors: FieldError[] = [];
  if (!type) errors.push(required('addressType', ''));
  else if (!types.includes(type)) errors.push(notSupported('addressType', type, types));
  const before = (old?.endpoints ?? []).flatMap(({ addresses }) => addresses);
  const endpoints = slice.endpoints ?? [];
  if (endpoints.length > MAX_ENDPOINTS) {
    errors.push(tooMany('endpoints', endpoints.length, MAX_ENDPOINTS));
  } else {
    errors.push(
      ...endpoints.flatMap((each, index) =>
        validateEndpoint(each, type, before, at('endpoints', index)),
      ),
    );
  }
  errors.push(...validatePorts(slice.ports ?? []));
  return errors;
}

function validateEndpoint(
  endpoint: SliceEndpoint,
  type: string,
  before: readonly string[],
  path: string,
): FieldError[] {
  const { nodeName, hostname, deprecatedTopology: topology } = endpoint;
  const addresses = endpoint.addresses ?? [];
  const list = at(path, 'addresses');
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(list, 'must contain at least 1 address'));
  else if (addresses.length > MAX_ADDRESSES) {
    errors.push(tooMany(list, addresses.length, MAX_ADDRESSES));
  }
  addresses.forEach((address, index) => {
    errors.push(...validateAddress(address, type, before, list, index));
  });
  if (nodeName !== undefined) errors.push(...nodeErrors(nodeName, at(path, 'nodeName')));
  const labels = at(path, 'deprecatedTopology');
  const count = Object.keys(topology ?? {}).length;
  if (count > MAX_TOPOLOGY_LABELS) errors.push(tooMany(labels, count, MAX_TOPOLOGY_LABELS));
  errors.push(...validateLabels(topology, labels));
  if (topology?.[ZONE] !== undefined) {
    errors.push(internal(`${labels}[${ZONE}]`, 'reserved key was not removed in conversion'));
  }
  if (hostname !== undefined) {
    const texts = names.isDns1123Label(hostname);
    errors.push(...texts.map((each) => invalid(at(path, 'hostname'), hostname, each)));
  }
  return [...errors, ...validateHints(endpoint, at(path, 'hints'))];
}

/** Addresses of a type that is not known are not looked at. */
function validateAddress(
  address: string,
  type: string,
  before: readonly string[],
  list: string,
  index: number,
): FieldError[] {
  const path = at(list, index);
  if (type === 'FQDN') {
    return isFullyQualifiedDomainName(address).map((each) => invalid(path, address, each));
  }
  if (!types.includes(type)) return [];
  const texts = isValidIPForLegacyField(address, true, before);
  if (texts.length > 0) return texts.map((each) => invalid(path, address, each));
  const family = address.includes(':') ? 'IPv6' : 'IPv4';
  // Upstream names the list here, not the address in it.
  const wrong = family === type ? [] : [invalid(list, address, `must be an ${type} address`)];
  return [...wrong, ...validateEndpointIP(address, path)];
}

function nodeErrors(name: string, path: string): FieldError[] {
  return names.isDns1123Subdomain(name).map((each) => invalid(path, name, each));
}

function validateHints({ hints }: SliceEndpoint, path: string): FieldError[] {
  const each = (
    list: readonly { readonly name: string }[],
    field: string,
    rule: (name: string, path: string) => FieldError[],
  ): FieldError[] => {
    const all = at(path, field);
    if (list.length > MAX_HINTS) return [tooMany(all, list.length, MAX_HINTS)];
    return list.flatMap(({ name }, index) => {
      const place = at(all, index, 'name');
      const first = list.findIndex((other) => other.name === name);
      return [...(first < index ? [duplicate(place, name)] : []), ...rule(name, place)];
    });
  };
  const label = (name: string | undefined, place: string) =>
    names.isValidLabelValue(name ?? '').map((text) => invalid(place, name ?? '', text));
  return [
    ...each(hints?.forZones ?? [], 'forZones', label),
    ...each(hints?.forNodes ?? [], 'forNodes', nodeErrors),
  ];
}

function validatePorts(ports: readonly SlicePort[]): FieldError[] {
  if (ports.length > MAX_PORTS) return [tooMany('ports', ports.length, MAX_PORTS)];
  const seen = new Set<string>();
  return ports.flatMap((port, index) => {
    const path = at('ports', index);
    const name = port.name ?? '';
    const errors: FieldError[] = [];
    if (name !== '') {
      const texts = names.isDns1123Label(name);
      errors.push(...texts.map((each) => invalid(at(path, 'name'), name, each)));
    }
    if (seen.has(name)) errors.push(duplicate(at(path, 'name'), name));
    seen.add(name);
    const { protocol, appProtocol } = port;
    if (!protocol) errors.push(required(at(path, 'protocol'), ''));
    else if (!protocols.includes(protocol)) {
      errors.push(notSupported(at(path, 'protocol'), protocol, protocols));
    }
    if (appProtocol !== undefined) {
      const texts = names.isQualifiedName(appProtocol);
      errors.push(...texts.map((each) => invalid(at(path, 'appProtocol'), appProtocol, each)));
    }
    return errors;
  });
}
