/** Wraps text at blanks, keeping its own line breaks (mitchellh/go-wordwrap `WrapString`). */
export function wrap(text: string, limit: number): string {
  let out = '';
  let word = '';
  let space = '';
  let current = 0;
  for (const c of text) {
    if (c === '\n') {
      if (word === '') {
        if (current + space.length <= limit) out += space;
      } else out += space + word;
      [space, word] = ['', ''];
      out += c;
      current = 0;
    } else if (/\s/.test(c) && c !== '\xa0') {
      if (space === '' || word !== '') {
        current += space.length + word.length;
        out += space + word;
        [space, word] = ['', ''];
      }
      space += c;
    } else {
      word += c;
      if (current + word.length + space.length > limit && word.length < limit) {
        out += '\n';
        current = 0;
        space = '';
      }
    }
  }
  if (word !== '') return out + space + word;
  return current + space.length <= limit ? out + space : out;
}

/** Puts blanks in front of every line. */
export function indent(text: string, by: number): string {
  const pad = ' '.repeat(by);
  return text
    .split('\n')
    .map((line) => pad + line)
    .join('\n');
}
