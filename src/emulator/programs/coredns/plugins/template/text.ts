/** What a template may speak of. */
export type Values = Readonly<
  Record<string, string | readonly string[] | Readonly<Record<string, string>>>
>;

/** What Go's text/template says about a text; undefined for one that is right. */
export function compileProblem(name: string, text: string): string | undefined {
  const opened = text.lastIndexOf('{{');
  if (opened >= 0 && !text.slice(opened).includes('}}'))
    return `template: ${name}:1: unclosed action`;
  for (const [, action = ''] of text.matchAll(/\{\{-?\s*(.*?)\s*-?\}\}/gs)) {
    const word = /^[A-Za-z]\w*/.exec(action)?.[0];
    if (
      word !== undefined &&
      !['index', 'parseInt', 'if', 'else', 'end', 'range', 'with', 'printf'].includes(word)
    ) {
      return `template: ${name}:1: function ${JSON.stringify(word)} not defined`;
    }
  }
  return undefined;
}

/** A text with its actions carried out: fields (`.Group.n`) and `index .Match 1`. */
export function fill(text: string, values: Values): string {
  return text.replaceAll(/\{\{-?\s*(.*?)\s*-?\}\}/gs, (_whole, action: string) => {
    const index = /^index\s+\.(\w+)\s+"?(\w+)"?$/.exec(action);
    if (index) return part(values[index[1] as string], index[2] as string);
    const [, field = '', inner] = /^\.(\w+)(?:\.(\w+))?$/.exec(action) ?? [];
    const value = values[field];
    if (inner !== undefined) return part(value, inner);
    return typeof value === 'string' ? value : '<no value>';
  });
}

function part(value: Values[string] | undefined, key: string): string {
  if (value === undefined || typeof value === 'string') return '<no value>';
  return (value as Readonly<Record<string, string>>)[key] ?? '<no value>';
}
