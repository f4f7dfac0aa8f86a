// One state, two clients: the page's kubectl on one cluster, a real kubectl at the door of another.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Cluster } from '../../src/emulator/cluster/api.ts';
import type { Pace } from '../../src/door/pace.ts';
import { openDoor } from '../../src/door/door.ts';

/** Where the programs of scripts lie. */
const SYSTEM = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** What a command came to. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Two equal clusters, and how commands are given to both. */
export interface Pair {
  /** Runs the same text with both clients, on the same state. */
  run(text: string, stdin?: string): Promise<{ readonly own: Outcome; readonly real: Outcome }>;
  /** Gives the one at the door the state of the page's. */
  sync(): void;
  writeFile(name: string, text: string): void;
  close(): Promise<void>;
}

/** Virtual time that a kubectl needs to start, and that a request takes, as in the page. */
const START = 40_000;
const ASK = 3_000;
/** While a client waits, this much virtual time passes in each tick of wall time. */
const STRIDE = 100_000;
const TICK_MILLIS = 4;
/** A client that asks nothing for so long sleeps until it asks again. */
const IDLE_MILLIS = 400;
const EVENTS = 1_000_000;
const WORK = '/home/learner/w';

/** Time of a door that only passes while a client waits or asks. */
export function hurryWhileWaiting(cluster: Cluster): Pace & { begin(): void; end(): void } {
  const listeners = new Set<() => void>();
  let waiting = 0;
  const pass = (time: number) => {
    cluster.run(cluster.world.clock.now + time, EVENTS);
    for (const listener of listeners) listener();
  };
  let asked = 0;
  let running = false;
  const timer = setInterval(() => {
    const idle = running && performance.now() - asked > IDLE_MILLIS;
    if (waiting > 0 || idle) pass(STRIDE);
  }, TICK_MILLIS);
  return {
    begin() {
      running = true;
      asked = performance.now();
      pass(START);
    },
    end: () => void (running = false),
    catchUp() {
      asked = performance.now();
      pass(ASK);
    },
    waits: (change) => void (waiting += change),
    onPassed(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => clearInterval(timer),
  };
}

/** Puts two clusters side by side; `ahead` is the page's, whose state the other one takes on. */
export async function createPair(ahead: Cluster, behind: Cluster, kubectl: string): Promise<Pair> {
  const home = mkdtempSync(join(tmpdir(), 'door-'));
  for (const each of ['w', 'bin', '.kube']) mkdirSync(join(home, each));
  symlinkSync(kubectl, join(home, 'bin/kubectl'));
  const pace = hurryWhileWaiting(behind);
  const door = await openDoor({ cluster: behind, pace, address: '127.0.0.1', port: 0 });
  writeFileSync(join(home, '.kube/config'), door.kubeconfig, { mode: 0o600 });
  ahead.script(`mkdir -p ${WORK}`);
  const shown = (text: string) =>
    text
      .replaceAll(door.url.replace('https://', ''), '192.168.49.2:6443')
      .replaceAll(home, '/home/learner');
  return {
    sync() {
      const mark = ahead.mark();
      if (mark !== undefined) behind.rewind(mark);
    },
    async run(text, stdin) {
      pace.begin();
      const real = await runReal(text, home, stdin);
      pace.end();
      const own = ahead.script(text, { cwd: WORK, ...(stdin !== undefined && { stdin }) });
      const { stdout, stderr, exit } = real;
      return { own, real: { stdout: shown(stdout), stderr: shown(stderr), exit } };
    },
    writeFile(name, text) {
      const path = join(home, 'w', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      ahead.writeFile(`${WORK}/${name}`, text);
    },
    async close() {
      await door.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Runs text in a shell whose kubectl is the real one. */
export function runReal(text: string, home: string, stdin = '', seconds = 60): Promise<Outcome> {
  // Folders of the caller's own PATH may be missing, and the real client tells of each.
  const path = [join(home, 'bin'), ...SYSTEM].join(':');
  const env = { PATH: path, HOME: home, LANG: 'C.UTF-8' };
  // A group of its own: what it leaves in the background ends with it.
  const child = spawn('bash', ['-c', text], { cwd: join(home, 'w'), env, detached: true });
  const end = () => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (data: string) => (stdout += data));
  child.stderr.setEncoding('utf8').on('data', (data: string) => (stderr += data));
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const timer = setTimeout(end, seconds * 1_000);
  child.on('exit', end);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ stdout, stderr, exit: code ?? 137 });
    });
  });
}

/** Marks in place of what wall time and virtual time make differ, and of blanks beside it. */
export function masked(text: string): string {
  return (
    text
      .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>')
      .replaceAll(/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000/g, '<time>')
      .replaceAll(/\b[0-9a-f]{64}\b/g, '<id>')
      // How often one looks while something comes about.
      .replaceAll(/^Waiting for deployment .*\n/gm, '')
      // Names and Services' addresses that are drawn by lot.
      .replaceAll(/\b10\.(9[6-9]|10\d|11[01])\.\d+\.\d+/g, '<address>')
      .replaceAll(/-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-<lot>')
      .replaceAll(/\b(LIVE|MERGED)-\d+/g, '$1')
      .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uid>')
      .replaceAll(/\b\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000/g, '<time>')
      .replaceAll(
        /(?<![\w.])(\d+d)?(\d+h)?(\d+m)?(\d+(\.\d+)?m?s)?(?<=\d[dhms])(?!\w) */g,
        '<age> ',
      )
      .replaceAll(/(resourceVersion"?: ?)"\d+"/g, '$1"<n>"')
      .replaceAll(/^([EIW])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /gm, '$1<time> ')
      .replaceAll(/ {2,}/g, '  ')
      .replaceAll(/-{2,}/g, '--')
  );
}

/** Whether two outcomes are the same to the byte, but for what is masked. */
export function isSame(one: Outcome, other: Outcome): boolean {
  const same = (a: string, b: string) => a === b || masked(a) === masked(b);
  return (
    one.exit === other.exit && same(one.stdout, other.stdout) && same(one.stderr, other.stderr)
  );
}
