import { expect, it } from 'vitest';
import { checkCel } from './check.ts';
import { evaluateCel } from './evaluate.ts';
import { parseCel } from './parse.ts';
import { fromJson } from './value.ts';

const run = (text: string, self: unknown = {}) =>
  evaluateCel(parseCel(text), { self: fromJson(self as never, () => false) });

it.each([
  ['1 + 2 * 3 == 7', true],
  ['-7 / 2 == -3 && -7 % 2 == -1', true],
  ['"a" + "b" in ["ab"] ? 1 > 0 : false', true],
  ['!has(self.loan) || has(self.owner)', false],
  ['self.ports.all(p, p.port > 0 && p.port < 70000)', true],
  ['self.ports.exists_one(p, p.name == "http")', true],
  ['self.ports.filter(p, p.port > 100).map(p, p.name) == ["https"]', true],
  ['self.labels.all(k, k.startsWith("a"))', true],
  ['self.missing.x == 1 || true', true],
  ['size("한글") == 2 && "x.y".matches("^x[.]y$") && r"\\d" == "\\\\d"', true],
  ['"a-%s-%d".format(["b", 3]) == "a-b-3" && "A,B".split(",").join("") == "AB"', true],
  ['quantity("1Gi").isGreaterThan(quantity("1G")) && quantity("500m").sign() == 1', true],
  ['cidr("10.0.0.0/8").containsIP("10.1.2.3") && ip("::1").isLoopback()', true],
  [
    'isURL("https://a.example/x") && url("https://a.example:8080/x").getHost() == "a.example:8080"',
    true,
  ],
  ['duration("1h30m").getMinutes() == 90', true],
  ['sets.contains([1, 2], [2]) && math.greatest(1, 3) == 3 && [1, 2].isSorted()', true],
  ['optional.of(3).hasValue() && !self.?gone.hasValue() && self.?ports[?9].orValue(5) == 5', true],
  [
    'optional.of(3).optMap(x, x + 1).value() == 4 && self.?gone.or(optional.of(1)).value() == 1',
    true,
  ],
  ['type(1) == int && type(1.0) == double && 1 == 1.0', true],
])('%s', (text, wanted) => {
  const self = {
    loan: true,
    ports: [
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
    ],
    labels: { app: 'x' },
  };
  expect(run(text, self)).toBe(wanted);
});

it('says what cannot be computed', () => {
  expect(() => run('self.x > 1')).toThrow('no such key: x');
  expect(() => run('1 / 0 == 1')).toThrow('division by zero');
  expect(() => parseCel('self. ==')).toThrow("mismatched input '=='");
  const known = { self: { fields: { room: {} } } };
  expect(checkCel(parseCel('self.light && nope(1)'), known)).toEqual([
    { message: "undefined field 'light'", at: 4 },
    { message: "undeclared reference to 'nope' (in container '')", at: 14 },
  ]);
});
