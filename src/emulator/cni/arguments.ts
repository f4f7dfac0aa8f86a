/** CNI_ARGS (`KEY=value;KEY=value`) as a map; pairs that are none are left out. */
export function readArgs(text: string | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const pair of (text ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0) found.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return found;
}
