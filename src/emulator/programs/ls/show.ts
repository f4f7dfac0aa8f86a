import type { Call, FileStat } from '../../host/syscalls.ts';
import { cellWidth } from '../../host/terminal/width.ts';
import { civil, DAY } from '../../world/time.ts';
import { formatTime } from '../gnu/calendar.ts';
import { modeText } from '../gnu/mode.ts';
import { quoteIfNeeded } from '../gnu/quote.ts';
import { humanSize } from '../gnu/size.ts';
import type { Tool } from '../gnu/tool.ts';
import { findUser } from '../gnu/users.ts';

export interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: FileStat;
}

const HALF_YEAR = 182 * DAY;
/** Time that files of an image bear. */
const IMAGE_TIME = 1_781_697_600_000_000;

/** Writes entries in the form that the options ask for. */
export function* show(tool: Tool, entries: readonly Entry[], isFolder: boolean): Call<void> {
  const { has, sys } = tool;
  const sorted = inOrder(tool, entries);
  if (has('l', 'n', 'g', 'o')) return yield* tool.out(longText(tool, sorted, isFolder));
  const names = sorted.map((entry) => nameText(tool, entry));
  const screen = sys.windowSize(1);
  if (has('1') || (!screen && !has('C', 'x'))) {
    return yield* tool.out(names.map((name) => `${name}\n`).join(''));
  }
  return yield* tool.out(sideBySide(names, screen?.columns ?? 80, has('x')));
}

function inOrder({ has }: Tool, entries: readonly Entry[]): readonly Entry[] {
  let list = [...entries];
  const byName = (a: Entry, b: Entry) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  if (has('t')) list.sort((a, b) => b.stat.modified - a.stat.modified || byName(a, b));
  else if (has('S')) list.sort((a, b) => b.stat.size - a.stat.size || byName(a, b));
  else if (!has('U')) list.sort(byName);
  if (has('v')) list.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  if (has('r')) list.reverse();
  if (has('group-directories-first')) {
    const folders = list.filter(({ stat }) => stat.type === 'directory');
    list = [...folders, ...list.filter(({ stat }) => stat.type !== 'directory')];
  }
  return list;
}

function nameText(tool: Tool, { name, stat }: Entry): string {
  const { has, given, sys } = tool;
  const shown = sys.isTerminal(1) && !has('N') ? quoteIfNeeded(name) : name;
  const when = given.findLast(({ key }) => key === 'color');
  const colors =
    when &&
    (when.value === undefined ||
      when.value === 'always' ||
      (when.value === 'auto' && sys.isTerminal(1)));
  const executable = stat.type === 'file' && (stat.mode & 0o111) !== 0;
  const code = {
    directory: '01;34',
    symlink: '01;36',
    device: '40;33;01',
    socket: '01;35',
    file: executable ? '01;32' : '',
  }[stat.type];
  const text = colors && code !== '' ? `\x1b[0m\x1b[${code}m${shown}\x1b[0m` : shown;
  const marks = {
    directory: '/',
    symlink: '@',
    socket: '=',
    device: '',
    file: executable ? '*' : '',
  };
  if (has('F')) return text + (stat.type === 'symlink' && has('l') ? '' : marks[stat.type]);
  return has('p') && stat.type === 'directory' ? `${text}/` : text;
}

function longText(tool: Tool, entries: readonly Entry[], isFolder: boolean): string {
  const { has, sys } = tool;
  const size = (bytes: number) => (has('h') ? humanSize(bytes) : String(bytes));
  const blocks = (bytes: number) => Math.ceil(bytes / 4096) * 4;
  const owner = (name: string) => (has('n') ? String(findUser(sys, name)?.uid ?? name) : name);
  const rows = entries.map((entry) => {
    const { stat } = entry;
    return {
      links: stat.type === 'directory' ? '2' : '1',
      owner: has('g') ? [] : [owner(stat.owner)],
      group: has('o') ? [] : [owner(stat.group)],
      size: size(stat.size),
      rest: `${dateText(stat.modified, sys.now)} ${nameText(tool, entry)}${
        stat.target === undefined ? '' : ` -> ${stat.target}`
      }`,
      mode: modeText(stat),
    };
  });
  const width = (of: (row: (typeof rows)[number]) => string) =>
    Math.max(0, ...rows.map((row) => of(row).length));
  const [links, users, groups, sizes] = [
    width((row) => row.links),
    width((row) => row.owner[0] ?? ''),
    width((row) => row.group[0] ?? ''),
    width((row) => row.size),
  ];
  const lines = rows.map((row) =>
    [
      row.mode,
      row.links.padStart(links),
      ...row.owner.map((name) => name.padEnd(users)),
      ...row.group.map((name) => name.padEnd(groups)),
      row.size.padStart(sizes),
      row.rest,
    ].join(' '),
  );
  const sum = entries.reduce(
    (all, { stat }) => all + (stat.type === 'symlink' ? 0 : blocks(stat.size)),
    0,
  );
  const total = isFolder ? `total ${has('h') ? humanSize(sum * 1024) : sum}\n` : '';
  return total + lines.map((line) => `${line}\n`).join('');
}

/** `Jun 17 12:00`, or with the year where that is long ago. */
function dateText(modified: number, now: number): string {
  const at = modified === 0 ? IMAGE_TIME : modified;
  const recent = at > now - HALF_YEAR && at <= now;
  const day = String(civil(at).day).padStart(2);
  return `${formatTime(at, '%b')} ${day} ${formatTime(at, recent ? '%H:%M' : ' %Y')}`;
}

/** Names in columns, filled downwards or (`-x`) across. */
function sideBySide(names: readonly string[], width: number, across: boolean): string {
  // oxlint-disable-next-line no-control-regex -- colours take no cells
  const cells = (name: string) => cellWidth(name.replaceAll(/\x1b\[[0-9;]*m/g, ''));
  if (names.length === 0) return '';
  for (let rows = 1; rows <= names.length; rows++) {
    const count = Math.ceil(names.length / rows);
    const at = (row: number, column: number) =>
      names[across ? row * count + column : column * rows + row];
    const widths = Array.from({ length: count }, (_, column) =>
      Math.max(0, ...Array.from({ length: rows }, (__, row) => cells(at(row, column) ?? ''))),
    );
    if (rows < names.length && widths.reduce((sum, each) => sum + each + 2, -2) > width) continue;
    const lines = Array.from({ length: rows }, (_, row) =>
      widths
        .map((wide, column) => {
          const name = at(row, column);
          if (name === undefined) return '';
          const last = at(row, column + 1) === undefined;
          return name + (last ? '' : ' '.repeat(wide + 2 - cells(name)));
        })
        .join(''),
    );
    return `${lines.join('\n')}\n`;
  }
  return '';
}
