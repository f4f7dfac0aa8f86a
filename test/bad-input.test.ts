// What people type by mistake or out of curiosity never freezes a session, and is bounded.
import { beforeEach, describe, expect, it } from 'vitest';
import { boot } from '../src/emulator/cluster/boot.ts';
import type { SavedCluster } from '../src/emulator/cluster/api.ts';
import { createDriver, type Driver, type LabHooks } from '../src/session/driver.ts';
import type { FromEmulator, Input } from '../src/session/protocol.ts';

/** One slice of a driver may take so long, in milliseconds of real time. */
const SLICE_LIMIT = 3_000;

let driver: Driver;
let screen: string;
let faults: FromEmulator[];
let booted: SavedCluster | undefined;

beforeEach(() => {
  screen = '';
  faults = [];
  driver = createDriver({
    boot(name, options) {
      const cluster = boot(name, { ...options, ...(booted && { saved: booted }) });
      booted ??= cluster.save();
      return cluster;
    },
    lab: () => undefined as unknown as LabHooks,
    wall: () => performance.now(),
    emit(message) {
      if (message.type === 'screen') screen += message.data;
      if (message.type === 'fault' || message.type === 'notice') faults.push(message);
    },
  });
  driver.receive({ type: 'boot', topology: 'two-nodes', seed: 7, language: 'en' });
  input({ type: 'open-terminal', terminal: 'main', columns: 100, rows: 24, host: 'workstation' });
  until('$ ');
});

function input(each: Input): void {
  const from = performance.now();
  driver.receive({ type: 'input', input: each });
  expect(performance.now() - from).toBeLessThan(SLICE_LIMIT);
}

/** Types keys as a terminal sends them; the screen counts anew from here. */
function keys(data: string): void {
  screen = '';
  input({ type: 'keys', terminal: 'main', data });
}

/** Lets real time pass in slices, each of which comes back soon. */
function pass(slices: number): void {
  for (let i = 0; i < slices; i++) {
    const from = performance.now();
    driver.tick(16);
    expect(performance.now() - from).toBeLessThan(SLICE_LIMIT);
  }
}

function until(text: string, slices = 2_000): void {
  for (let i = 0; i < slices && !screen.includes(text); i++) pass(1);
  expect(faults).toEqual([]);
  expect(screen).toContain(text);
}

/** Starts a command, lets it run for a while, and presses Ctrl-C: the prompt is there again. */
function interrupted(line: string, slices = 10): string {
  keys(`${line}\r`);
  pass(slices);
  const shown = screen;
  keys('\x03');
  until('workstation:~$ ', 60);
  keys('echo al$((1))ve\r');
  until('\ral1ve\r');
  return shown;
}

describe('Ctrl-C ends', () => {
  it.each([
    'while true; do :; done',
    'until false; do true; done',
    'for ((;;)); do x=1; done',
    'while :; do (:); done',
    'while :; do ls > /dev/null; done',
    'sleep 1000',
    'sleep 1000 | cat',
    'cat',
    'read x',
    'wait',
    'ping 127.0.0.1',
    'kubectl get pods -A -w',
    'kubectl logs -f -n kube-system kube-apiserver-control-plane',
    'curl -m 500 http://10.99.99.99/',
    'nc -l 8080',
    'tail -f /etc/hosts',
    'watch -n 1 date',
    'kubectl wait --for=delete node/worker-1 --timeout=10m',
    "awk 'BEGIN { while (1) x++ }'",
    "sed -n ':a;ba' /etc/hosts",
    'ssh worker-1 sleep 1000',
    'bash -c "while :; do :; done"',
    'while :; do sleep 0.01; done',
    'x=$(while :; do :; done)',
    'yes',
    'yes | while read a; do echo $a; done',
    'seq 1 100000000',
    'cat /dev/zero',
    'yes | head -c 100000000000',
    'yes | tr y n',
  ])('%s', (line) => {
    interrupted(line);
  });
});

describe('limits that name themselves', () => {
  it('a fork bomb', () => {
    keys(':(){ :|:& };:\r');
    until('bash: fork: retry: Resource temporarily unavailable', 400);
    keys('\x03');
    keys('\r');
    until('$ ', 2_000);
  });

  it('recursion without end', () => {
    keys('f(){ f; }; f\r');
    until('maximum function nesting level exceeded');
    until('workstation:~$ ');
    keys('f(){ echo $(f); }; f 2>&1 | tail -1; echo over\r');
    pass(20);
    keys('\x03');
    until('$ ');
    keys('eval "$(printf "(%.0s" $(seq 5000))"; a=$((1+$((2)))); echo $a\r');
    until('\n3\r');
  });

  it('endless output is bounded on the screen and to a file', () => {
    expect(interrupted('yes', 40).length).toBeLessThan(5_000_000);
    interrupted('yes > big', 100);
    keys('wc -c < big; rm big\r');
    until('workstation:~$ ');
    expect(Number(/\r(\d+)\r/.exec(screen)?.[1])).toBeLessThanOrEqual(9_000_000);
  });
});

describe('what is typed or pasted', () => {
  it('a line of a megabyte, and one of binary letters', () => {
    keys(`echo ${'x'.repeat(1_000_000)}\r`);
    pass(20);
    keys('\x03\r');
    until('workstation:~$ ');
    keys(`\x1b[200~${'\x00\x01\x02\xff\ufffd\ud800'.repeat(200)}\x1b[201~\x15\x03`);
    pass(5);
    keys('echo o$((1))k\r');
    until('\ro1k\r');
  });

  it('a line of many words', () => {
    keys(`echo ${'word '.repeat(20_000)}| wc -w\r`);
    until('\r20000\r');
  });

  it('quotes and here-documents that are not ended show the second prompt', () => {
    keys("echo 'a\r");
    until('> ');
    keys("b'\r");
    until('\ra\r\nb\r\n');
    keys('cat <<END\r');
    until('> ');
    keys('$((1 + 1))\r');
    until('> ');
    keys('END\r');
    until('\r2\r\n');
    keys('echo "x\r');
    until('> ');
    keys('\x03');
    until('workstation:~$ ');
    keys('cat <<END\r');
    until('> ');
    keys('y\r\x04');
    until('warning: here-document at line');
    until('workstation:~$ ');
  });

  it('Ctrl-D and exit log out, and a new shell begins', () => {
    keys('x=5\r\x04');
    until('logout');
    until('workstation:~$ ');
    keys('echo [$x]; bash\r');
    until('[]');
    keys('exit 3\r');
    until('exit');
    keys('echo $?\r');
    until('\r3\r');
  });
});

describe('jobs', () => {
  it('Ctrl-Z, jobs, bg, fg, kill and wait', () => {
    keys('sleep 500\r');
    pass(3);
    keys('\x1a');
    until('[1]+  Stopped                 sleep 500');
    keys('bg\r');
    until('[1]+ sleep 500 &');
    keys('jobs\r');
    until('[1]+  Running                 sleep 500 &');
    keys('fg\r');
    until('sleep 500\r\n');
    keys('\x1a');
    until('[1]+  Stopped');
    keys('kill %1\r');
    until('[1]+  Terminated              sleep 500');
    keys('sleep 1 & wait; echo s$?\r');
    until('s0\r');
    keys('(exit 4) & wait $!; echo s$?\r');
    until('s4\r');
    keys('fg\r');
    until('bash: fg: current: no such job');
  });
});
