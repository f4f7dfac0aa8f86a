import type { FileStat } from '../../host/syscalls.ts';

/** `drwxr-xr-x` */
export function modeText({ type, mode }: Pick<FileStat, 'type' | 'mode'>): string {
  const kind = { file: '-', directory: 'd', symlink: 'l', device: 'c', socket: 's' }[type];
  const three = (bits: number, special: boolean, mark: string) => {
    const run = bits & 1 ? (special ? mark : 'x') : special ? mark.toUpperCase() : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${run}`;
  };
  return (
    kind +
    three((mode >> 6) & 7, (mode & 0o4000) !== 0, 's') +
    three((mode >> 3) & 7, (mode & 0o2000) !== 0, 's') +
    three(mode & 7, (mode & 0o1000) !== 0, 't')
  );
}

/** A mode of chmod, octal or symbolic, as a change of bits; undefined where it is none. */
export function readMode(
  text: string,
): ((before: number, isDirectory: boolean) => number) | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return () => Number.parseInt(text, 8);
  const clauses = text.split(',').map((each) => /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/.exec(each));
  if (clauses.some((each) => each === null)) return undefined;
  return (before, isDirectory) => {
    let mode = before;
    for (const clause of clauses) {
      const who = clause?.[1] || 'a';
      for (const [, operator, letters = ''] of (clause?.[2] ?? '').matchAll(
        /([-+=])([a-zA-Z]*)/g,
      )) {
        mode = change(mode, who, operator as string, letters, isDirectory);
      }
    }
    return mode;
  };
}

function change(
  before: number,
  who: string,
  operator: string,
  letters: string,
  isDirectory: boolean,
): number {
  let mode = before;
  for (const [name, shift] of [
    ['u', 6],
    ['g', 3],
    ['o', 0],
  ] as const) {
    if (!who.includes(name) && !who.includes('a')) continue;
    let bits = 0;
    for (const letter of letters) bits |= bitsOf(letter, before, isDirectory);
    const place = bits << shift;
    if (operator === '=') mode = (mode & ~(7 << shift)) | place;
    else mode = operator === '+' ? mode | place : mode & ~place;
  }
  if (letters.includes('t')) mode = operator === '-' ? mode & ~0o1000 : mode | 0o1000;
  return mode;
}

function bitsOf(letter: string, before: number, isDirectory: boolean): number {
  switch (letter) {
    case 'r':
      return 4;
    case 'w':
      return 2;
    case 'x':
      return 1;
    case 'X':
      return isDirectory || (before & 0o111) !== 0 ? 1 : 0;
    case 'u':
      return (before >> 6) & 7;
    case 'g':
      return (before >> 3) & 7;
    case 'o':
      return before & 7;
    default:
      return 0;
  }
}
