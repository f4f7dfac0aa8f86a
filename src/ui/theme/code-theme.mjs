// Code in chapters takes its colours from the terminal's sixteen, so that both look alike.
const palettes = {
  dark: {
    bg: '#0a0e0d',
    fg: '#dfe7e3',
    dim: '#8f9c96',
    key: '#7fb4ff',
    text: '#7fce86',
    number: '#ff9b52',
    word: '#f68cc6',
  },
  light: {
    bg: '#fbfcfb',
    fg: '#1b2522',
    dim: '#5d6964',
    key: '#1c5bb8',
    text: '#1f6b2f',
    number: '#b24400',
    word: '#a3246d',
  },
};

/** Two themes for Expressive Code, named as the page's data-theme. */
export const terminalThemes = ['dark', 'light'].map((type) => {
  const { bg, fg, dim, key, text, number, word } = palettes[type];
  const rule = (scope, foreground) => ({ scope, settings: { foreground } });
  return {
    name: type,
    type,
    colors: { 'editor.background': bg, 'editor.foreground': fg },
    settings: [
      { settings: { foreground: fg, background: bg } },
      rule(['comment', 'punctuation.definition.comment'], dim),
      rule(['entity.name.tag', 'support.type.property-name', 'entity.name.function'], key),
      rule(['string', 'string.unquoted', 'string.quoted'], text),
      rule(['constant.numeric', 'constant.language'], number),
      rule(['keyword', 'storage', 'variable.parameter'], word),
    ],
  };
});
