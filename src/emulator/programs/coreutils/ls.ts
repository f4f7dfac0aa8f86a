import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, FileStat, Program, Sys } from '../../host/syscalls.ts';
import { civil } from '../../world/time.ts';
import { readOptions, type Options } from '../options.ts';

const spec = {
  flags: '1alAdhrtFRSi',
  long: { all: 'a', 'almost-all': 'A', directory: 'd', 'human-readable': 'h', color: 'C' },
  values: 'C',
  unmodelled: ['-Z', '-s', '-X', '--sort'],
};

/** ls: names side by side on a terminal, one a line in a pipe, or long. */
export const ls: Program = {
  name: 'ls',
  paths: ['/usr/bin/ls', '/bin/ls'],
  *run(argv, sys) {
    const options = yield* readOptions(sys, argv, spec, 2);
    if (typeof options === 'number') return options;
    const paths = options.rest.length > 0 ? options.rest : ['.'];
    let failed = false;
    const files: string[] = [];
    const folders: string[] = [];
    for (const path of paths) {
      const stat = sys.files.stat(path);
      if (isErrno(stat)) {
        yield* sys.write(2, `ls: cannot access '${path}': ${strerror(stat)}\n`);
        failed = true;
      } else if (stat.type === 'directory' && !options.has('d')) folders.push(path);
      else files.push(path);
    }
    if (files.length > 0) yield* show(sys, options, '', files);
    for (const [index, folder] of folders.entries()) {
      if (paths.length > 1)
        yield* sys.write(1, `${index > 0 || files.length > 0 ? '\n' : ''}${folder}:\n`);
      const names = sys.files.list(folder);
      const shown = (isErrno(names) ? [] : names).filter(
        (name) => options.has('a') || options.has('A') || !name.startsWith('.'),
      );
      yield* show(sys, options, folder, options.has('a') ? ['.', '..', ...shown] : [...shown]);
    }
    return failed ? 2 : 0;
  },
};

function* show(sys: Sys, options: Options, folder: string, names: readonly string[]): Call<void> {
  const stats = names.map(
    (name) =>
      [
        name,
        sys.files.stat(folder === '' ? name : `${folder}/${name}`, { follow: false }),
      ] as const,
  );
  const known = stats.filter((each): each is [string, FileStat] => typeof each[1] !== 'string');
  const order = options.has('t')
    ? known.toSorted((a, b) => b[1].modified - a[1].modified)
    : options.has('S')
      ? known.toSorted((a, b) => b[1].size - a[1].size)
      : known;
  const list = options.has('r') ? order.toReversed() : order;
  if (options.has('l')) {
    if (folder !== '')
      yield* sys.write(
        1,
        `total ${list.reduce((sum, [, { size }]) => sum + Math.ceil(size / 1024), 0)}\n`,
      );
    const width = (of: (stat: FileStat) => string) =>
      Math.max(0, ...list.map(([, stat]) => of(stat).length));
    const [owner, group, size] = [
      width((s) => s.owner),
      width((s) => s.group),
      width((s) => String(s.size)),
    ];
    for (const [name, stat] of list) {
      const target = stat.target ? ` -> ${stat.target}` : '';
      yield* sys.write(
        1,
        `${mode(stat)} 1 ${stat.owner.padEnd(owner)} ` +
          `${stat.group.padEnd(group)} ` +
          `${String(stat.size).padStart(size)} ${when(stat.modified)} ` +
          `${name}${target}\n`,
      );
    }
    return;
  }
  const plain = list.map(
    ([name, stat]) => name + (options.has('F') && stat.type === 'directory' ? '/' : ''),
  );
  const screen = sys.windowSize(1);
  if (!screen || options.has('1')) {
    if (plain.length > 0) yield* sys.write(1, `${plain.join('\n')}\n`);
  } else yield* sys.write(1, columns(plain, screen.columns));
}

function columns(names: readonly string[], width: number): string {
  if (names.length === 0) return '';
  for (let rows = 1; rows <= names.length; rows++) {
    const count = Math.ceil(names.length / rows);
    const widths = Array.from({ length: count }, (_, c) =>
      Math.max(...names.slice(c * rows, (c + 1) * rows).map((name) => name.length)),
    );
    if (rows < names.length && widths.reduce((sum, each) => sum + each + 2, -2) > width) continue;
    const lines = Array.from({ length: rows }, (_, r) =>
      widths
        .map((each, c) => (names[c * rows + r] ?? '').padEnd(c === count - 1 ? 0 : each + 2))
        .join('')
        .trimEnd(),
    );
    return `${lines.join('\n')}\n`;
  }
  return '';
}

function mode({ type, mode: bits }: FileStat): string {
  const kind = { file: '-', directory: 'd', symlink: 'l', device: 'c', socket: 's' }[type];
  const three = (value: number) =>
    `${value & 4 ? 'r' : '-'}${value & 2 ? 'w' : '-'}${value & 1 ? 'x' : '-'}`;
  return kind + three(bits >> 6) + three(bits >> 3) + three(bits);
}

function when(at: number): string {
  const c = civil(at === 0 ? 1_781_697_600_000_000 : at);
  const month = [
    'Jan',
    'Feb',
    'Mar',
    'Apr',
    'May',
    'Jun',
    'Jul',
    'Aug',
    'Sep',
    'Oct',
    'Nov',
    'Dec',
  ][c.month - 1];
  return (
    `${month} ${String(c.day).padStart(2)} ` +
    `${String(c.hour).padStart(2, '0')}:` +
    `${String(c.minute).padStart(2, '0')}`
  );
}
