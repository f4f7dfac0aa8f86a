const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A sentence with `code` and **weight** as HTML; everything else is plain text. */
export function inline(text: string): string {
  return text
    .replace(/[&<>]/g, (letter) => escapes[letter] as string)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>');
}
