/** A line with its history references put in, or the reference that there is nothing for. */
export type Expanded =
  { readonly line: string; readonly changed: boolean } | { readonly missing: string };

/** `!!`, `!n`, `!-n`, `!text`, `!?text?`, `!$`, `!*`, `!^` and `^old^new`. */
export function expandHistory(line: string, history: readonly string[]): Expanded {
  const quick = /^\^([^^]+)\^([^^]*)\^?(.*)$/.exec(line);
  if (quick) {
    const last = history.at(-1);
    const [, old = '', fresh = '', rest = ''] = quick;
    if (last === undefined || !last.includes(old)) return { missing: `:s${line}` };
    return { line: last.replace(old, () => fresh) + rest, changed: true };
  }
  let result = '';
  let quote = '';
  let changed = false;
  for (let i = 0; i < line.length; i++) {
    const letter = line[i] as string;
    if (letter === '\\') {
      result += letter + (line[++i] ?? '');
      continue;
    }
    if (letter === "'" && quote !== '"') quote = quote === "'" ? '' : "'";
    else if (letter === '"' && quote !== "'") quote = quote === '"' ? '' : '"';
    if (letter !== '!' || quote === "'") {
      result += letter;
      continue;
    }
    const rest = line.slice(i + 1);
    const found = reference(rest, quote);
    if (!found) {
      result += letter;
      continue;
    }
    const event = eventOf(found.event, history);
    if (event === undefined) return { missing: `!${rest.slice(0, found.length)}` };
    result += wordsOf(event, found.words);
    changed = true;
    i += found.length;
  }
  return { line: result, changed };
}

interface Reference {
  readonly event: string;
  readonly words: string;
  readonly length: number;
}

function reference(rest: string, quote: string): Reference | undefined {
  if (rest === '' || /^[\s=(]/.test(rest) || (quote === '"' && rest.startsWith('"')))
    return undefined;
  const short = /^[$*^]/.exec(rest);
  if (short) return { event: '!', words: short[0], length: 1 };
  const found = /^(!|-?\d+|\?[^?]*\??|[^\s:;&|"'$*^()<>]+)(?::?([$*^]|(?<=:)\d+))?/.exec(rest);
  if (!found) return undefined;
  return { event: found[1] as string, words: found[2] ?? '', length: found[0].length };
}

function eventOf(event: string, history: readonly string[]): string | undefined {
  if (event === '!') return history.at(-1);
  if (/^-\d+$/.test(event)) return history.at(Number(event));
  if (/^\d+$/.test(event)) return history[Number(event) - 1];
  if (event.startsWith('?')) {
    const text = event.replace(/^\?|\?$/g, '');
    return history.findLast((line) => line.includes(text));
  }
  return history.findLast((line) => line.startsWith(event));
}

function wordsOf(event: string, which: string): string {
  if (which === '') return event;
  const words = event.match(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  if (which === '$') return words.at(-1) ?? '';
  if (which === '^') return words[1] ?? '';
  return which === '*' ? words.slice(1).join(' ') : (words[Number(which)] ?? '');
}

/** A command over several lines as the one line that history keeps. */
export function historyLine(text: string): string {
  if (!text.includes('\n') || /<<-?\s*\S/.test(text)) return text;
  return text
    .split('\n')
    .reduce((all, line) =>
      /(?:^|[\s;])(?:do|then|else|in)\s*$|[{(;|&\\]\s*$/.test(all)
        ? `${all.replace(/\\$/, '')} ${line.trim()}`
        : `${all}; ${line.trim()}`,
    );
}
