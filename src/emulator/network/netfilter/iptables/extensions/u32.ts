import type { ExtensionDefinition } from '../extension.ts';
import { toNumber } from '../address.ts';
import { hex, readNumber } from '../extension.ts';
import { protocolNumber } from '../names.ts';
import type { MatchPacket } from '../rules.ts';

/** A test: where to look (`start`, then operators), and the ranges that fit. */
interface Test32 {
  readonly steps: readonly (readonly [operator: '' | '&' | '<<' | '>>' | '@', number: number])[];
  readonly ranges: readonly (readonly [low: number, high: number])[];
}

const bad = (at: number, what: string) => ({ error: `u32: at char ${at}: ${what}` });

/** `"6&0xFF=1 && …"` as tests (libxt_u32's grammar). */
function parse(text: string): readonly Test32[] | { readonly error: string } {
  const tests: Test32[] = [];
  let at = 0;
  const blank = () => {
    while (text[at] === ' ' || text[at] === '\t') at += 1;
  };
  const number = (): number | undefined => {
    blank();
    const word = /^(0[xX][0-9a-fA-F]+|\d+)/.exec(text.slice(at))?.[0];
    const value = word === undefined ? undefined : readNumber(word, 0xffffffff);
    if (value !== undefined) at += word?.length ?? 0;
    blank();
    return value;
  };
  for (;;) {
    const steps: Test32['steps'][number][] = [];
    const ranges: Test32['ranges'][number][] = [];
    const first = number();
    if (first === undefined) return bad(at, 'not a number or out of range');
    steps.push(['', first]);
    while (text[at] !== '=') {
      const operator = (['<<', '>>', '&', '@'] as const).find((each) => text.startsWith(each, at));
      if (!operator)
        return bad(
          at,
          text[at] === undefined
            ? 'abrupt end of input after location specifier'
            : 'operator expected',
        );
      at += operator.length;
      const operand = number();
      if (operand === undefined) return bad(at, 'not a number or out of range');
      steps.push([operator, operand]);
    }
    at += 1;
    for (;;) {
      const low = number();
      if (low === undefined) return bad(at, 'not a number or out of range');
      let high = low;
      if (text[at] === ':') {
        at += 1;
        const given = number();
        if (given === undefined) return bad(at, 'not a number or out of range');
        high = given;
      }
      ranges.push([low, high]);
      if (text[at] !== ',') break;
      at += 1;
    }
    tests.push({ steps, ranges });
    if (text[at] === undefined) return tests;
    if (!text.startsWith('&&', at)) return bad(at, '\',\' or "&&" expected');
    at += 2;
  }
}

const printTest = ({ steps, ranges }: Test32) =>
  steps.map(([operator, each]) => operator + hex(each)).join('') +
  '=' +
  ranges.map(([low, high]) => (low === high ? hex(low) : `${hex(low)}:${hex(high)}`)).join(',');

const read = ([text = '']: readonly string[]) => {
  const tests = parse(text);
  return 'error' in tests ? tests : [tests.map(printTest).join('&&')];
};

/** Four bytes from a place of the packet, after the steps; undefined beyond its end. */
function look({ steps }: Test32, bytes: Uint8Array): number | undefined {
  const word = (at: number) =>
    at + 4 > bytes.length
      ? undefined
      : (((bytes[at] ?? 0) << 24) |
          ((bytes[at + 1] ?? 0) << 16) |
          ((bytes[at + 2] ?? 0) << 8) |
          (bytes[at + 3] ?? 0)) >>>
        0;
  let base = 0;
  let value: number | undefined = 0;
  for (const [operator, each] of steps) {
    if (value === undefined) return undefined;
    if (operator === '' || operator === '@') {
      if (operator === '@') base += value;
      value = word(base + each);
    } else if (operator === '&') value = (value & each) >>> 0;
    else value = operator === '<<' ? (value << each) >>> 0 : value >>> each;
  }
  return value;
}

const split = (number: number, size: number) =>
  Array.from({ length: size }, (_, index) => (number >>> (8 * (size - 1 - index))) & 255);

/** An IPv4 packet as bytes, as far as it is kept here: sums and sequence numbers are 0. */
function bytesOf(packet: MatchPacket): Uint8Array {
  const { payload = '', size } = packet;
  const header = [
    ...[0x45, 0, ...split(size, 2), 0, 0, 0x40, 0],
    ...[packet.ttl, protocolNumber(packet.protocol) ?? 0, 0, 0],
    ...split(toNumber(packet.source) ?? 0, 4),
    ...split(toNumber(packet.destination) ?? 0, 4),
  ];
  const transport =
    packet.sourcePort === undefined
      ? [packet.icmpType ?? 0, packet.icmpCode ?? 0]
      : [...split(packet.sourcePort, 2), ...split(packet.destinationPort ?? 0, 2)];
  const bytes = new Uint8Array(Math.max(size, header.length + transport.length));
  bytes.set(header);
  bytes.set(transport, header.length);
  const carried = new TextEncoder().encode(payload);
  const at = Math.max(header.length + transport.length, size - carried.length);
  bytes.set(carried.slice(0, bytes.length - at), at);
  return bytes;
}

/** `-m u32` (libxt_u32): numbers anywhere in a packet. */
export const u32: ExtensionDefinition = {
  name: 'u32',
  kind: 'match',
  options: [{ flag: '--u32', values: 1, invertible: true, required: true, read }],
  list: ([given]) => ` u32${given?.invert ? ' !' : ''} "${given?.values[0]}"`,
  test: ([given]) => {
    const parsed = parse(given?.values[0] ?? '');
    const tests = 'error' in parsed ? [] : parsed;
    return ({ packet }) => {
      const bytes = bytesOf(packet);
      const hit = tests.every((test) => {
        const value = look(test, bytes);
        return value !== undefined && test.ranges.some(([a, b]) => value >= a && value <= b);
      });
      return hit !== (given?.invert === true);
    };
  },
};
