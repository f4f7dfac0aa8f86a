import { expect, it } from 'vitest';
import { readWords, type CommandLine } from './options.ts';

const read = (line: string) => readWords(line.split(' '));
const understood = (line: string): CommandLine => {
  const words = read(line);
  if ('said' in words) throw new Error(words.said);
  return words;
};

it('options before the first name count for all names, those behind a name for it alone', () => {
  const { lookups, servers } = understood(
    '@10.96.0.10 +noall +answer MX a.test +short b.test -x 10.0.0.1',
  );
  expect(servers).toEqual(['10.96.0.10']);
  expect(lookups.map(({ name, type, on }) => [name, type, on['short'], on['stats']])).toEqual([
    ['a.test', 'MX', true, false],
    ['b.test', 'MX', false, false],
    ['1.0.0.10.in-addr.arpa.', 'MX', false, false],
  ]);
});

it('the first name has the greeting, with the servers named before it', () => {
  const [first, second] = understood('@10.96.0.10 a.test b.test').lookups;
  expect(first?.greeting).toBe(
    '\n; <<>> DiG 9.18.49-1~deb12u3-Debian <<>> @10.96.0.10 a.test b.test\n' +
      '; (1 server found)\n;; global options: +cmd\n',
  );
  expect(second?.greeting).toBe('');
  expect(understood('+nocmd a.test').lookups[0]?.greeting).toBe('');
});

it('words are told apart: types, classes, times, beginnings of options', () => {
  const [asked] = understood('CH txt version.bind +tim=2 +retry=1 +noedn').lookups;
  expect(asked).toMatchObject({ type: 'TXT', class: 'CH', timeout: 2_000_000, tries: 2 });
  expect(asked?.on['edns']).toBe(false);
  expect(understood('+short').lookups[0]).toMatchObject({ name: '.', type: 'NS' });
});

it('what dig does not know is its own error, what is not modelled says so', () => {
  expect(read('a.test +foo')).toMatchObject({
    said: expect.stringMatching(/^Invalid option: \+foo\nUsage: {2}dig \[@global-server\]/),
    code: 1,
  });
  expect(read('-z a.test')).toMatchObject({ code: 1 });
  expect(read('+yaml a.test')).toEqual({ said: 'dig: +yaml is not modelled here\n', code: 2 });
});
