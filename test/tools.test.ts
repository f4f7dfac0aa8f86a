// The small tools in one go, against what GNU coreutils 9.1, findutils and diffutils print.
import { expect, it } from 'vitest';
import { boot } from '../src/emulator/cluster/boot.ts';

const cases: readonly (readonly [string, string])[] = [
  [`printf 'b 2\\na 10\\nc 1\\n' | sort -k2n`, 'c 1\nb 2\na 10\n'],
  [
    `printf 'v1.10\\nv1.9\\n' | sort -V; printf '2K\\n1M\\n3\\n' | sort -hr`,
    'v1.9\nv1.10\n1M\n2K\n3\n',
  ],
  [`printf 'a\\na\\nb\\n' | uniq -c; printf 'A\\na\\n' | uniq -i`, '      2 a\n      1 b\nA\n'],
  [`seq 5 | head -n -3; seq 5 | tail -n +4; seq 3 | tac`, '1\n2\n4\n5\n3\n2\n1\n'],
  [`cut -d: -f1,3- --output-delimiter=/ <<< a:b:c:d; cut -c2- <<< 가나다`, 'a/c/d\n나다\n'],
  [`echo 'Hello World' | tr -cs 'A-Za-z' '\\n' | tr A-Z a-z`, 'hello\nworld\n'],
  [`seq -w 8 10; seq 3 -1 2; seq -s, 0.5 0.5 1.5`, '08\n09\n10\n3\n2\n0.5,1.0,1.5\n'],
  [
    `printf 'a\\tb\\n\\nc' | cat -A; echo; printf 'x\\n\\ny\\n' | nl -ba -w2 -s.`,
    'a^Ib$\n$\nc\n 1.x\n 2.\n 3.y\n',
  ],
  [
    `basename /a/b.c .c; dirname /a/b /a; date -u -d @0 +'%F %T'`,
    'b\n/a\n/\n1970-01-01 00:00:00\n',
  ],
  [`mkdir -p d/e; echo hi > d/a.txt; echo ho > d/e/b; find d ! -type d -name '*.txt'`, 'd/a.txt\n'],
  [`find d -mindepth 1 \\( -name e -prune -o -print \\); ls -F d`, 'd/a.txt\na.txt\ne/\n'],
  [
    `echo a b c | xargs -n 2 echo x; printf 'p q\\n' | xargs -I{} echo '[{}]'`,
    'x a b\nx c\n[p q]\n',
  ],
  [
    `printf '1\\n2\\n3\\n' > o; printf '1\\n4\\n3\\n5' > n; diff o n`,
    '2c2\n< 2\n---\n> 4\n3a4\n> 5\n\\ No newline at end of file\n',
  ],
  [
    `cp -r d d2; mv d2/a.txt d2/z; rm d 2>&1; ls d2; chmod u=rw,go= o; ls -l o | cut -c1-10`,
    "rm: cannot remove 'd': Is a directory\ne\nz\n-rw-------\n",
  ],
  [
    `cp none x 2>&1; mkdir d 2>&1; cat none 2>&1`,
    "cp: cannot stat 'none': No such file or directory\n" +
      'mkdir: cannot create directory ‘d’: File exists\n' +
      'cat: none: No such file or directory\n',
  ],
  [
    `printf 'a b\\nccc d\\n' | column -t; echo aGVsbG8K | base64 -d; echo x | rev`,
    'a    b\nccc  d\nhello\nx\n',
  ],
  [
    `timeout 0.5 sleep 9; echo $?; timeout 9 sh -c 'exit 3'; echo $?; env -i A=1 env`,
    '124\n3\nA=1\n',
  ],
];

it('says what the real tools say', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  expect(cases.map(([line]) => [line, cluster.script(line).stdout])).toEqual(cases);
});
