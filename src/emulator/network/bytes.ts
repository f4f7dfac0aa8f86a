/** Bytes of a text in UTF-8. A lone U+DC80 to U+DCFF is one byte that is no UTF-8. */
export function byteLength(text: string): number {
  let bytes = text.length;
  let high = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const paired = high;
    high = false;
    if (code < 0x80) continue;
    high = code >= 0xd800 && code <= 0xdbff;
    if (!paired && code >= 0xdc80 && code <= 0xdcff) continue;
    // A surrogate pair is two characters and four bytes, so two for each half.
    bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/** Pieces of a text of at most `size` bytes each; characters are never cut. */
export function splitBytes(text: string, size: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  if (byteLength(text) === text.length) {
    for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
    return pieces;
  }
  for (const character of text) {
    const bytes = byteLength(character);
    if (used + bytes > size) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += character;
    used += bytes;
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}
