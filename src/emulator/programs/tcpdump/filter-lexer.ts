/** Splits a filter into its words and signs; undefined for letters that belong nowhere. */
export function words(text: string): readonly string[] | undefined {
  const found: string[] = [];
  const signs = String.raw`&&|\|\||<<|>>|<=|>=|!=|==|[()[\]!=<>+*/&|^%:-]`;
  const inside = String.raw`(?<=[A-Za-z0-9_.])[-:/](?=[A-Za-z0-9_.:])`;
  const name = String.raw`(?:\\?[A-Za-z0-9_.]|${inside})+`;
  const inet6 = String.raw`[0-9a-fA-F:]*::[0-9a-fA-F:.]*(?:/\d+)?`;
  const pattern = new RegExp(String.raw`\s*(?:(${inet6}|${name})|(${signs}))`, 'y');
  while (pattern.lastIndex < text.length) {
    if (/^\s*$/.test(text.slice(pattern.lastIndex))) break;
    const match = pattern.exec(text);
    if (!match) return undefined;
    const word = (match[1] ?? match[2]) as string;
    // `ip[2:2]`: offset and size, no address.
    found.push(...(/^\d+:\d$/.test(word) ? word.split(/(:)/) : [word]));
  }
  return found;
}
