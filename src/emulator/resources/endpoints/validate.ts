import {
  at,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isValidIPForLegacyField } from '../../apimachinery/ip.ts';
import * as names from '../../apimachinery/names.ts';
import { validateEndpointIP } from '../endpoint-ip.ts';
import type { Address, Endpoints, Subset } from './index.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];

/** `ValidateEndpoints`; addresses that were there before need not be strictly written. */
export function validateEndpoints(
  { subsets = [] }: Endpoints,
  old: Endpoints | undefined,
): FieldError[] {
  const before = (old?.subsets ?? []).flatMap(({ addresses = [], notReadyAddresses = [] }) =>
    [...addresses, ...notReadyAddresses].map(({ ip }) => ip),
  );
  return subsets.flatMap((subset, index) => validateSubset(subset, before, at('subsets', index)));
}

function validateSubset(subset: Subset, before: readonly string[], path: string): FieldError[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  const errors: FieldError[] = [];
  if (addresses.length === 0 && notReadyAddresses.length === 0) {
    errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
  }
  const each = (list: readonly Address[], field: string) =>
    list.flatMap((address, i) => validateAddress(address, before, at(path, field, i)));
  errors.push(...each(addresses, 'addresses'), ...each(notReadyAddresses, 'notReadyAddresses'));
  ports.forEach((port, index) => {
    errors.push(...validatePort(port, ports.length > 1, at(path, 'ports', index)));
  });
  return errors;
}

function validateAddress(
  { ip = '', hostname, nodeName }: Address,
  before: readonly string[],
  path: string,
): FieldError[] {
  const errors = isValidIPForLegacyField(ip, true, before).map((each) =>
    invalid(at(path, 'ip'), ip, each),
  );
  if (hostname) {
    const texts = names.isDns1123Label(hostname);
    errors.push(...texts.map((each) => invalid(at(path, 'hostname'), hostname, each)));
  }
  if (nodeName !== undefined) {
    const texts = names.isDns1123Subdomain(nodeName);
    errors.push(...texts.map((each) => invalid(at(path, 'nodeName'), nodeName, each)));
  }
  return [...errors, ...validateEndpointIP(ip, at(path, 'ip'))];
}

function validatePort(
  port: NonNullable<Subset['ports']>[number],
  needsName: boolean,
  path: string,
): FieldError[] {
  const { name, protocol, appProtocol } = port;
  const number = port.port ?? 0;
  const errors: FieldError[] = [];
  if (name) {
    const texts = names.isDns1123Label(name);
    errors.push(...texts.map((each) => invalid(at(path, 'name'), name, each)));
  } else if (needsName) errors.push(required(at(path, 'name'), ''));
  const bad = names.isValidPortNum(number);
  errors.push(...bad.map((each) => invalid(at(path, 'port'), number, each)));
  if (!protocol) errors.push(required(at(path, 'protocol'), ''));
  else if (!protocols.includes(protocol)) {
    errors.push(notSupported(at(path, 'protocol'), protocol, protocols));
  }
  if (appProtocol !== undefined) {
    const texts = names.isQualifiedName(appProtocol);
    errors.push(...texts.map((each) => invalid(at(path, 'appProtocol'), appProtocol, each)));
  }
  return errors;
}
