import { expect, it } from 'vitest';
import { createPatience, type Need } from './patience.ts';
import type { ToEmulator } from './protocol.ts';

const terminal = { terminal: 'main', columns: 80, rows: 24, host: 'workstation' };
const saved = { format: 1, mark: {}, inputs: [] };
const messages: ToEmulator[] = [
  { type: 'boot', topology: 'two-nodes', seed: 7, language: 'ko', start: saved },
  { type: 'input', input: { type: 'open-terminal', ...terminal } },
  { type: 'ask', id: 1, question: { about: 'kinds' } },
  { type: 'input', input: { type: 'keys', terminal: 'main', data: 'kub' } },
  { type: 'input', input: { type: 'keys', terminal: 'main', data: '\t' } },
  { type: 'observe', view: 'topology' },
];

it('keeps what needs code that is not there, in order, and questions apart', () => {
  const done: ToEmulator[] = [];
  const there = new Set<Need>(['nothing']);
  const patience = createPatience(
    (need) => there.has(need),
    (message) => done.push(message),
  );
  for (const message of messages) patience.receive(message);
  expect(done).toEqual(messages.slice(0, 2));
  there.add('rest');
  patience.again();
  expect(done).toEqual([0, 1, 3].map((each) => messages[each]));
  there.add('whole');
  patience.again();
  expect(done).toEqual([0, 1, 3, 4, 5, 2].map((each) => messages[each]));
});

it('lets nothing by while the cluster stands still', () => {
  const done: ToEmulator[] = [];
  let stands = false;
  const patience = createPatience(
    () => !stands,
    (message) => {
      done.push(message);
      stands = true;
    },
  );
  for (const message of messages.slice(0, 2)) patience.receive(message);
  expect(done).toEqual(messages.slice(0, 1));
  stands = false;
  patience.again();
  expect(done).toEqual(messages.slice(0, 2));
});
