import type { Sys } from '../../host/syscalls.ts';
import type { Micros } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import { formatTime } from '../gnu/calendar.ts';
import type { Tool } from '../gnu/tool.ts';
import { journalOf, shortLine, unitNames } from '../journal.ts';
import { mainProcess, readUnit, type Unit } from './unit.ts';

/** What `systemctl status` shows of a unit: its files, its process, its last ten lines. */
export function status({ sys, value }: Tool, unit: Unit): string {
  const { name, path, dropIns, description, documentation } = unit;
  const main = mainProcess(sys, unit);
  const short = name.replace(/\.service$/, '');
  const journal = sys.runtime ? journalOf(sys.runtime, [short]) : [];
  const row = (title: string, text: string) => `${title.padStart(11)}: ${text}\n`;
  const last = journal.findLast(({ pid, text }) => pid === 1 && text.startsWith('Stopped'));
  const rows = [
    `${main ? '●' : '○'} ${name} - ${description}\n`,
    row('Loaded', `loaded (${path}; enabled; preset: enabled)`),
    ...dropInRows(dropIns),
    row('Active', main ? running(sys, main.started) : stopped(sys, last?.at)),
    ...documentation.map((each, at) =>
      at === 0 ? row('Docs', each) : `${' '.repeat(13)}${each}\n`,
    ),
  ];
  if (main) {
    rows.push(row('Main PID', `${main.pid} (${short})`));
    rows.push(row('CGroup', `/system.slice/${name}`));
    rows.push(`${' '.repeat(13)}└─${main.pid} ${main.argv.join(' ')}\n`);
  }
  const lines = value('n') === undefined ? 10 : Number(value('n'));
  const shown = lines > 0 ? journal.slice(-lines) : [];
  if (shown.length > 0) rows.push(`\n${shown.map((each) => `${shortLine(sys, each)}\n`).join('')}`);
  return rows.join('');
}

function dropInRows(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const folder = paths[0]!.slice(0, paths[0]!.lastIndexOf('/'));
  const names = paths.map((path) => path.split('/').at(-1)).join(', ');
  return [`    Drop-In: ${folder}\n`, `             └─${names}\n`];
}

const moment = (at: Micros) => formatTime(at, '%a %Y-%m-%d %H:%M:%S UTC');

function running(sys: Sys, since: Micros): string {
  return `active (running) since ${moment(since)}; ${ago(sys.now - since)} ago`;
}

function stopped(sys: Sys, since: Micros | undefined): string {
  if (since === undefined) return 'inactive (dead)';
  return `inactive (dead) since ${moment(since)}; ${ago(sys.now - since)} ago`;
}

/** A span of time as systemd says it: its two largest parts. */
function ago(span: Micros): string {
  const seconds = Math.floor(span / SECOND);
  if (seconds < 60) return seconds < 1 ? `${Math.floor(span / 1000)}ms` : `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}min ${seconds % 60}s`.replace(/ 0s$/, '');
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours}h ${minutes % 60}min` : `${Math.floor(hours / 24)} days`;
}

const HIDDEN = ' Pass --all to see loaded but inactive units, too.';

/** The table of `list-units`, for services. */
export function list({ sys, has }: Tool): string {
  const units = unitNames(sys)
    .map((name) => readUnit(sys, `${name}.service`))
    .filter((unit) => unit !== undefined)
    .map((unit) => ({ ...unit, runs: mainProcess(sys, unit) !== undefined }))
    .filter(({ runs }) => runs || has('a'));
  const width = Math.max(4, ...units.map(({ name }) => name.length));
  const rows = units.map(({ name, description, runs }) => {
    const [active, sub] = runs ? ['active  ', 'running'] : ['inactive', 'dead   '];
    return `  ${name.padEnd(width)} loaded ${active} ${sub} ${description}\n`;
  });
  if (has('no-legend')) return rows.join('');
  return [
    `  ${'UNIT'.padEnd(width)} LOAD   ACTIVE   SUB     DESCRIPTION\n`,
    ...rows,
    '\nLOAD   = Reflects whether the unit definition was properly loaded.\n',
    'ACTIVE = The high-level unit activation state, i.e. generalization of SUB.\n',
    'SUB    = The low-level unit activation state, values depend on unit type.\n\n',
    `${units.length} loaded units listed.${has('a') ? '' : HIDDEN}\n`,
    "To show all installed unit files use 'systemctl list-unit-files'.\n",
  ].join('');
}
