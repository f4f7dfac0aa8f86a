const rotate = (value: number, by: number) => (value << by) | (value >>> (32 - by));

/**
 * Bob Jenkins' hash as the kernel has it (`jhash2` of include/linux/jhash.h): of 32-bit words, with
 * a start value. The result is unsigned.
 */
export function jhash2(words: readonly number[], initval: number): number {
  const start = (0xdeadbeef + words.length * 4 + initval) | 0;
  let [a, b, c] = [start, start, start];
  let at = 0;
  let left = words.length;
  const word = (offset: number) => words[at + offset] ?? 0;
  for (; left > 3; left -= 3, at += 3) {
    [a, b, c] = mix((a + word(0)) | 0, (b + word(1)) | 0, (c + word(2)) | 0);
  }
  if (left === 0) return c >>> 0;
  if (left > 2) c = (c + word(2)) | 0;
  if (left > 1) b = (b + word(1)) | 0;
  a = (a + word(0)) | 0;
  return final(a, b, c);
}

function mix(x: number, y: number, z: number): [number, number, number] {
  let [a, b, c] = [x, y, z];
  a = ((a - c) | 0) ^ rotate(c, 4);
  c = (c + b) | 0;
  b = ((b - a) | 0) ^ rotate(a, 6);
  a = (a + c) | 0;
  c = ((c - b) | 0) ^ rotate(b, 8);
  b = (b + a) | 0;
  a = ((a - c) | 0) ^ rotate(c, 16);
  c = (c + b) | 0;
  b = ((b - a) | 0) ^ rotate(a, 19);
  a = (a + c) | 0;
  c = ((c - b) | 0) ^ rotate(b, 4);
  b = (b + a) | 0;
  return [a, b, c];
}

function final(x: number, y: number, z: number): number {
  let [a, b, c] = [x, y, z];
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return c >>> 0;
}
