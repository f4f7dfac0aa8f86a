import { expect, it } from 'vitest';
import { boot } from '../../cluster/boot.ts';

const pods =
  '{"items":[{"metadata":{"name":"a","labels":{"app":"web"}},"status":{"podIP":"10.0.0.1"}},' +
  '{"metadata":{"name":"b","labels":{"app":"db"}},"status":{}}]}';

const cases: readonly (readonly [string, string])[] = [
  [`jq -r '.items[].metadata.name' pods`, 'a\nb\n'],
  [`jq -r '.items[] | select(.metadata.labels.app == "web") | .status.podIP' pods`, '10.0.0.1\n'],
  [
    `jq -c '[.items[] | {(.metadata.name): (.status.podIP // "none")}] | add' pods`,
    '{"a":"10.0.0.1","b":"none"}\n',
  ],
  [
    `jq -r '.items | map(.metadata.name) | @csv, join("-"), "\\(length) pods"' pods`,
    '"a","b"\na-b\n2 pods\n',
  ],
  [
    `jq -c '.items[0].metadata | .labels |= with_entries(.value |= ascii_upcase)' pods`,
    '{"name":"a","labels":{"app":"WEB"}}\n',
  ],
  [
    `jq -c 'del(.items[].metadata) | [paths(type == "string")]' pods`,
    '[["items",0,"status","podIP"]]\n',
  ],
  [
    `jq -nc 'reduce range(5) as $i ([]; . + [$i * $i]) | (.[1:3], group_by(. % 2))'`,
    '[1,4]\n[[0,4,16],[1,9]]\n',
  ],
  [
    `jq -nc '"a1b22" | [scan("[0-9]+")], gsub("(?<d>[0-9])"; "<\\(.d)>")'`,
    '["1","22"]\n"a<1>b<2><2>"\n',
  ],
  [`jq -n --arg x 1 --argjson y '{"z":[2]}' '$x, $y' | tr -d ' \\n'`, '"1"{"z":[2]}'],
  [
    `jq -n '1.0, 1e1000, 3.14, 1e17, 0.00001' | tr '\\n' ' '`,
    '1 1.7976931348623157e+308 3.14 1e+17 1e-05 ',
  ],
  [
    `jq -e .a <<< '{}'; echo $?; jq .a.b <<< '{"a":1}' 2>&1; echo $?`,
    'null\n1\njq: error (at <stdin>:1): Cannot index number with string "b"\n5\n',
  ],
  [
    `jq '.a |' pods 2>&1; echo $?`,
    'jq: error: syntax error, unexpected $end (Unix shell quoting issues?) ' +
      'at <top-level>, line 1:\n.a |   \njq: 1 compile error\n3\n',
  ],
  [
    `jq . <<< '{"a":1,}' 2>&1`,
    'parse error: Expected another key-value pair at line 1, column 8\n',
  ],
];

it('says what jq 1.6 says', () => {
  const cluster = boot('two-nodes', { seed: 7 });
  cluster.writeFile('/home/learner/pods', pods);
  expect(cases.map(([line]) => [line, cluster.script(line).stdout])).toEqual(cases);
  const names = cluster.script('kubectl get nodes -o json | jq -r ".items[].metadata.name"');
  expect(names.stdout).toBe('control-plane\nworker-1\nworker-2\n');
  // Programs that never end meet a limit that names itself.
  const { stderr } = cluster.script(`jq -n '[range(1e12)]'; jq -n 'def f: f | f; f'`);
  expect(stderr.match(/not modelled here/g)).toHaveLength(2);
});
