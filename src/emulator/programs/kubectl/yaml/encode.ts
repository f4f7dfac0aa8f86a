import type { Json } from '../../../world/json.ts';
import { resolve } from './resolve.ts';

/**
 * YAML as `sigs.k8s.io/yaml` writes it (go-yaml v2's emitter): sorted keys, lists not indented
 * below their key, no folding. Ends with a line break.
 */
export function encodeYaml(value: Json): string {
  if (isCollection(value)) return `${lines(value, 0).join('\n')}\n`;
  return `${scalar(value, 0, false)}\n`;
}

function isCollection(
  value: Json | undefined,
): value is readonly Json[] | { [name: string]: Json } {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : membersOf(value).length > 0;
}

function membersOf(value: object): [string, Json][] {
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => compareKeys(a, b)) as [string, Json][];
}

/** Lines of a collection, the first without indentation (it stands behind `- ` or on its own). */
function lines(value: Json, indent: number): string[] {
  const pad = ' '.repeat(indent);
  const found: string[] = [];
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      const lead = found.length === 0 ? '- ' : `${pad}- `;
      if (!isCollection(item)) found.push(lead + scalar(item, indent, false));
      else {
        const [first = '', ...rest] = lines(item, indent + 2);
        found.push(lead + first, ...rest);
      }
    }
    return found;
  }
  for (const [key, member] of membersOf(value as object)) {
    const lead = `${found.length === 0 ? '' : pad}${text(key, 0, true)}:`;
    if (!isCollection(member)) found.push(`${lead} ${scalar(member, indent, false)}`);
    else if (Array.isArray(member)) found.push(lead, ...indented(lines(member, indent), pad));
    else found.push(lead, ...indented(lines(member, indent + 2), `${pad}  `));
  }
  return found;
}

function indented([first = '', ...rest]: string[], pad: string): string[] {
  return [pad + first, ...rest];
}

function scalar(value: Json, indent: number, key: boolean): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return text(value, indent, key);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? '[]' : '{}';
}

function number(value: number): string {
  const shown = String(value);
  if (Number.isInteger(value) || !shown.includes('e')) return shown;
  return shown.replace(/e([+-])(\d)$/, 'e$10$2');
}

const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

function text(value: string, indent: number, key: boolean): string {
  const analysis = analyze(value);
  if (value.includes('\n')) {
    return analysis.blockAllowed && !key ? literal(value, indent) : doubleQuoted(value);
  }
  if (resolve(value).type !== 'str' || BASE_60.test(value)) return doubleQuoted(value);
  if (analysis.plainAllowed && value !== '') return value;
  return analysis.singleAllowed ? `'${value.replaceAll("'", "''")}'` : doubleQuoted(value);
}

/** libyaml `analyze_scalar`, for block context. */
function analyze(value: string) {
  let indicators = /^(---|\.\.\.)/.test(value) || /^[#,[\]{}&*!|>'"%@`]/.test(value);
  if (/^[?:-]([\s]|$)/.test(value)) indicators = true;
  if (/:(\s|$)/.test(value) || /\s#/.test(value)) indicators = true;
  const special = [...value].some((c) => !isPrintable(c));
  const spaceBreak = / \n/.test(value);
  const breakSpace = /\n /.test(value);
  const edges = /^[ \n]|[ \n]$/.test(value);
  return {
    plainAllowed: !indicators && !special && !spaceBreak && !breakSpace && !edges,
    singleAllowed: !special && !spaceBreak && !breakSpace,
    blockAllowed: !special && !spaceBreak && !/ $/.test(value),
  };
}

function isPrintable(c: string): boolean {
  const code = c.codePointAt(0) as number;
  if (code === 0x0a || (code >= 0x20 && code <= 0x7e)) return true;
  if (code < 0xa0 || code === 0xfeff) return false;
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

function literal(value: string, indent: number): string {
  const hint = /^[ \n]/.test(value) ? '2' : '';
  const chomp = !value.endsWith('\n') ? '-' : value === '\n' || value.endsWith('\n\n') ? '+' : '';
  const pad = ' '.repeat(indent + 2);
  const body = value.endsWith('\n') ? value.slice(0, -1) : value;
  const shown = body.split('\n').map((line) => (line === '' ? '' : pad + line));
  return [`|${hint}${chomp}`, ...shown].join('\n');
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function doubleQuoted(value: string): string {
  let shown = '';
  for (const c of value) {
    const code = c.codePointAt(0) as number;
    if (shortEscapes[c] !== undefined) shown += shortEscapes[c];
    else if (isPrintable(c)) shown += c;
    else if (code <= 0xff) shown += `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
    else shown += `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  return `"${shown}"`;
}

const isLetter = (c: string) => /\p{L}/u.test(c);
const isDigit = (c: string | undefined) => c !== undefined && /\d/.test(c);

/** Order of keys: numbers inside count as numbers, letters come after other signs. */
export function compareKeys(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [x, y] = [a[i] as string, b[i] as string];
    if (x === y) continue;
    const [letterX, letterY] = [isLetter(x), isLetter(y)];
    if (letterX && letterY) return x < y ? -1 : 1;
    if (letterX || letterY) return letterY ? -1 : 1;
    const leading = (x === '0' || y === '0') && /[1-9]\d*$/.test(a.slice(0, i)) ? '1' : '';
    const [runX, runY] = [digits(a, i), digits(b, i)];
    const [numberX, numberY] = [Number(leading + runX), Number(leading + runY)];
    if (numberX !== numberY) return numberX - numberY;
    if (runX.length !== runY.length) return runX.length - runY.length;
    return x < y ? -1 : 1;
  }
  return a.length - b.length;
}

function digits(text: string, from: number): string {
  let end = from;
  while (isDigit(text[end])) end += 1;
  return text.slice(from, end);
}
