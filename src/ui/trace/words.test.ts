import { expect, it } from 'vitest';
import type { PacketHead, PacketHop } from '../../session/trace/api.ts';
import { drawWay } from './way.ts';
import { headRows, placeOf, sentenceOf, twinOf } from './words.ts';

const head: PacketHead = {
  ...{ from: '10.244.1.3:40000', to: '10.96.10.10:80', ttl: 64, flags: 'SYN', size: 60 },
  mark: '0x0',
};
const hop = (more: Partial<PacketHop>): PacketHop => ({
  ...{ way: 'out', kind: 'route', layer: 'l3', node: 'worker-1', what: '', changed: [] },
  ...{ before: head, after: head, met: [], conntrack: [] },
  ...more,
});
const rewritten = hop({
  ...{ kind: 'nat', layer: 'nat', what: 'DNAT to 10.244.2.2:8080', changed: ['to'] },
  after: { ...head, to: '10.244.2.2:8080' },
  rule: { table: 'nat', chain: 'KUBE-SEP-X', text: '-A KUBE-SEP-X -j DNAT' },
});

it.each([
  [rewritten, '목적지를 10.244.2.2:8080으로 바꿔요', 'destination changes to 10.244.2.2:8080'],
  [hop({ kind: 'gate', what: 'drop' }), '규칙이 말없이 버려요', 'a rule drops it without a word'],
  [
    hop({ kind: 'gate', what: 'REJECT with icmp-port-unreachable' }),
    '규칙이 거부하고 알려요 (icmp-port-unreachable)',
    'a rule refuses it (icmp-port-unreachable)',
  ],
  [
    hop({ kind: 'neighbour', what: 'nobody has 10.244.2.77' }),
    '10.244.2.77을 가진 이웃이 없어요',
    'no neighbour has 10.244.2.77',
  ],
  [
    hop({ kind: 'name', what: 'web → 10.96.10.10' }),
    '이름을 물어 10.96.10.10을 받았어요',
    'the name gives 10.96.10.10',
  ],
  [
    hop({ kind: 'name', what: 'nope: no such name' }),
    'nope라는 이름이 없어요',
    'there is no name nope',
  ],
])('%#: says what happens in both languages', (each, ko, en) => {
  expect(sentenceOf(each, 'ko')).toBe(ko);
  expect(sentenceOf(each, 'en')).toBe(en);
});

it('shows headers before and after, and the same as text', () => {
  expect(placeOf(rewritten)).toBe('worker-1 · KUBE-SEP-X');
  const rows = headRows(rewritten, 'en');
  expect(rows.filter(({ changed }) => changed).map(({ name }) => name)).toEqual(['destination']);
  expect(twinOf(rewritten, 'en')).toEqual([
    'destination: 10.96.10.10:80 → 10.244.2.2:8080',
    'The rule that decided: -A KUBE-SEP-X -j DNAT',
  ]);
});

it('moves the line to another track at a rewrite, and leaves it there', () => {
  const drawn = drawWay([hop({}), rewritten, hop({})], 600, 2);
  const [first, second, third] = drawn.stops.map(({ at }) => at[1]);
  expect(first).toBe(second);
  expect(third).toBe(first! + 14);
  expect(drawn.end[1]).toBe(third);
  expect(drawn.groups.map(({ name }) => name)).toEqual(['worker-1']);
  const cut = drawWay([hop({}), hop({ kind: 'gate', what: 'DROP' })], 600, 1, true);
  expect(cut.end[0]).toBeLessThan(drawn.end[0]);
});
