import { isErrno, strerror } from '../../host/errno.ts';
import { decodeBase64, encodeBase64 } from '../../resources/base64.ts';
import type { Call, Program, Sys } from '../../host/syscalls.ts';
import { eachLine, linesOf, readAll, readInputs } from '../input.ts';
import { readOptions, type OptionSpec, type Options } from '../options.ts';

function tool(
  name: string,
  spec: OptionSpec,
  work: (sys: Sys, options: Options, argv: readonly string[]) => Call<number>,
): Program {
  return {
    name,
    paths: [`/usr/bin/${name}`, `/bin/${name}`],
    *run(argv, sys) {
      const words =
        name === 'head' || name === 'tail'
          ? argv.map((word) => word.replace(/^-(\d+)$/, '-n$1'))
          : argv;
      const options = yield* readOptions(sys, words, spec);
      return typeof options === 'number' ? options : yield* work(sys, options, argv);
    },
  };
}

function* cat(sys: Sys, { rest, has }: Options): Call<number> {
  let number = 0;
  let code = 0;
  const numbered = (text: string) =>
    has('n')
      ? linesOf(text)
          .map((line) => `${String(++number).padStart(6)}\t${line}\n`)
          .join('')
      : text;
  for (const path of rest.length > 0 ? rest : ['-']) {
    if (path === '-') {
      for (
        let piece = yield* sys.read(0);
        piece !== null && !isErrno(piece);
        piece = yield* sys.read(0)
      )
        yield* sys.write(1, numbered(piece));
      continue;
    }
    const found = sys.files.read(path);
    if (isErrno(found)) {
      yield* sys.write(2, `cat: ${path}: ${strerror(found)}\n`);
      code = 1;
    } else yield* sys.write(1, numbered(found.text));
  }
  return code;
}

function* head(sys: Sys, { rest, value }: Options): Call<number> {
  const count = Number(value('n') ?? 10);
  if (count < 0) {
    const { texts } = yield* readInputs(sys, 'head', rest);
    for (const { text } of texts)
      yield* sys.write(
        1,
        linesOf(text)
          .slice(0, count)
          .map((line) => `${line}\n`)
          .join(''),
      );
    return 0;
  }
  let left = count;
  if (left === 0) return 0;
  const failed = yield* eachLine(sys, rest, 'head', function* (line) {
    yield* sys.write(1, `${line}\n`);
    left -= 1;
    return left > 0;
  });
  return failed ? 1 : 0;
}

function* tail(sys: Sys, { rest, value, has }: Options): Call<number> {
  const given = value('n') ?? '10';
  const count = Number(given.replace('+', ''));
  const { texts, failed } = yield* readInputs(sys, 'tail', rest);
  for (const { text } of texts) {
    const lines = linesOf(text);
    const shown = given.startsWith('+')
      ? lines.slice(count - 1)
      : lines.slice(Math.max(0, lines.length - count));
    yield* sys.write(1, shown.map((line) => `${line}\n`).join(''));
  }
  if (has('f') && rest[0] !== undefined) {
    sys.setPace('stream');
    let seen = texts[0]?.text.length ?? 0;
    for (;;) {
      yield* sys.sleep(500_000);
      const found = sys.files.read(rest[0]);
      if (isErrno(found)) return 1;
      if (found.text.length > seen) yield* sys.write(1, found.text.slice(seen));
      seen = found.text.length;
    }
  }
  return failed ? 1 : 0;
}

function* wc(sys: Sys, { rest, has }: Options): Call<number> {
  const { texts, failed } = yield* readInputs(sys, 'wc', rest);
  const all = !has('l') && !has('w') && !has('c') && !has('m');
  const rows = texts.map(({ path, text }) => {
    const counts = [
      ...(all || has('l') ? [text.split('\n').length - 1] : []),
      ...(all || has('w') ? [text.split(/\s+/).filter(Boolean).length] : []),
      ...(all || has('c') || has('m') ? [new TextEncoder().encode(text).length] : []),
    ];
    return { path: path === '-' ? '' : path, counts };
  });
  if (rows.length > 1) {
    const totals = (rows[0]?.counts ?? []).map((_count, index) =>
      rows.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0),
    );
    rows.push({ path: 'total', counts: totals });
  }
  const single = rows.length === 1 && rows[0]?.counts.length === 1;
  const width = single
    ? 0
    : rest.length === 0
      ? 7
      : Math.max(...rows.flatMap(({ counts }) => counts.map((n) => String(n).length)));
  for (const { path, counts } of rows) {
    yield* sys.write(
      1,
      `${counts.map((n) => String(n).padStart(width)).join(' ')}${path ? ` ${path}` : ''}\n`,
    );
  }
  return failed ? 1 : 0;
}

function* sort(sys: Sys, { rest, has, value }: Options): Call<number> {
  const { texts, failed } = yield* readInputs(sys, 'sort', rest);
  const [from = 1] = (value('k') ?? '').split(/[,.]/).map(Number);
  const separator = value('t');
  const key = (line: string) => {
    if (!value('k')) return line;
    return separator
      ? line
          .split(separator)
          .slice(from - 1)
          .join(separator)
      : line
          .trim()
          .split(/\s+/)
          .slice(from - 1)
          .join(' ');
  };
  const number = (text: string) => Number.parseFloat(text) || 0;
  const compare = (a: string, b: string) => {
    if (has('n')) return number(key(a)) - number(key(b));
    if (has('V')) return key(a).localeCompare(key(b), 'en', { numeric: true });
    return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
  };
  let lines = texts.flatMap(({ text }) => linesOf(text)).sort(compare);
  if (has('r')) lines.reverse();
  if (has('u'))
    lines = lines.filter(
      (line, index) => index === 0 || compare(line, lines[index - 1] as string) !== 0,
    );
  yield* sys.write(1, lines.map((line) => `${line}\n`).join(''));
  return failed ? 2 : 0;
}

function* uniq(sys: Sys, { rest, has }: Options): Call<number> {
  const { texts } = yield* readInputs(sys, 'uniq', rest.slice(0, 1));
  const groups: { line: string; count: number }[] = [];
  for (const line of texts.flatMap(({ text }) => linesOf(text))) {
    const last = groups.at(-1);
    if (last?.line === line) last.count += 1;
    else groups.push({ line, count: 1 });
  }
  const shown = groups.filter(({ count }) =>
    has('d') ? count > 1 : has('u') ? count === 1 : true,
  );
  yield* sys.write(
    1,
    shown
      .map(({ line, count }) => `${has('c') ? `${String(count).padStart(7)} ` : ''}${line}\n`)
      .join(''),
  );
  return 0;
}

/** `1,3-5,7-` as a test of a number. */
function ranges(text: string): (n: number) => boolean {
  const parts = text.split(',').map((part) => /^(\d*)(-?)(\d*)$/.exec(part));
  return (n) =>
    parts.some(
      (part) =>
        part &&
        n >= Number(part[1] || 1) &&
        n <= (part[2] ? Number(part[3] || Infinity) : Number(part[1])),
    );
}

function* cut(sys: Sys, { rest, value, has }: Options): Call<number> {
  const list = value('f') ?? value('c') ?? value('b');
  if (list === undefined) {
    yield* sys.write(
      2,
      'cut: you must specify a list of bytes, characters, or ' +
        "fields\nTry 'cut --help' for more information.\n",
    );
    return 1;
  }
  const wanted = ranges(list);
  const delimiter = value('d') ?? '\t';
  const failed = yield* eachLine(sys, rest, 'cut', function* (line) {
    if (value('f') === undefined)
      yield* sys.write(1, `${[...line].filter((_letter, i) => wanted(i + 1)).join('')}\n`);
    else if (line.includes(delimiter))
      yield* sys.write(
        1,
        `${line
          .split(delimiter)
          .filter((_field, i) => wanted(i + 1))
          .join(delimiter)}\n`,
      );
    else if (!has('s')) yield* sys.write(1, `${line}\n`);
    return true;
  });
  return failed ? 1 : 0;
}

/** A set of `tr`: ranges, classes, escapes. */
function letters(set: string): string[] {
  const classes: Readonly<Record<string, string>> = {
    lower: 'abcdefghijklmnopqrstuvwxyz',
    upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    digit: '0123456789',
    space: ' \t\n\r\v\f',
  };
  const plain = set
    .replaceAll(/\[:(\w+):\]/g, (_all, name: string) => classes[name] ?? '')
    .replaceAll(
      /\\(n|t|r|\\)/g,
      (_all, letter: string) => ({ n: '\n', t: '\t', r: '\r', '\\': '\\' })[letter as 'n'],
    )
    .replaceAll(/(.)-(.)/gs, (_all, a: string, b: string) => {
      let text = '';
      for (let code = a.charCodeAt(0); code <= b.charCodeAt(0); code++)
        text += String.fromCharCode(code);
      return text;
    });
  return [...plain];
}

function* tr(sys: Sys, { rest, has }: Options): Call<number> {
  const [first, second] = rest;
  if (first === undefined) {
    yield* sys.write(2, "tr: missing operand\nTry 'tr --help' for more information.\n");
    return 1;
  }
  const from = letters(first);
  const to = letters(second ?? '');
  const inside = (letter: string) => from.includes(letter) !== has('c');
  let last = '';
  for (
    let piece = yield* sys.read(0);
    piece !== null && !isErrno(piece);
    piece = yield* sys.read(0)
  ) {
    let out = '';
    for (const letter of piece) {
      if (has('d') && inside(letter)) continue;
      const mapped =
        !has('d') && second !== undefined && inside(letter)
          ? (to[has('c') ? to.length - 1 : Math.min(from.indexOf(letter), to.length - 1)] ?? letter)
          : letter;
      const squeezed =
        has('s') &&
        mapped === last &&
        (second === undefined || has('d') ? inside(letter) : to.includes(mapped));
      if (!squeezed) out += mapped;
      last = mapped;
    }
    yield* sys.write(1, out);
  }
  return 0;
}

function* tee(sys: Sys, { rest, has }: Options): Call<number> {
  for (const path of rest) if (!has('a')) sys.files.write(path, '');
  for (
    let piece = yield* sys.read(0);
    piece !== null && !isErrno(piece);
    piece = yield* sys.read(0)
  ) {
    yield* sys.write(1, piece);
    for (const path of rest) {
      const failed = sys.files.write(path, piece, { append: true });
      if (failed) yield* sys.write(2, `tee: ${path}: ${strerror(failed)}\n`);
    }
  }
  return 0;
}

function* base64(sys: Sys, { rest, has, value }: Options): Call<number> {
  const { texts } = yield* readInputs(sys, 'base64', rest.slice(0, 1));
  const text = texts.map((each) => each.text).join('');
  if (has('d')) {
    yield* sys.write(1, decodeBase64(text));
    return 0;
  }
  const width = Number(value('w') ?? 76);
  const coded = encodeBase64(text);
  const lines = width === 0 ? [coded] : (coded.match(new RegExp(`.{1,${width}}`, 'g')) ?? []);
  yield* sys.write(1, lines.join('\n') + (width === 0 ? '' : '\n'));
  return 0;
}

/** A tool that turns all lines into others. */
const lineTool = (name: string, turn: (lines: string[]) => string[]): Program =>
  tool(name, {}, function* (sys, { rest }) {
    const text =
      rest.length > 0
        ? (yield* readInputs(sys, name, rest)).texts.map((each) => each.text).join('')
        : yield* readAll(sys);
    yield* sys.write(
      1,
      turn(linesOf(text))
        .map((line) => `${line}\n`)
        .join(''),
    );
    return 0;
  });

export const textTools: readonly Program[] = [
  tool('cat', { flags: 'nuEAbs', long: { number: 'n' } }, cat),
  tool('head', { flags: 'qv', values: 'nc', long: { lines: 'n' } }, head),
  tool('tail', { flags: 'fFqv', values: 'nc', long: { lines: 'n', follow: 'f' } }, tail),
  tool('wc', { flags: 'lwcm', long: { lines: 'l', words: 'w', bytes: 'c' } }, wc),
  tool(
    'sort',
    {
      flags: 'rnuVhbf',
      values: 'kt',
      long: { reverse: 'r', 'numeric-sort': 'n', unique: 'u', key: 'k' },
    },
    sort,
  ),
  tool('uniq', { flags: 'cdui', long: { count: 'c' } }, uniq),
  tool('cut', { flags: 's', values: 'fdcb', long: { fields: 'f', delimiter: 'd' } }, cut),
  tool('tr', { flags: 'dscC' }, tr),
  tool('tee', { flags: 'ai' }, tee),
  tool('base64', { flags: 'di', values: 'w', long: { decode: 'd', wrap: 'w' } }, base64),
  lineTool('tac', (lines) => lines.toReversed()),
  lineTool('rev', (lines) => lines.map((line) => [...line].toReversed().join(''))),
  lineTool('nl', (lines) =>
    lines.map((line, index) => `${String(index + 1).padStart(6)}\t${line}`),
  ),
];
