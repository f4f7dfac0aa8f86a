/** Names that are near a mistyped one, in the order given (cobra's suggestions). */
export function similar(word: string, names: readonly string[]): readonly string[] {
  return names.filter((name) => {
    const near = distance(word.toLowerCase(), name.toLowerCase()) <= 2;
    return near || name.toLowerCase().startsWith(word.toLowerCase());
  });
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_none, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, change));
    }
    row = next;
  }
  return row[b.length] as number;
}
