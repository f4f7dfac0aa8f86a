import { expect, it } from 'vitest';
import { boot } from '../../cluster/boot.ts';

const cases: readonly (readonly [string, string])[] = [
  [`seq 5 | sed -n '2{p;q}'`, '2\n'],
  [`seq 3 | sed '1!G;h;$!d'`, '3\n2\n1\n'],
  [`seq 3 | sed ':a;N;$!ba;s/\\n/,/g'`, '1,2,3\n'],
  [`seq 6 | sed '2,+1d;0~3s/$/!/'`, '1\n4\n5\n6!\n'],
  [`echo baac | sed 's/a*/x/g'`, 'xbxcx\n'],
  [`echo 'foo bar' | sed -E 's/(\\w+) (\\w+)/\\u\\2 \\U\\1/'`, 'Bar FOO\n'],
  [`printf 'a\\nb' | sed 's/b/c/'`, 'a\nc'],
  [`seq 2 > f; sed -i.old 's/1/one/' f; cat f f.old`, 'one\n2\n1\n2\n'],
  [`sed 's/a' 2>&1`, "sed: -e expression #1, char 3: unterminated `s' command\n"],
  [`sed k 2>&1`, "sed: -e expression #1, char 1: unknown command: `k'\n"],
  [`sed p none 2>&1; echo $?`, "sed: can't read none: No such file or directory\n2\n"],
];

it('says what GNU sed says', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  expect(cases.map(([line]) => [line, cluster.script(line).stdout])).toEqual(cases);
});
