import { isErrno } from '../../host/errno.ts';
import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { CONNECTIONS } from '../../network/events.ts';
import { find, flowOf, put, tuplesOf, updated } from './change.ts';
import { HELP } from './help.ts';
import { printFlow, saveFlow, xmlFlow, type Flow } from './print.ts';
import { read, type Asked } from './read.ts';

const VERSION = 'conntrack v1.4.7 (conntrack-tools)';
const HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<conntrack>\n';
/** How long it waits for the next event before it looks whether it was told to end. */
const LOOK = 1_000_000;

/** conntrack-tools 1.4.7. */
const conntrack: ProgramCode = {
  *run(argv, sys): Process {
    const asked = read(argv.slice(1));
    if (asked.notModelled !== undefined) {
      yield* sys.write(2, `conntrack: ${asked.notModelled} is not modelled here\n`);
      return 2;
    }
    if (asked.error !== undefined) return yield* refuse(sys, asked.error);
    if (asked.command === 'V') return yield* say(sys, `${VERSION}\n`);
    if (asked.command === 'h' || asked.command === undefined) return yield* say(sys, HELP);
    if (sys.user !== 'root') {
      yield* sys.write(2, `${VERSION}: Operation failed: Operation not permitted\n`);
      return 1;
    }
    return yield* execute(sys, asked);
  },
};

export default conntrack;

function* say(sys: Sys, text: string): Call<number> {
  yield* sys.write(1, text);
  return 0;
}

function* refuse(sys: Sys, error: string): Call<number> {
  const hint = "Try `conntrack -h' or 'conntrack --help' for more information.\n";
  yield* sys.write(2, `${VERSION}: ${error}\n${hint}`);
  return 2;
}

const flows = (sys: Sys) => sys.network.conntrack() as unknown as readonly Flow[];

function execute(sys: Sys, asked: Asked): Process {
  if (asked.table !== 'conntrack') return otherTable(sys, asked);
  switch (asked.command) {
    case 'C':
      return say(sys, `${flows(sys).length}\n`);
    case 'S':
      return say(sys, [0, 1].map((cpu) => statistics(cpu, NAMES)).join(''));
    case 'F':
      return flush(sys);
    case 'E':
      return follow(sys, asked);
    case 'G':
    case 'I':
    case 'A':
      return one(sys, asked);
    default:
      return all(sys, asked);
  }
}

/** Expectations, and entries that are dying or not confirmed yet: there are never any here. */
function* otherTable(sys: Sys, { command, table }: Asked): Process {
  if (command === 'C') return yield* say(sys, '0\n');
  if (command === 'S') {
    const names = ['expect_new', 'expect_create', 'expect_delete'];
    return yield* say(sys, [0, 1].map((cpu) => statistics(cpu, names)).join(''));
  }
  const expectations = table === 'expect';
  if (command === 'F' && expectations) {
    yield* sys.write(2, `${VERSION}: expectation table has been emptied.\n`);
    return 0;
  }
  if (command !== 'L') {
    yield* sys.write(2, `conntrack: -${command} ${table} is not modelled here\n`);
    return 2;
  }
  const what = expectations ? 'expectations' : 'flow entries';
  yield* sys.write(2, `${VERSION}: 0 ${what} have been shown.\n`);
  return 0;
}

function* flush(sys: Sys): Process {
  sys.network.flushConntrack(undefined, sys.pid);
  yield* sys.write(2, `${VERSION}: connection tracking table has been emptied.\n`);
  return 0;
}

/** Lists, deletes or updates what fits. */
function* all(sys: Sys, asked: Asked): Process {
  const { command, tests } = asked;
  const matching = (flow: Flow) => tests.every((test) => test(flow));
  const updates = command === 'U';
  // What is to be written is no condition.
  const { values } = asked;
  const conditions = updates
    ? read([...values].flatMap(([name, value]) => (WRITTEN.has(name) ? [] : [name, value]))).tests
    : undefined;
  const found = flows(sys).filter((flow) =>
    conditions ? conditions.every((test) => test(flow)) : matching(flow),
  );
  if (command === 'D') {
    sys.network.flushConntrack((entry) => matching(entry as unknown as Flow), sys.pid);
  }
  const shown = updates ? found.map((flow) => updated(flow, asked, sys.now)) : found;
  if (updates) for (const flow of shown) put(sys, flow, false);
  yield* show(sys, asked, shown);
  const what = command === 'D' ? 'deleted' : updates ? 'updated' : 'shown';
  yield* sys.write(2, `${VERSION}: ${found.length} flow entries have been ${what}.\n`);
  return command !== 'L' && found.length === 0 ? 1 : 0;
}

const WRITTEN = new Set(['--mark', '--timeout', '--status']);

function* show(sys: Sys, { output }: Asked, shown: readonly Flow[]): Call<void> {
  const xml = output.has('xml');
  const options = { extended: output.has('extended'), id: output.has('id') };
  const lines = shown.map((flow) =>
    xml
      ? xmlFlow(flow, sys.now)
      : output.has('save')
        ? saveFlow(flow, sys.now)
        : printFlow(flow, sys.now, options),
  );
  if (lines.length === 0) return;
  const text = lines.map((line) => `${line}\n`).join('');
  yield* sys.write(1, xml ? `${HEAD}${text}</conntrack>\n` : text);
}

/** Shows or makes one entry, which is named by its ends. */
function* one(sys: Sys, asked: Asked): Process {
  const failed = function* (why: string): Call<number> {
    yield* sys.write(2, `${VERSION}: Operation failed: ${why}\n`);
    return 1;
  };
  if (asked.command === 'G') {
    const tuples = tuplesOf(asked);
    if (typeof tuples === 'string') return yield* refuse(sys, tuples);
    const found = find(flows(sys), tuples);
    if (!found) return yield* failed("such conntrack doesn't exist");
    yield* show(sys, asked, [found]);
    yield* sys.write(2, `${VERSION}: 1 flow entries have been shown.\n`);
    return 0;
  }
  const flow = flowOf(asked, sys.now);
  if (typeof flow === 'string') return yield* refuse(sys, flow);
  const made = put(sys, flow, asked.command === 'I');
  if (!made) return yield* failed('Such conntrack exists, try -U to update');
  yield* sys.write(2, `${VERSION}: 1 flow entries have been created.\n`);
  return 0;
}

/** Prints what becomes of connections, until it is stopped. */
function* follow(sys: Sys, { output, tests, events }: Asked): Process {
  const fd = sys.capture(CONNECTIONS);
  if (isErrno(fd)) return yield* refuse(sys, "Can't open handler");
  sys.setPace('stream');
  const state = { stopped: false };
  for (const signal of ['INT', 'TERM'] as const) {
    sys.trap(signal, () => void (state.stopped = true));
  }
  const xml = output.has('xml');
  const shown = { extended: output.has('extended'), id: output.has('id'), event: true };
  let count = 0;
  while (!state.stopped) {
    const event = yield* sys.receive(fd, LOOK);
    if (isErrno(event) || event.event !== 'flow') continue;
    const flow = event.flow as unknown as Flow;
    if (events.size > 0 && !events.has(event.kind)) continue;
    if (!tests.every((test) => test(flow))) continue;
    const at = `[${Math.floor(event.at / 1e6)}.${String(event.at % 1e6).padStart(6, '0')}]\t`;
    const who =
      event.pid === undefined ? '' : ` [USERSPACE] portid=${event.pid} progname=conntrack`;
    const head = `${output.has('timestamp') ? at : ''}${`[${event.kind}]`.padStart(9)} `;
    const text = xml
      ? `${count === 0 ? HEAD : ''}${xmlFlow(flow, event.at, event.kind.toLowerCase())}`
      : `${head}${printFlow(flow, event.at, shown)}${who}`;
    yield* sys.write(1, `${text}\n`);
    count += 1;
  }
  sys.close(fd);
  if (xml && count > 0) yield* sys.write(1, '</conntrack>\n');
  yield* sys.write(2, `${VERSION}: ${count} flow events have been shown.\n`);
  return 0;
}

const NAMES = [
  ...['found', 'invalid', 'insert', 'insert_failed', 'drop', 'early_drop', 'error'],
  ...['search_restart', 'clash_resolve', 'chaintoolong'],
];

function statistics(cpu: number, names: readonly string[]): string {
  return `cpu=${cpu}   \t${names.map((name) => `${name}=0 `).join('')}\n`;
}
