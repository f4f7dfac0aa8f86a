// The little of DER that certificates need (X.690).

/** An element: its tag, the length, what is in it. */
export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 128) return Buffer.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.of(0x80 | bytes.length, ...bytes);
}

export const sequence = (...content: readonly Uint8Array[]) => element(0x30, ...content);
export const set = (...content: readonly Uint8Array[]) => element(0x31, ...content);
export const utf8 = (text: string) => element(0x0c, Buffer.from(text));
export const octets = (...content: readonly Uint8Array[]) => element(0x04, ...content);
export const bits = (content: Uint8Array) => element(0x03, Buffer.of(0), content);
export const truth = () => element(0x01, Buffer.of(0xff));
/** `[n]` with its content in it. */
export const explicit = (number: number, ...content: readonly Uint8Array[]) =>
  element(0xa0 | number, ...content);

/** A positive whole number. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes[0] ?? 0;
  return element(0x02, ...(first > 127 ? [Buffer.of(0)] : []), bytes);
}

/** `2.5.4.3` */
export function identifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const each of rest) {
    const groups = [each % 128];
    for (let left = Math.floor(each / 128); left > 0; left = Math.floor(left / 128)) {
      groups.unshift((left % 128) + 128);
    }
    bytes.push(...groups);
  }
  return element(0x06, Buffer.from(bytes));
}

/** A point in time, as GeneralizedTime. */
export function time(at: Date): Buffer {
  const text = at.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return element(0x18, Buffer.from(text));
}
