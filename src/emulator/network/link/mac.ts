/** Twelve hexadecimal digits as a unicast, locally administered MAC address. */
export function localMac(digits: string): string {
  const first = (parseInt(digits.slice(0, 2), 16) & 0xfe) | 0x02;
  const bytes = [first.toString(16).padStart(2, '0')];
  for (let i = 2; i < 12; i += 2) bytes.push(digits.slice(i, i + 2));
  return bytes.join(':');
}
