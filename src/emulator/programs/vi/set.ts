import type { Editor, Options } from './state.ts';

type Switch = { [K in keyof Options]: Options[K] extends boolean ? K : never }[keyof Options];

const switches: Readonly<Record<string, Switch>> = {
  nu: 'number',
  number: 'number',
  et: 'expandtab',
  expandtab: 'expandtab',
  ai: 'autoindent',
  autoindent: 'autoindent',
  ic: 'ignorecase',
  ignorecase: 'ignorecase',
  scs: 'smartcase',
  smartcase: 'smartcase',
  hls: 'hlsearch',
  hlsearch: 'hlsearch',
  list: 'list',
  paste: 'paste',
  wrap: 'wrap',
  ro: 'readonly',
  readonly: 'readonly',
};
const numbers: Readonly<Record<string, 'tabstop' | 'shiftwidth'>> = {
  ts: 'tabstop',
  tabstop: 'tabstop',
  sts: 'tabstop',
  softtabstop: 'tabstop',
  sw: 'shiftwidth',
  shiftwidth: 'shiftwidth',
};

/** Options that are known, and make no difference here. */
const silent = new Set(
  (
    'compatible cp ruler ru showcmd sc showmode smd incsearch is mouse ttymouse syntax ' +
    'background bg encoding enc backspace bs nocp cursorline cul cursorcolumn cuc ' +
    'relativenumber rnu smartindent si smarttab sta swapfile swf ' +
    'backup bk modeline ml laststatus ls history hi'
  ).split(' '),
);

/** `:set`: options on and off, numbers, and what they are now (`nu?`). */
export function setOptions(editor: Editor, text: string): Editor {
  let next = editor;
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const [, name = '', value] = /^([a-z]+[!?&]?)(?:[=:](.*))?$/.exec(word) ?? [];
    const bare = name.replace(/[!?&]$/, '');
    const off = bare.startsWith('no') && !(bare in switches);
    const key = switches[off ? bare.slice(2) : bare];
    const number = numbers[bare];
    if (key !== undefined && value === undefined) {
      if (name.endsWith('?'))
        return { ...next, message: `${next.options[key] ? '  ' : 'no'}${key}` };
      const on = name.endsWith('!') ? !next.options[key] : !off;
      next = {
        ...next,
        options: { ...next.options, [key]: on },
        lit: key === 'hlsearch' || next.lit,
      };
    } else if (number !== undefined) {
      if (value === undefined) return { ...next, message: `  ${number}=${next.options[number]}` };
      if (!/^\d+$/.test(value)) {
        return { ...next, message: `E521: Number required after =: ${word}` };
      }
      next = { ...next, options: { ...next.options, [number]: Number(value) } };
    } else if (!silent.has(off ? bare.slice(2) : bare)) {
      return { ...next, message: `E518: Unknown option: ${word}` };
    }
  }
  return next;
}
