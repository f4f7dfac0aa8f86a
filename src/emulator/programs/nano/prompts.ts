import { goTo, replaceAll, searchFor, textOf, type Nano } from './state.ts';

/** What is asked on the status bar. */
export type Prompt =
  | { readonly kind: 'write'; readonly text: string; readonly leave: boolean }
  | { readonly kind: 'search'; readonly text: string }
  | { readonly kind: 'replace'; readonly text: string; readonly wanted?: string }
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'save' };

/** The question and what has been typed. */
export function question(nano: Nano): string {
  const { prompt, search } = nano;
  switch (prompt?.kind) {
    case 'write':
      return `File Name to Write: ${prompt.text}`;
    case 'search':
      return `Search${search === '' ? '' : ` [${search}]`}: ${prompt.text}`;
    case 'replace':
      return prompt.wanted === undefined
        ? `Search (to replace)${search === '' ? '' : ` [${search}]`}: ${prompt.text}`
        : `Replace with: ${prompt.text}`;
    case 'line':
      return `Enter line number, column number: ${prompt.text}`;
    case 'save':
      return 'Save modified buffer? ';
    default:
      return '';
  }
}

/** What a key makes of a question. */
export function answer(nano: Nano, key: string): Nano {
  const { prompt } = nano;
  if (!prompt) return nano;
  if (key === '\x03' || (key === '\x1b' && prompt.kind !== 'save')) {
    return { ...nano, prompt: undefined, status: '[ Cancelled ]' };
  }
  if (prompt.kind === 'save') return saving(nano, key);
  if (key === '\r' || key === '\n') return entered({ ...nano, prompt: undefined }, prompt);
  const { text } = prompt;
  let next = text;
  if (key === '\x7f' || key === '\b') next = text.slice(0, -1);
  else if (key === '\x15' || key === '\x0b') next = '';
  else if (!key.startsWith('\x1b') && key >= ' ') next = text + key;
  return { ...nano, prompt: { ...prompt, text: next } };
}

function saving(nano: Nano, key: string): Nano {
  if (/^[yY]$/.test(key)) {
    return { ...nano, prompt: { kind: 'write', text: nano.path, leave: true } };
  }
  if (/^[nN]$/.test(key)) return { ...nano, prompt: undefined, over: true };
  return nano;
}

function entered(nano: Nano, prompt: Exclude<Prompt, { kind: 'save' }>): Nano {
  const { text } = prompt;
  switch (prompt.kind) {
    case 'write':
      if (text === '') return { ...nano, status: '[ Cancelled ]' };
      return { ...nano, wish: { path: text, text: textOf(nano), leave: prompt.leave } };
    case 'search': {
      const wanted = text || nano.search;
      return wanted === '' ? { ...nano, status: '[ Cancelled ]' } : searchFor(nano, wanted);
    }
    case 'replace': {
      if (prompt.wanted !== undefined) return replaceAll(nano, prompt.wanted, text);
      const wanted = text || nano.search;
      if (wanted === '') return { ...nano, status: '[ Cancelled ]' };
      return { ...nano, search: wanted, prompt: { kind: 'replace', text: '', wanted } };
    }
    case 'line':
      return goTo(nano, text);
  }
}
