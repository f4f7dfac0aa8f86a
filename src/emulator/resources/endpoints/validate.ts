import {
  at,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import * as names from '../../apimachinery/names.ts';
import type { Endpoints } from './index.ts';

const BAD_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

/** `ValidateEndpoints`. */
export function validateEndpoints({ subsets = [] }: Endpoints): FieldError[] {
  return subsets.flatMap((subset, index) => {
    const path = at('subsets', index);
    const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
    const errors: FieldError[] = [];
    if (addresses.length === 0 && notReadyAddresses.length === 0) {
      errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
    }
    const each = (list: typeof addresses, field: string) =>
      list.forEach((address, i) => {
        const place = at(path, field, i);
        errors.push(...validateAddress(address.ip, at(place, 'ip')));
        if (address.hostname) {
          errors.push(
            ...names
              .isDns1123Label(address.hostname)
              .map((text) => invalid(at(place, 'hostname'), address.hostname, text)),
          );
        }
        if (address.nodeName) {
          errors.push(
            ...names
              .isDns1123Subdomain(address.nodeName)
              .map((text) => invalid(at(place, 'nodeName'), address.nodeName, text)),
          );
        }
      });
    each(addresses, 'addresses');
    each(notReadyAddresses, 'notReadyAddresses');
    ports.forEach((port, i) => {
      const place = at(path, 'ports', i);
      if (ports.length > 1 && !port.name) errors.push(required(at(place, 'name'), ''));
      else if (port.name)
        errors.push(
          ...names
            .isDns1123Label(port.name)
            .map((text) => invalid(at(place, 'name'), port.name, text)),
        );
      errors.push(
        ...names
          .isValidPortNum(port.port ?? 0)
          .map((text) => invalid(at(place, 'port'), port.port ?? 0, text)),
      );
      if (!port.protocol) errors.push(required(at(place, 'protocol'), ''));
      else if (!['SCTP', 'TCP', 'UDP'].includes(port.protocol)) {
        errors.push(notSupported(at(place, 'protocol'), port.protocol, ['SCTP', 'TCP', 'UDP']));
      }
    });
    return errors;
  });
}

/** An address that endpoints may have: no loopback, link-local or multicast. */
export function validateAddress(ip: string, path: string): FieldError[] {
  if (!names.isIP(ip)) return [invalid(path, ip, BAD_IP)];
  if (ip === '0.0.0.0' || ip === '::')
    return [invalid(path, ip, 'may not be unspecified (0.0.0.0 or ::)')];
  if (ip.startsWith('127.') || ip === '::1')
    return [invalid(path, ip, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')];
  if (ip.startsWith('169.254.') || /^fe80:/i.test(ip))
    return [invalid(path, ip, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')];
  if (ip.startsWith('224.0.0.') || /^ff02:/i.test(ip))
    return [
      invalid(path, ip, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'),
    ];
  return [];
}
