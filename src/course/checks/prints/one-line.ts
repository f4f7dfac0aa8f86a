/** A text as one short line, to be shown: its first lines, and dots for the rest. */
export function oneLine(text: string): string {
  const line = text
    .trim()
    .split(/\s*\n\s*/)
    .join(' · ');
  return line.length > 100 ? `${line.slice(0, 97)}…` : line;
}
