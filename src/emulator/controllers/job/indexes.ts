/** Indexes of an Indexed Job as its status writes them: `0-2,4`. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].toSorted((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const index of sorted) {
    const last = ranges.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  // Two in a row are two of a list; only three make a range.
  return ranges
    .map(([low, high]) =>
      low === high ? `${low}` : high === low + 1 ? `${low},${high}` : `${low}-${high}`,
    )
    .join(',');
}

/** The indexes that such a text names. */
export function parseIndexes(text: string | undefined): Set<number> {
  const found = new Set<number>();
  for (const part of (text ?? '').split(',').filter(Boolean)) {
    const [low = 0, high = low] = part.split('-').map(Number);
    for (let index = low; index <= high; index++) found.add(index);
  }
  return found;
}
