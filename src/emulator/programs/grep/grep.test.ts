import { expect, it } from 'vitest';
import { boot } from '../../cluster/boot.ts';

const cases: readonly (readonly [string, string])[] = [
  [`seq 30 | grep -n -A1 '[05]$' | head -5`, '5:5\n6-6\n--\n10:10\n11-11\n'],
  [`echo 'tcp 10.0.0.1:80' | grep -oE '[0-9]+(\\.[0-9]+){3}'`, '10.0.0.1\n'],
  [`echo 'a-b [c] a,b' | grep -o '[a,-]\\+'`, 'a-\na,\n'],
  [`echo a12 | grep -oP '(?<=a)\\d+'`, '12\n'],
  [`printf 'ab\\nx ab\\n' | grep -xc ab; seq 9 | grep -vc 2`, '1\n8\n'],
  [`mkdir -p d/e; echo hi > d/e/f; grep -rn h. d`, 'd/e/f:1:hi\n'],
  [
    `grep x none 2>&1; echo $?; grep -s x none; echo $?`,
    'grep: none: No such file or directory\n2\n2\n',
  ],
  [`grep '\\(' none 2>&1`, 'grep: Unmatched ( or \\(\n'],
];

it('says what GNU grep says', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  expect(cases.map(([line]) => [line, cluster.script(line).stdout])).toEqual(cases);
});
