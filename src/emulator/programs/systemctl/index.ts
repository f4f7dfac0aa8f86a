import type { Call, Program } from '../../host/syscalls.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';
import { unitName, unitNames } from '../journal.ts';
import { start, stop } from './jobs.ts';
import { list, status } from './status.ts';
import { mainProcess, readUnit, type Unit } from './unit.ts';

const NOT_ROOT = 'Interactive authentication required.';

/** systemctl: the services of this machine. */
const program: Program = gnuTool(
  {
    name: 'systemctl',
    usage: ['[OPTIONS...] COMMAND ...'],
    about: 'Query or send control commands to the system manager.',
    short: 'lqn:t:a',
    long: {
      full: 'l',
      quiet: 'q',
      lines: 'n',
      type: 't',
      all: 'a',
      'no-pager': 'no-pager',
      'no-legend': 'no-legend',
      now: 'now',
      system: 'system',
    },
    unmodelled: ['-H', '-M', '-p', '-o', '-s', '-f', '--user', '--property', '--signal', '--force'],
    version: 'systemd 252',
  },
  function* (tool) {
    const [verb = 'list-units', ...names] = tool.operands;
    const run = verbs[verb];
    if (run) return yield* run(tool, names);
    if (UNMODELLED.has(verb)) yield* tool.complain(`${verb} is not modelled here`);
    else yield* tool.sys.write(2, `Unknown command verb ${verb}.\n`);
    return 1;
  },
);

const UNMODELLED = new Set(
  (
    'enable disable reenable mask unmask edit show kill reload reload-or-restart list-unit-files ' +
    'list-timers list-sockets list-dependencies get-default set-default isolate poweroff reboot ' +
    'halt suspend set-property reset-failed help list-jobs preset revert'
  ).split(' '),
);

type Verb = (tool: Tool, names: readonly string[]) => Call<number>;

const notFound = (name: string) => `Unit ${name} could not be found.\n`;

/** Does something with each unit, as root; the exit code of the first that fails. */
const job = (
  what: 'start' | 'stop' | 'restart',
  run: (tool: Tool, unit: Unit) => Call<number>,
): Verb =>
  function* (tool, names) {
    const { sys } = tool;
    if (names.length === 0) {
      yield* sys.write(2, 'Too few arguments.\n');
      return 1;
    }
    let code = 0;
    for (const name of names.map(unitName)) {
      const unit = readUnit(sys, name);
      if (!unit) {
        const missing = `Failed to ${what} ${name}: Unit ${name} not `;
        yield* sys.write(2, `${missing}${what === 'stop' ? 'loaded' : 'found'}.\n`);
        code = 5;
      } else if (!sys.runtime) {
        yield* sys.write(2, `Failed to ${what} ${name}: ${NOT_ROOT}\n`);
        code = 1;
      } else code = (yield* run(tool, unit)) || code;
    }
    return code;
  };

/** Says one word for each unit: what it is. */
const word = (
  says: (
    unit: Unit | undefined,
    tool: Tool,
  ) => readonly [text: string, good: boolean, code: number],
): Verb =>
  function* (tool, names) {
    const found = names.map((name) => says(readUnit(tool.sys, unitName(name)), tool));
    if (!tool.has('q')) yield* tool.out(found.map(([text]) => `${text}\n`).join(''));
    return found.some(([, good]) => good) ? 0 : (found[0]?.[2] ?? 1);
  };

const verbs: Readonly<Record<string, Verb>> = {
  *status(tool, names) {
    const wanted = names.length > 0 ? names : unitNames(tool.sys);
    let code = 0;
    for (const [at, name] of wanted.entries()) {
      const unit = readUnit(tool.sys, unitName(name));
      if (!unit) {
        yield* tool.sys.write(2, notFound(unitName(name)));
        code = 4;
        continue;
      }
      if (at > 0) yield* tool.out('\n');
      yield* tool.out(status(tool, unit));
      if (!mainProcess(tool.sys, unit)) code ||= 3;
    }
    return code;
  },
  start: job('start', start),
  stop: job('stop', stop),
  restart: job('restart', function* (tool, unit) {
    if (mainProcess(tool.sys, unit)) yield* stop(tool, unit);
    return yield* start(tool, unit);
  }),
  'try-restart': job('restart', function* (tool, unit) {
    if (!mainProcess(tool.sys, unit)) return 0;
    yield* stop(tool, unit);
    return yield* start(tool, unit);
  }),
  'is-active': word((unit, { sys }) => {
    const runs = unit !== undefined && mainProcess(sys, unit) !== undefined;
    return [runs ? 'active' : 'inactive', runs, 3];
  }),
  'is-failed': word((unit, { sys }) => {
    const runs = unit !== undefined && mainProcess(sys, unit) !== undefined;
    return [runs ? 'active' : 'inactive', false, 1];
  }),
  *'is-enabled'(tool, names) {
    for (const name of names.map(unitName)) {
      if (readUnit(tool.sys, name)) {
        if (!tool.has('q')) yield* tool.out('enabled\n');
        continue;
      }
      const why = 'No such file or directory';
      yield* tool.sys.write(2, `Failed to get unit file state for ${name}: ${why}\n`);
      return 1;
    }
    return 0;
  },
  *cat(tool, names) {
    for (const name of names.map(unitName)) {
      const unit = readUnit(tool.sys, name);
      if (!unit) {
        yield* tool.sys.write(2, `No files found for ${name}.\n`);
        return 1;
      }
      const parts = [unit.path, ...unit.dropIns].map((path) => {
        const found = tool.sys.files.read(path);
        return `# ${path}\n${typeof found === 'string' ? '' : found.text}`;
      });
      yield* tool.out(parts.join('\n'));
    }
    return 0;
  },
  *'list-units'(tool) {
    yield* tool.out(list(tool));
    return 0;
  },
  *'daemon-reload'({ sys }) {
    if (sys.runtime) return 0;
    yield* sys.write(2, `Failed to reload daemon: ${NOT_ROOT}\n`);
    return 1;
  },
};

export default program;
