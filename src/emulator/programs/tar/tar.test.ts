import { expect, it } from 'vitest';
import { octetsOf, textOfOctets } from '../../world/octets.ts';
import { readArchive, writeMember, type Member } from './header.ts';

const member = (name: string, size: number): Member => ({
  name,
  type: 'file',
  mode: 0o644,
  owner: 'root',
  group: 'root',
  size,
  modified: 1_700_000_000_000_000,
  target: '',
});

it('reads what it writes: any bytes, and names longer than a header holds', () => {
  const bytes = Uint8Array.from({ length: 700 }, (_, at) => at % 256);
  const name = `${'long/'.repeat(40)}name`;
  const archive = writeMember(member(name, bytes.length), bytes);
  const through = octetsOf(textOfOctets(archive));
  const [found, ...others] = [...readArchive(through)];
  expect(others).toEqual([]);
  expect(found).toMatchObject({ name, mode: 0o644, modified: 1_700_000_000_000_000 });
  expect(found?.content).toEqual(bytes);
});

it('says where an archive is none, and where it breaks off', () => {
  const end = (bytes: Uint8Array) => {
    const members = readArchive(bytes);
    for (let next = members.next(); ; next = members.next()) if (next.done) return next.value;
  };
  const whole = writeMember(member('a', 600), new Uint8Array(600));
  expect(end(new TextEncoder().encode('x'.repeat(600)))).toBe('bad');
  expect(end(whole.slice(0, 1000))).toBe('short');
  expect(end(new Uint8Array(1024))).toBe('good');
});
