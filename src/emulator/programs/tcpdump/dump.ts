import type { Octets } from './octets.ts';

const letter = (byte: number): string =>
  byte > 32 && byte < 127 ? String.fromCharCode(byte) : '.';

/** Bytes in rows of sixteen, two together, with their letters where they are wanted. */
export function hexDump(bytes: Octets, letters: boolean): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.slice(at, at + 16)];
    const pairs: string[] = [];
    for (let i = 0; i < row.length; i += 2) {
      const pair = row.slice(i, i + 2).map((byte) => byte.toString(16).padStart(2, '0'));
      pairs.push(pair.join(''));
    }
    const digits = pairs.map((pair) => ` ${pair}`).join('');
    const shown = letters ? `${digits.padEnd(40)}  ${row.map(letter).join('')}` : digits;
    text += `\n\t0x${at.toString(16).padStart(4, '0')}: ${shown}`;
  }
  return text;
}

/** Bytes as text (ascii_print): what cannot be shown is a dot. */
export function asciiDump(bytes: Octets): string {
  let text = '\n';
  bytes.forEach((byte, index) => {
    if (byte === 13) {
      // A carriage return before a new line says nothing.
      if (bytes[index + 1] !== 10) text += '.';
    } else if (byte === 9 || byte === 10 || byte === 32) text += String.fromCharCode(byte);
    else text += letter(byte);
  });
  return text;
}
