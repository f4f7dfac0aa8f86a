/** The eight groups of an IPv6 address. */
export function ipv6Groups(address: string): readonly number[] {
  const [before = '', after] = address.split('::');
  const groups = (text: string) => text.split(':').filter((each) => each !== '');
  const [left, right] = [groups(before), groups(after ?? '')];
  const missing = Math.max(0, 8 - left.length - right.length);
  const middle = Array.from({ length: missing }, () => '0');
  return [...left, ...middle, ...right].map((each) => Number.parseInt(each, 16));
}

/** Whether a text is an address rather than a name. */
export const isAddress = (text: string): boolean =>
  /^\d+\.\d+\.\d+\.\d+$/.test(text) || /^[0-9a-f]*:[0-9a-f:.]+$/i.test(text);
