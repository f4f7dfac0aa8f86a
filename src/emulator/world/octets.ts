// Texts of the emulator are letters; files, pipes and connections of real machines are bytes. What
// is no UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF, so that it comes back as it went in.

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const ESCAPED = /[\udc80-\udcff]/u;

/** Text of bytes. */
export function textOfOctets(bytes: Uint8Array): string {
  return decoded(bytes) ?? loose(bytes);
}

/** Whether a text stands for bytes that are no UTF-8. */
export const isBinary = (text: string): boolean => ESCAPED.test(text);

/** Bytes of text. */
export function octetsOf(text: string): Uint8Array {
  if (!ESCAPED.test(text)) return encoder.encode(text);
  const parts = text
    .split(/([\udc80-\udcff]+)/u)
    .map((part) =>
      ESCAPED.test(part)
        ? Uint8Array.from(part, (letter) => letter.charCodeAt(0) - 0xdc00)
        : encoder.encode(part),
    );
  return joined(parts);
}

/** Pieces one after another. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** How many bytes at the end begin a letter that is not whole. */
export function cutOff(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

function lengthOf(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}

/** Letter by letter, where some bytes are no UTF-8. */
function loose(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] as number;
    const length = lengthOf(byte);
    const letter = byte < 0x80 || byte >= 0xc2 ? decoded(bytes.subarray(at, at + length)) : '';
    parts.push(letter || String.fromCharCode(0xdc00 + byte));
    at += letter ? length : 1;
  }
  return parts.join('');
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}
