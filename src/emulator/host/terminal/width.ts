/** Cells that a text takes on a screen: Hangul and other wide letters take two. */
export function cellWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += letterWidth(letter.codePointAt(0) as number);
  return width;
}

function letterWidth(code: number): number {
  if (code < 0x20 || (code >= 0x300 && code < 0x370)) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff);
  return wide ? 2 : 1;
}
