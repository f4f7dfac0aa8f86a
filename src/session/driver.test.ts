import { expect, it } from 'vitest';
import { boot } from '../emulator/cluster/boot.ts';
import type { Json } from '../emulator/world/json.ts';
import { createDriver, type LabHooks } from './driver.ts';
import type { FilesView, FromEmulator, Input, TerminalsView, ToEmulator } from './protocol.ts';

/** A session as a page sees it: its screen, its messages, and wall time at our command. */
function session(saved?: Json) {
  const messages: FromEmulator[] = [];
  let screen = '';
  let wall = 0;
  const driver = createDriver({
    boot,
    lab: () => undefined as unknown as LabHooks,
    wall: () => (wall += 1),
    emit(message) {
      messages.push(message);
      if (message.type !== 'screen') return;
      const anew = message.data.lastIndexOf('\x1bc');
      screen = anew < 0 ? screen + message.data : message.data.slice(anew + 2);
    },
  });
  const send = (message: ToEmulator) => driver.receive(message);
  const input = (each: Input) => send({ type: 'input', input: each });
  send({ type: 'boot', topology: 'two-nodes', seed: 7, language: 'en', ...(saved && { saved }) });
  input({ type: 'open-terminal', terminal: 'main', columns: 100, rows: 24, host: 'workstation' });
  const all = <T extends FromEmulator['type']>(type: T) =>
    messages.filter((each): each is FromEmulator & { type: T } => each.type === type);
  return {
    ...{ send, input, all },
    screen: () => screen,
    tick: (times: number) => {
      for (let i = 0; i < times; i++) driver.tick(16);
    },
    wait(text: string) {
      for (let i = 0; i < 3_000 && !screen.includes(text); i++) driver.tick(16);
      expect(messages.filter(({ type }) => type === 'fault' || type === 'notice')).toEqual([]);
      expect(screen).toContain(text);
    },
    line: (text: string) => input({ type: 'line', terminal: 'main', text }),
    files: () =>
      all('view').findLast(({ view }) => view === 'files')?.value as FilesView | undefined,
  };
}

it('types commands into a terminal and shows what they print', () => {
  const { wait, line, input } = session();
  wait('$');
  line('kubectl create deployment web --image=nginx');
  wait('deployment.apps/web created');
  input({ type: 'keys', terminal: 'main', data: 'kubectl get nodes\r' });
  wait('worker-2');
});

it('a closed terminal is gone, with what ran in it, and an undo does not bring it back', () => {
  const { wait, input, send, all, line, tick } = session();
  const named = () => {
    const views = all('view').filter(({ view }) => view === 'terminals');
    return (views.at(-1)!.value as unknown as TerminalsView).map(({ id }) => id);
  };
  wait('$');
  send({ type: 'observe', view: 'terminals' });
  input({ type: 'open-terminal', terminal: 't2', columns: 100, rows: 24, host: 'workstation' });
  tick(20);
  input({ type: 'line', terminal: 't2', text: 'sleep 12345' });
  line('ps aux | grep 1234[5] && echo the""re');
  wait('there\r\n');
  expect(named()).toEqual(['main', 't2']);
  input({ type: 'close-terminal', terminal: 't2' });
  line('ps aux | grep 1234[5] || echo go""ne');
  wait('gone\r\n');
  tick(20);
  expect(named()).toEqual(['main']);
  send({ type: 'rewind', to: 'undo' });
  tick(20);
  expect(named()).toEqual(['main']);
});

it('an undone command leaves an empty line', () => {
  const { wait, input, send } = session();
  const keys = (data: string) => input({ type: 'keys', terminal: 'main', data });
  wait('$');
  keys('echo lost > note; echo ran\r');
  wait('ran\r\n');
  send({ type: 'rewind', to: 'undo' });
  keys('cat note\r');
  wait('No such file or directory');
});

it('undoes one command, and going back to the start leaves the terminal open', () => {
  const { wait, line, send, screen } = session();
  wait('$');
  line('echo one > note');
  line('cat note; echo two > note');
  wait('one');
  send({ type: 'rewind', to: 'undo' });
  line('cat note; echo end');
  wait('end');
  expect(screen()).not.toContain('two');
  send({ type: 'rewind', to: 'start' });
  line('cat note');
  wait('No such file or directory');
});

it('goes on from a save with its screen, and can still go back to the start', () => {
  const before = session();
  before.wait('$');
  before.line('echo kept > note; echo hello');
  before.wait('hello');
  before.send({ type: 'save' });
  const { wait, line, send, screen } = session(before.all('saved').at(-1)?.saved);
  expect(screen()).toContain('hello');
  line('cat note');
  wait('kept');
  send({ type: 'rewind', to: 'start' });
  line('cat note');
  wait('No such file or directory');
});

it('writes files of the home for its user, and shows them', () => {
  const { wait, line, send, input, files, tick } = session();
  wait('$');
  send({ type: 'observe', view: 'files', args: { path: 'deep/a.yaml' } });
  expect(files()?.open?.text).toBe(null);
  input({ type: 'write-file', path: '/home/learner/deep/a.yaml', text: 'a: 1\n' });
  line('echo "b: 2" >> deep/a.yaml; echo done');
  wait('done');
  tick(200);
  expect(files()?.files).toContain('deep/a.yaml');
  expect(files()?.open?.text).toBe('a: 1\nb: 2\n');
});

it('tells the time a few times a second, not at each tick', () => {
  const { wait, tick, all } = session();
  wait('$');
  const before = all('time').length;
  tick(100);
  expect(all('time').length - before).toBeLessThan(10);
});
