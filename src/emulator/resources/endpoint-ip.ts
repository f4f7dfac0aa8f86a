import { invalid, type FieldError } from '../apimachinery/field-error.ts';
import { parseIP } from '../apimachinery/ip.ts';

/** `ValidateEndpointIP`: an address that traffic may be sent to. Ranges as Go's `net.IP` knows. */
export function validateEndpointIP(ip: string, path: string): FieldError[] {
  const bytes = parseIP(ip)?.bytes;
  if (!bytes) return [invalid(path, ip, 'must be a valid IP address')];
  const why = refusal(ip, bytes);
  return why ? [invalid(path, ip, why)] : [];
}

function refusal(ip: string, bytes: readonly number[]): string | undefined {
  const [a = 0, b = 0, c = 0] = bytes;
  const four = bytes.length === 4;
  const rest = bytes.slice(0, -1).every((byte) => byte === 0);
  if (rest && bytes.at(-1) === 0) return `may not be unspecified (${ip})`;
  if (four ? a === 127 : rest && bytes.at(-1) === 1) {
    return 'may not be in the loopback range (127.0.0.0/8, ::1/128)';
  }
  if (four ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80) {
    return 'may not be in the link-local range (169.254.0.0/16, fe80::/10)';
  }
  if (four ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 2) {
    return 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)';
  }
  return undefined;
}
