import type { Json } from '../../../world/json.ts';
import { doubleQuoted, isPrintable, plain, singleQuoted, type Place } from './fold.ts';
import { resolve } from './resolve.ts';

/**
 * YAML as `sigs.k8s.io/yaml` writes it (go-yaml v2's emitter): sorted keys, lists not indented
 * below their key, scalars in one line of more than 80 columns folded. Ends with a line break.
 */
export function encodeYaml(value: Json): string {
  if (isCollection(value)) return `${lines(value, 0).join('\n')}\n`;
  return `${scalar(value, { indent: 2, column: 0 })}\n`;
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
      const place = { indent: indent + 2, column: indent + 2 };
      if (!isCollection(item)) found.push(lead + scalar(item, place));
      else {
        const [first = '', ...rest] = lines(item, indent + 2);
        found.push(lead + first, ...rest);
      }
    }
    return found;
  }
  for (const [key, member] of membersOf(value as object)) {
    const name = text(key);
    const lead = `${found.length === 0 ? '' : pad}${name}:`;
    const place = { indent: indent + 2, column: indent + [...name].length + 2 };
    if (!isCollection(member)) found.push(`${lead} ${scalar(member, place)}`);
    else if (Array.isArray(member)) found.push(lead, ...indented(lines(member, indent), pad));
    else found.push(lead, ...indented(lines(member, indent + 2), `${pad}  `));
  }
  return found;
}

function indented([first = '', ...rest]: string[], pad: string): string[] {
  return [pad + first, ...rest];
}

function scalar(value: Json, place: Place): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return text(value, place);
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

/** A string in the style that it needs; without a place it is a key, which is never folded. */
function text(value: string, place?: Place): string {
  const analysis = analyze(value);
  if (value.includes('\n')) {
    return analysis.blockAllowed && place
      ? literal(value, place.indent)
      : doubleQuoted(value, place);
  }
  if (resolve(value).type !== 'str' || BASE_60.test(value)) return doubleQuoted(value, place);
  if (analysis.plainAllowed && value !== '') return plain(value, place);
  return analysis.singleAllowed ? singleQuoted(value, place) : doubleQuoted(value, place);
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

function literal(value: string, indent: number): string {
  const hint = /^[ \n]/.test(value) ? '2' : '';
  const chomp = !value.endsWith('\n') ? '-' : value === '\n' || value.endsWith('\n\n') ? '+' : '';
  const pad = ' '.repeat(indent);
  const body = value.endsWith('\n') ? value.slice(0, -1) : value;
  const shown = body.split('\n').map((line) => (line === '' ? '' : pad + line));
  return [`|${hint}${chomp}`, ...shown].join('\n');
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
