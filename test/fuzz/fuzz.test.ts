// Strangers' input: never an assertion, never a half, always a reason.
import { expect, it } from 'vitest';
import { noFigures, playLines, playRequests, playWriters } from './play.ts';
import { playChanges } from './modes/changes.ts';
import { playModes } from './modes/play.ts';
import { playPackets } from './packets/play.ts';
import { playPolicies } from './policy/play.ts';
import { noRuleFigures, playRules } from './rules/play.ts';

it('answers random requests, or refuses them with a reason', () => {
  const figures = noFigures();
  expect(playRequests(1, 2_000, figures)).toEqual([]);
  expect(figures.requests).toBe(2_000);
  expect(figures.refusals.get('Invalid')).toBeGreaterThan(100);
});

it('loses nothing of two writers', () => {
  expect(playWriters(1, 1_000)).toEqual([]);
});

it('stands random command lines', () => {
  expect(playLines(1, 60)).toEqual([]);
});

it('judges policies as they are written, and as a plugin renders them', () => {
  expect(playPolicies(1, 150)).toEqual([]);
});

it('delivers no packet twice, loses none without a reason, and never goes on for ever', () => {
  expect(playPackets(1, 25)).toEqual([]);
}, 60_000);

it('gives one verdict for one packet in all of kube-proxy’s modes', () => {
  expect(playModes(1, 60)).toEqual([]);
});

it('reads what the tools of rules print, and stands whatever is typed to them', () => {
  const figures = noRuleFigures();
  expect(playRules(1, 120, figures)).toEqual([]);
  expect(figures.taken).toBeGreaterThan(300);
}, 60_000);

it('comes to the same rules by changes as at once', () => {
  expect(playChanges(1, 12)).toEqual([]);
}, 60_000);
