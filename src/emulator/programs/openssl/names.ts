import { civil } from '../../world/time.ts';
import type { Micros } from '../../world/json.ts';
import { printName, type Name, type NameStyle } from '../../x509/names.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Nov 23 00:17:45 2026 GMT` */
export function dateText(at: Micros): string {
  const { year, month, day, hour, minute, second } = civil(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(hour)}:${two(minute)}:${two(second)}`;
  return `${MONTHS[month - 1]} ${String(day).padStart(2)} ${time} ${year} GMT`;
}

const styles: Readonly<Record<string, NameStyle>> = {
  oneline: 'oneline',
  RFC2253: 'rfc2253',
  compat: 'compat',
  multiline: 'multiline',
};

/** The style that `-nameopt` asks for. */
export const styleOf = (word: string | undefined): NameStyle => styles[word ?? ''] ?? 'oneline';

/** `subject=CN = x`, or on lines of its own. */
export function nameLine(label: string, name: Name, style: NameStyle): string {
  const between = style === 'multiline' ? '\n' : '';
  return `${label}=${between}${printName(name, style)}\n`;
}
