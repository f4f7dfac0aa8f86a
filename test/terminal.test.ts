// What makes a terminal pleasant: history, completion, aliases, wide letters, pagers.
import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { Cluster } from '../src/emulator/cluster/api.ts';
import { boot } from '../src/emulator/cluster/boot.ts';

let cluster: Cluster;
let screen = '';

beforeAll(() => {
  cluster = boot('two-nodes', { seed: 7 });
  cluster.onScreen((_terminal, data) => (screen += data));
  const open = { type: 'open-terminal', terminal: 'main', columns: 80, rows: 12 };
  cluster.dispatch({ ...open, host: 'workstation' });
  pass(1);
});

beforeEach(() => keys('\x03'));

function pass(seconds: number): void {
  cluster.run(cluster.world.clock.now + seconds * 1_000_000);
}

/** Types, lets a second pass, and gives what the screen was sent. */
function keys(data: string, seconds = 1): string {
  screen = '';
  cluster.dispatch({ type: 'keys', terminal: 'main', data });
  pass(seconds);
  return screen;
}

it('prompts with user, machine and folder', () => {
  expect(keys('cd /etc\r')).toContain('learner@workstation:/etc$ ');
  expect(keys('cd\r')).toContain('learner@workstation:~$ ');
});

it('leaves output that ends no line before the prompt, and while the line is edited', () => {
  expect(keys('printf abc\r')).toContain('abclearner@workstation:~$ ');
  expect(keys('echo x\x7f')).toContain('\r\x1b[Jabclearner@workstation:~$ echo ');
});

it('recalls earlier lines by arrows and by Ctrl-R', () => {
  keys('echo first-line\r');
  keys('echo second-line\r');
  expect(keys('\x1b[A\x1b[A\r')).toContain('\rfirst-line\r\n');
  expect(keys('\x12second')).toContain("(reverse-i-search)`second': echo second-line");
  expect(keys('\r')).toContain('\rsecond-line\r\n');
  expect(keys('echo !$\r')).toContain('second-line');
});

it('completes commands, verbs, kinds, names and files', () => {
  // Kinds are known once kubectl has asked the server for them.
  keys('kubectl get nodes\r', 3);
  expect(keys('kubec\t')).toContain('kubectl ');
  expect(keys('descr\t')).toContain('describe ');
  expect(keys('deploym\t')).toMatch(/deployments?(\.apps)? /);
  expect(keys('-n kube-system cored\t')).toContain('coredns');
  keys('\x03');
  expect(keys('cat /etc/host\t\t')).toMatch(/hostname[^]*hosts/);
  keys('\x03');
  expect(keys('kubectl get pods --all-n\t')).toContain('amespaces');
});

it('knows aliases, its own and new ones', () => {
  expect(keys('k get nodes\r', 3)).toContain('worker-2');
  keys("alias two='echo one; echo two'\r");
  expect(keys('two\r')).toContain('one\r\ntwo\r\n');
});

it('edits lines of Hangul, which takes two cells a letter', () => {
  // The cursor goes back over two letters, and the drawing places it by cells.
  const shown = keys('echo 가나다\x1b[D\x1b[D');
  expect(shown).toContain(`\x1b[${'learner@workstation:~$ echo 가'.length + 1}C`);
  expect(keys('\x7f라\r')).toContain('\r라나다\r\n');
});

it('less goes by pages, lines and searches, and q ends it', () => {
  expect(keys('seq 100 | less\r')).toContain('\x1b[H1\x1b[K\r\n2\x1b[K');
  expect(keys(' ')).toContain('\x1b[H12\x1b[K');
  expect(keys('\x1b[B')).toContain('\x1b[H13\x1b[K');
  expect(keys('/77\r')).toContain('\x1b[H\x1b[7m77\x1b[27m');
  expect(keys('/nope\r')).toContain('Pattern not found');
  expect(keys('G')).toContain('(END)');
  expect(keys('q')).toContain('learner@workstation:~$ ');
});

it('watch repaints its screen until Ctrl-C', () => {
  expect(keys('watch -n 1 date +%S\r', 2)).toContain('Every 1.0s: date +%S');
  expect(keys('', 3).split('\x1b[H').length).toBeGreaterThan(2);
  expect(keys('\x03', 2)).toContain('learner@workstation:~$ ');
});
