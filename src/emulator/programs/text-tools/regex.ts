/** A POSIX regular expression as JavaScript's: basic ones have their operators escaped. */
export function toRegExp(pattern: string, extended: boolean, flags = ''): RegExp | undefined {
  const classes: Readonly<Record<string, string>> = {
    alpha: 'A-Za-z',
    digit: '0-9',
    alnum: 'A-Za-z0-9',
    space: '\\s',
    upper: 'A-Z',
    lower: 'a-z',
    punct: '!-/:-@[-`{-~',
  };
  let source = pattern.replaceAll(/\[:(\w+):\]/g, (_all, name: string) => classes[name] ?? '');
  if (!extended) {
    source = source.replaceAll(
      /\\([(){}|+?])|([(){}|+?])|(\\.)/g,
      (all, escaped?: string, plain?: string) => escaped ?? (plain ? `\\${plain}` : all),
    );
  }
  source = source.replaceAll('\\<', '\\b').replaceAll('\\>', '\\b').replace(/^\*/, '\\*');
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}
