import { invalid, type FieldError } from '../apimachinery/field-error.ts';
import * as names from '../apimachinery/names.ts';

/** An endpoint's address of an EndpointSlice, by the slice's address type. */
export function validateSliceAddress(address: string, type: string, path: string): FieldError[] {
  if (type === 'FQDN')
    return names.isDns1123Subdomain(address).map((each) => invalid(path, address, each));
  const right = type === 'IPv4' ? names.isIPv4(address) : names.isIPv6(address);
  if (!right) {
    const text = names.isIP(address)
      ? `must be an ${type} address`
      : `must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)`;
    return [invalid(path, address, text)];
  }
  if (address === '0.0.0.0' || address === '::')
    return [invalid(path, address, 'may not be unspecified (0.0.0.0 or ::)')];
  if (address.startsWith('127.') || address === '::1')
    return [invalid(path, address, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')];
  if (address.startsWith('169.254.') || /^fe80:/i.test(address))
    return [
      invalid(path, address, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'),
    ];
  if (address.startsWith('224.0.0.') || /^ff02:/i.test(address))
    return [
      invalid(
        path,
        address,
        'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
      ),
    ];
  return [];
}
