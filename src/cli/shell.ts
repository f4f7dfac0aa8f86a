// `npm run shell`: the emulated cluster in the reader's own terminal.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { boot } from '../emulator/cluster/boot.ts';
import { topologyNames } from '../emulator/cluster/topology.ts';
import { createDriver } from '../session/driver.ts';

const usage = `Usage: npm run shell -- [options] [FILE]

Runs the emulated cluster here. Without -c, FILE or piped input it is interactive.

  -c, --command TEXT   run this text and exit with the last command's code
      --topology NAME  ${topologyNames().join(', ')} (default two-nodes)
      --seed N         a whole number; the same seed gives the same cluster (default 7)
      --host NAME      where to start (default workstation)
      --limit SECONDS  virtual time that a script may take (default 3600)
  -h, --help           this text
`;

const options = read();
if (options) {
  if (options.text === undefined) interactive(options);
  else process.exitCode = script(options, options.text);
}

interface Options {
  readonly topology: string;
  readonly seed: number;
  readonly host: string;
  readonly limit: number;
  /** Text of the script; undefined for a session at the keyboard. */
  readonly text: string | undefined;
}

function read(): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        command: { type: 'string', short: 'c' },
        topology: { type: 'string', default: 'two-nodes' },
        seed: { type: 'string', default: '7' },
        host: { type: 'string', default: 'workstation' },
        limit: { type: 'string', default: '3600' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(usage);
      return undefined;
    }
    const seed = Number(values.seed);
    if (!Number.isInteger(seed)) throw new Error(`--seed takes a whole number: ${values.seed}`);
    if (!topologyNames().includes(values.topology)) {
      throw new Error(`there is no topology ${values.topology}; there are ${topologyNames()}`);
    }
    const file = positionals[0];
    let text = values.command;
    if (text === undefined && file !== undefined) text = readFileSync(file, 'utf8');
    if (text === undefined && !process.stdin.isTTY) text = readFileSync(0, 'utf8');
    return {
      topology: values.topology,
      seed,
      host: values.host,
      limit: Number(values.limit),
      text,
    };
  } catch (error) {
    process.stderr.write(`shell: ${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
    return undefined;
  }
}

function script(options: Options, text: string): number {
  const cluster = boot(options.topology, { seed: options.seed });
  const result = cluster.script(text, { host: options.host }, options.limit * 1_000_000);
  process.stdout.write(result.stdout);
  process.stderr.write(result.stderr);
  return result.exit;
}

function interactive(options: Options): void {
  const driver = createDriver({
    boot,
    lab: () => {
      throw new Error('labs run in the page');
    },
    wall: () => performance.now(),
    emit(message) {
      if (message.type === 'screen') process.stdout.write(message.data);
      if (message.type === 'fault') {
        process.stderr.write(`\r\nemulator fault: ${message.message}\r\n`);
      }
    },
  });
  const { topology, seed } = options;
  driver.receive({ type: 'boot', topology, seed, language: 'en' });
  const { columns = 80, rows = 24 } = process.stdout;
  const open = {
    type: 'open-terminal',
    terminal: 'main',
    columns,
    rows,
    host: options.host,
  } as const;
  driver.receive({ type: 'input', input: open });
  process.stdin.setRawMode(true);
  process.stdin.setEncoding('utf8');
  process.stdout.write('Ctrl-D at the prompt leaves.\r\n');
  let empty = true;
  process.stdin.on('data', (data: string) => {
    if (data === '\x04' && empty) {
      process.stdin.setRawMode(false);
      process.stdout.write('\r\n');
      process.exit(0);
    }
    empty = /[\r\n\x03]$/.test(data) || (empty && data === '\x04');
    driver.receive({ type: 'input', input: { type: 'keys', terminal: 'main', data } });
  });
  process.stdout.on('resize', () => {
    const { columns = 80, rows = 24 } = process.stdout;
    driver.receive({ type: 'input', input: { type: 'resize', terminal: 'main', columns, rows } });
  });
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    driver.tick(now - last);
    last = now;
  }, 16);
}
