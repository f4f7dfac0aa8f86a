import type { Token } from './lexer.ts';

/** Operators from the weakest to the strongest; `|` and `,` stand above them. */
export const levels: readonly {
  readonly signs: readonly string[];
  readonly side: 'left' | 'right' | 'none';
}[] = [
  { signs: ['//'], side: 'right' },
  { signs: ['=', '|=', '+=', '-=', '*=', '/=', '%=', '//='], side: 'none' },
  { signs: ['or'], side: 'left' },
  { signs: ['and'], side: 'left' },
  { signs: ['==', '!=', '<', '<=', '>', '>='], side: 'none' },
  { signs: ['+', '-'], side: 'left' },
  { signs: ['*', '/', '%'], side: 'left' },
];

/** What jq's own parser calls a token. */
export function nameOf(token: Token): string {
  switch (token.type) {
    case 'end':
      return '$end';
    case 'field':
      return 'FIELD';
    case 'name':
      return 'IDENT';
    case 'variable':
      return "'$'";
    case 'number':
      return 'LITERAL';
    case 'text':
      return 'QQSTRING_START';
    case 'format':
      return 'FORMAT';
    case 'keyword':
      return token.text;
    default:
      if (/^[)}\]]$/.test(token.text)) return 'INVALID_CHARACTER';
      return token.text.length > 1 ? token.text : `'${token.text}'`;
  }
}
