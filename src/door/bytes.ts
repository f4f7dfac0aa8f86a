// Bytes as the emulator's text: UTF-8, and what is none as lone surrogates U+DC80 to U+DCFF, so
// that a file of any content comes back as it went in.

/** Turns pieces of bytes into text; a letter that is cut off waits for the rest. */
export function createDecoder(): (bytes: Uint8Array) => string {
  let rest: Uint8Array = new Uint8Array();
  return (bytes) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const whole = all.length - cutOff(all);
    rest = all.slice(whole);
    return textOf(all.subarray(0, whole));
  };
}

/** How many bytes at the end begin a letter that is not whole. */
function cutOff(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

function lengthOf(first: number): number {
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text of bytes. */
export function textOf(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return loose(bytes);
  }
}

/** Letter by letter, where some bytes are no UTF-8. */
function loose(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at] as number;
    const length = byte < 0x80 ? 1 : lengthOf(byte);
    const letter = byte < 0x80 || byte >= 0xc2 ? decoded(bytes.subarray(at, at + length)) : '';
    parts.push(letter === '' ? String.fromCharCode(0xdc00 + byte) : letter);
    at += letter === '' ? 1 : length;
  }
  return parts.join('');
}

function decoded(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return '';
  }
}

const ESCAPED = /[\udc80-\udcff]/u;

/** Bytes of text. */
export function bytesOf(text: string): Buffer {
  if (!ESCAPED.test(text)) return Buffer.from(text, 'utf8');
  const parts = text.split(/([\udc80-\udcff]+)/u).map((part) => {
    if (!ESCAPED.test(part)) return Buffer.from(part, 'utf8');
    return Buffer.from([...part].map((letter) => letter.charCodeAt(0) - 0xdc00));
  });
  return Buffer.concat(parts);
}
