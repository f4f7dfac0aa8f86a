import type { Call, ProcessInfo, Program } from '../../host/syscalls.ts';
import { formatTime } from '../gnu/calendar.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';

/** A column: its title, its width (negative is to the left), and its text. */
interface Column {
  readonly title: string;
  readonly width: number;
  text(process: ProcessInfo, tool: Tool): string;
}

const column = (title: string, width: number, text: Column['text']): Column => ({
  title,
  width,
  text,
});
const tty = ({ terminal }: ProcessInfo) => (terminal ? 'pts/0' : '?');
const command = ({ argv }: ProcessInfo) => argv.join(' ');
const name = ({ argv }: ProcessInfo) => (argv[0] ?? '').replace(/^-/, '').split('/').at(-1) ?? '';
const clock = ({ started }: ProcessInfo) => formatTime(started, '%H:%M');

const columns: Readonly<Record<string, Column>> = {
  pid: column('PID', 7, ({ pid }) => String(pid)),
  ppid: column('PPID', 7, ({ parent }) => String(parent)),
  user: column('USER', -8, ({ user }) => user),
  uid: column('UID', -8, ({ user }) => user),
  tty: column('TTY', -8, tty),
  stat: column('STAT', -4, ({ state }) => state),
  s: column('S', -1, ({ state }) => state),
  time: column('TIME', 8, () => '00:00:00'),
  short: column('TIME', 6, () => '0:00'),
  start: column('START', -7, clock),
  stime: column('STIME', 5, clock),
  cpu: column('%CPU', 4, () => '0.0'),
  mem: column('%MEM', 4, () => '0.1'),
  c: column('C', 2, () => '0'),
  vsz: column('VSZ', 6, () => '10240'),
  rss: column('RSS', 5, () => '4096'),
  comm: column('COMMAND', -15, name),
  cmd: column('CMD', -27, command),
  name: column('CMD', -15, name),
  args: column('COMMAND', -27, command),
};
const aliases: Readonly<Record<string, string>> = {
  '%cpu': 'cpu',
  '%mem': 'mem',
  pcpu: 'cpu',
  pmem: 'mem',
  tt: 'tty',
  command: 'args',
  ucmd: 'comm',
  state: 's',
  lstart: 'start',
};

/** ps: the processes of this machine or container. */
const program: Program = gnuTool(
  {
    name: 'ps',
    usage: ['[options]'],
    about: 'Report a snapshot of the current processes.',
    short: 'AaC:efFjlo:p:t:u:U:wxd',
    long: {
      pid: 'p',
      ppid: { key: 'ppid', value: 'required' },
      user: 'u',
      format: 'o',
      'no-headers': 'no-headers',
      'no-heading': 'no-headers',
      forest: 'forest',
      sort: { key: 'sort', value: 'required' },
    },
    unmodelled: ['-L', '-T', '-m', '-M', '-Z', '--cols', '--rows'],
    version: 'procps-ng 4.0.2',
  },
  function* (tool) {
    return yield* list(tool, '');
  },
);

function* list(tool: Tool, bsd: string): Call<number> {
  const { has, value, sys } = tool;
  if (has('forest', 'l', 'j', 'sort')) {
    yield* tool.complain('--forest, --sort, -j and -l are not modelled here');
    return 1;
  }
  const wanted = shownColumns(tool, bsd);
  if (typeof wanted === 'string') {
    yield* sys.write(2, `error: unknown user-defined format specifier "${wanted}"\n`);
    return 1;
  }
  const shown = sys.processes().filter((process) => isShown(tool, bsd, process));
  const line = (texts: readonly string[]) =>
    `${texts
      .map((text, at) => {
        const { width } = wanted[at] as Column;
        if (at === texts.length - 1 && width < 0) return text;
        return width < 0 ? text.padEnd(-width) : text.padStart(width);
      })
      .join(' ')}\n`;
  const bare = wanted.every(({ title }) => title === '');
  if (!has('no-headers') && !bare) yield* tool.out(line(wanted.map(({ title }) => title)));
  for (const process of shown) yield* tool.out(line(wanted.map(({ text }) => text(process, tool))));
  return shown.length > 0 || value('p') === undefined ? 0 : 1;
}

function shownColumns({ given, has }: Tool, bsd: string): readonly Column[] | string {
  const named = given
    .filter(({ key }) => key === 'o')
    .flatMap(({ value = '' }) => value.split(/[,\s]+/));
  if (named.length > 0) {
    const made: Column[] = [];
    for (const each of named) {
      const [, key = '', title] = /^([^=]*)(?:=(.*))?$/.exec(each) ?? [];
      const found = columns[aliases[key] ?? key];
      if (!found) return key;
      made.push(title === undefined ? found : { ...found, title });
    }
    return made;
  }
  const pick = (keys: string) => keys.split(' ').map((key) => columns[key] as Column);
  if (bsd.includes('u')) return pick('user pid cpu mem vsz rss tty stat start short args');
  if (bsd !== '') return pick('pid tty stat short args');
  return has('f', 'F') ? pick('uid pid ppid c stime tty time cmd') : pick('pid tty time name');
}

function isShown({ has, value, sys }: Tool, bsd: string, process: ProcessInfo): boolean {
  const list = (key: string) => value(key)?.split(/[,\s]+/);
  if (value('p') !== undefined) return list('p')?.includes(String(process.pid)) ?? false;
  if (value('ppid') !== undefined) return list('ppid')?.includes(String(process.parent)) ?? false;
  if (value('C') !== undefined) return list('C')?.includes(name(process)) ?? false;
  if (value('u') !== undefined) return list('u')?.includes(process.user) ?? false;
  if (has('e', 'A') || (bsd.includes('a') && bsd.includes('x'))) return true;
  if (bsd.includes('x')) return process.user === sys.user;
  if (has('a') || bsd.includes('a')) return process.terminal !== undefined;
  const own = sys.processes().find(({ pid }) => pid === sys.pid);
  return (
    process.terminal !== undefined &&
    process.terminal === own?.terminal &&
    process.user === sys.user
  );
}

/** The form without a dash is told apart before options are read. */
const ps: Program = {
  ...program,
  *run(argv, sys) {
    const [bsd = ''] = argv.slice(1);
    if (!/^[auxwef]+$/.test(bsd)) return yield* program.run(argv, sys);
    const shown = gnuTool(
      { name: 'ps', usage: [], about: '', short: 'o:', version: 'procps-ng 4.0.2' },
      (tool) => list(tool, bsd),
    );
    return yield* shown.run([argv[0] as string, ...argv.slice(2)], sys);
  },
};

export default ps;
