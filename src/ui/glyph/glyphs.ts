/**
 * The glyphs of the way, as SVG inner markup in a 24 by 24 box, drawn with the current colour. The
 * outline alone tells the verdict; a word always stands beside it.
 */
export const glyphs = {
  delivered:
    '<circle cx="12" cy="12" r="9" fill="none" ' +
    'stroke="currentColor" stroke-width="2.4"/><circle cx="12" ' +
    'cy="12" r="4.6" fill="currentColor"/>',
  refused:
    '<path d="M20 4v16" stroke="currentColor" stroke-width="3" ' +
    'fill="none"/><path d="M3 8h9a4 4 0 0 1 0 8H5" ' +
    'stroke="currentColor" stroke-width="2.4" fill="none"/><path ' +
    'd="M9 12.2 5 16l4 3.8" stroke="currentColor" ' +
    'stroke-width="2.4" fill="none"/>',
  dropped:
    '<path d="M2 7h8" stroke="currentColor" stroke-width="2.8" ' +
    'fill="none"/><circle cx="13.5" cy="8" r="1.7" ' +
    'fill="currentColor"/><circle cx="17" cy="11" r="1.6" ' +
    'fill="currentColor"/><circle cx="19" cy="15.4" r="1.5" ' +
    'fill="currentColor"/><circle cx="19.8" cy="20" r="1.3" ' +
    'fill="currentColor"/>',
  rejected:
    '<path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3z" ' +
    'fill="none" stroke="currentColor" stroke-width="2.2"/><path ' +
    'd="M7.5 12h9" stroke="currentColor" stroke-width="2.6"/>',
  nxdomain:
    '<path d="m12 2.5 3.4 3.4M18 8.5l3.5 3.5-3.5 3.5M15.4 18.1 12 ' +
    '21.5 8.6 18.1M6 15.5 2.5 12 6 8.5M8.6 5.9 12 2.5" fill="none" ' +
    'stroke="currentColor" stroke-width="2.2"/><path d="m8.5 15.5 ' +
    '7-7" stroke="currentColor" stroke-width="2.4"/>',
  servfail:
    '<path d="m12 2.5 9.5 9.5-9.5 9.5L2.5 12z" fill="none" ' +
    'stroke="currentColor" stroke-width="2.2"/><path d="M12 ' +
    '7.5v5.4" stroke="currentColor" stroke-width="2.4"/><circle ' +
    'cx="12" cy="16" r="1.4" fill="currentColor"/>',
  'http-error':
    '<path d="M3.5 4.5h17v15h-17z" fill="none" ' +
    'stroke="currentColor" stroke-width="2.2"/><path d="m9 9 6 ' +
    '6m0-6-6 6" stroke="currentColor" stroke-width="2.2"/>',
  unknown:
    '<circle cx="12" cy="12" r="9" fill="none" ' +
    'stroke="currentColor" stroke-width="2.2" stroke-dasharray="4 ' +
    '3.07"/>',
  pod:
    '<path d="m12 2.8 8 4.6v9.2l-8 4.6-8-4.6V7.4z" fill="none" ' +
    'stroke="currentColor" stroke-width="2.2"/>',
  jog: '<path d="M2 16.5h9v-9h11" fill="none" stroke="currentColor" stroke-width="2.6"/>',
  question:
    '<circle cx="12" cy="12" r="10" fill="none" ' +
    'stroke="currentColor" stroke-width="2"/><path d="M9 9.5a3 3 0 ' +
    '1 1 4.3 2.7c-.9.5-1.3 1-1.3 2" fill="none" ' +
    'stroke="currentColor" stroke-width="2"/><circle cx="12" ' +
    'cy="17.2" r="1.3" fill="currentColor"/>',
} as const;

export type GlyphName = keyof typeof glyphs;

/** A whole SVG element of a glyph; hidden from readers, for a word stands beside it. */
export function glyphSvg(name: GlyphName, size: number): string {
  return (
    `<svg class="glyph" width="${size}" height="${size}" viewBox="0 0 24 24" aria-hidden="true">` +
    `${glyphs[name]}</svg>`
  );
}

/** Which glyph ends the line for an ending of a trace or a check. */
export function glyphOfEnding(ending: string): GlyphName {
  if (ending in glyphs) return ending as GlyphName;
  return ending === 'pass' ? 'delivered' : 'unknown';
}
