import { expect, it } from 'vitest';
import { boot } from '../../cluster/boot.ts';

const cases: readonly (readonly [string, string])[] = [
  [`seq 3 | awk '{ s += $1 } END { print s, s / NR, s / 7 }'`, '6 2 0.857143\n'],
  [`awk 'BEGIN { n = split("a,b,c", x, ","); print n, x[3], ("2" in x), (9 in x) }'`, '3 c 1 0\n'],
  [`echo 'a b c' | awk '{ $5 = "z"; print; print NF; NF = 2; print }'`, 'a b c  z\n5\na b\n'],
  [`awk 'function f(n) { return n <= 1 ? 1 : n * f(n - 1) } BEGIN { print f(10) }'`, '3628800\n'],
  [`awk 'BEGIN { "echo hi" | getline x; print x; print "b\\na" | "sort" }'`, 'hi\na\nb\n'],
  [`awk 'BEGIN { s = "baac"; gsub(/a*/, "x", s); print s }'`, 'xbxcx\n'],
  [`echo '3.0 3' | awk '{ print ($1 == $2), ($1 "" == $2) }'`, '1 0\n'],
  [`awk 'BEGIN { print -2 ^ 2, 2 ^ 3 ^ 2, 1 " " -1 }'`, '-4 512 1-1\n'],
  [`awk 'BEGIN { printf "%5.2f|%-4s|%05d|%c\\n", 3.14159, "ab", 42, 65 }'`, ' 3.14|ab  |00042|A\n'],
  [`awk '{ print' 2>&1`, 'awk: line 2: missing } near end of file\n'],
  [`awk 1 /none 2>&1`, 'awk: cannot open /none (No such file or directory)\n'],
];

it('says what mawk says', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  const seen = cases.map(([line]) => [line, cluster.script(line).stdout]);
  expect(seen).toEqual(cases);
  // An endless loop is stopped from outside.
  expect(cluster.script(`timeout 1 awk 'BEGIN { for (;;) i++ }'; echo $?`).stdout).toBe('124\n');
});
