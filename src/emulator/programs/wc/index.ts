import { isErrno } from '../../host/errno.ts';
import type { Program } from '../../host/syscalls.ts';
import { cellWidth } from '../../host/terminal/width.ts';
import { readText } from '../gnu/input.ts';
import { gnuTool } from '../gnu/tool.ts';

/** wc: lines, words, characters and bytes. */
const program: Program = gnuTool(
  {
    name: 'wc',
    usage: ['[OPTION]... [FILE]...', '[OPTION]... --files0-from=F'],
    about: 'Print newline, word, and byte counts for each FILE.',
    short: 'clLmw',
    long: { bytes: 'c', chars: 'm', lines: 'l', 'max-line-length': 'L', words: 'w' },
    unmodelled: ['--files0-from'],
  },
  function* (tool) {
    const { has, sys, operands } = tool;
    const usual = !has('c', 'l', 'L', 'm', 'w');
    const wanted = (key: string) => has(key) || (usual && 'lwc'.includes(key));
    const rows: { readonly name: string; readonly counts: readonly number[] }[] = [];
    let code = 0;
    for (const path of operands.length > 0 ? operands : ['-']) {
      const stat = path === '-' ? undefined : sys.files.stat(path);
      const isFolder = typeof stat === 'object' && stat.type === 'directory';
      const text = isFolder ? '' : yield* readText(sys, path);
      if (isErrno(text) || isFolder) {
        yield* tool.fail(path, isErrno(text) ? text : 'EISDIR');
        code = 1;
        if (!isFolder) continue;
      }
      const counts = [...'lwmcL']
        .filter(wanted)
        .map((key) => (counters[key] as (text: string) => number)(isErrno(text) ? '' : text));
      rows.push({ name: operands.length > 0 ? path : '', counts });
    }
    if (operands.length > 1) {
      const totals = (rows[0]?.counts ?? []).map((_each, at) =>
        rows.reduce((sum, { counts }) => sum + (counts[at] ?? 0), 0),
      );
      rows.push({ name: 'total', counts: totals });
    }
    const single = rows.length === 1 && rows[0]?.counts.length === 1;
    // As wide as the size of all files together; unknown for what is no file.
    const sizes = operands
      .map((path) => sys.files.stat(path))
      .map((stat) => (typeof stat === 'object' ? stat.size : 0));
    const total = String(sizes.reduce((sum, size) => sum + size, 0)).length;
    const width = single ? 0 : operands.length === 0 || operands.includes('-') ? 7 : total;
    for (const { name, counts } of rows) {
      const cells = counts.map((count) => String(count).padStart(width)).join(' ');
      yield* tool.out(`${cells}${name === '' ? '' : ` ${name}`}\n`);
    }
    return code;
  },
);

/** What each letter counts; only what is asked for is worked out. */
const counters: Readonly<Record<string, (text: string) => number>> = {
  l(text) {
    let count = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
    return count;
  },
  w(text) {
    const word = /\S+/g;
    let count = 0;
    while (word.test(text)) count += 1;
    return count;
  },
  m(text) {
    let count = 0;
    for (let at = 0; at < text.length; at++)
      if ((text.charCodeAt(at) & 0xfc00) !== 0xdc00) count += 1;
    return count;
  },
  c(text) {
    let count = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      // Each half of a pair counts for two of its four bytes.
      count += code < 0x80 ? 1 : code < 0x800 || (code & 0xf800) === 0xd800 ? 2 : 3;
    }
    return count;
  },
  L: (text) => text.split('\n').reduce((most, line) => Math.max(most, cellWidth(line)), 0),
};

export default program;
