import { cutOff, octetsOf, textOfOctets } from '../emulator/world/octets.ts';

/** Turns pieces of bytes into text; a letter that is cut off waits for the rest. */
export function createDecoder(): (bytes: Uint8Array) => string {
  let rest: Uint8Array = new Uint8Array();
  return (bytes) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const whole = all.length - cutOff(all);
    rest = all.slice(whole);
    return textOfOctets(all.subarray(0, whole));
  };
}

/** Bytes of text. */
export function bytesOf(text: string): Buffer {
  const { buffer, byteOffset, byteLength } = octetsOf(text);
  return Buffer.from(buffer, byteOffset, byteLength);
}
