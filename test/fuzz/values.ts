import fc from 'fast-check';
import { shapeOf, type Schemas } from '../../src/emulator/apimachinery/schema.ts';
import type { Json } from '../../src/emulator/world/json.ts';

/** Texts that fields of the API take, nearly take, and never take. */
const texts = [
  '',
  'a',
  'web',
  'Web_1',
  'web-1.example.com',
  '-x',
  'x'.repeat(64),
  '10.96.0.1',
  '10.244.1.300',
  '010.0.0.1',
  '::1',
  '10.0.0.0/8',
  '10.0.0.1/8',
  'fd00::/64',
  '80',
  'http',
  '100m',
  '1Gi',
  '-1',
  '1e400',
  '25%',
  '101%',
  'TCP',
  'None',
  'Always',
  'ClusterIP',
  'true',
  'null',
  '2026-11-25T09:00:00Z',
  '한글',
  '\u0000',
  '{"a":1}',
  '__proto__',
  'constructor',
  'kubernetes.io/x',
  '/',
  'a/b/c',
  '=',
  '$(X)',
  'app',
] as const;
const numbers = [
  0,
  1,
  -1,
  2,
  80,
  443,
  30_000,
  30_080,
  32_768,
  65_535,
  65_536,
  2 ** 31,
  2 ** 53,
  1.5,
  -0,
  1e308,
];

const wild: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, [], {}, ...texts, ...numbers),
  fc.string({ maxLength: 8 }),
  fc.array(fc.constantFrom<Json>(1, 'a', null, {}), { maxLength: 3 }),
  fc.dictionary(
    fc.constantFrom('a', 'name', 'key', '__proto__'),
    fc.constantFrom<Json>(1, 'b', []),
    {
      maxKeys: 2,
    },
  ) as fc.Arbitrary<Json>,
);

/** A value of any form. */
export const anyValue = wild;

/** A value for a field of a type, mostly of the right form; nothing deeper than `depth`. */
export function valueFor(schemas: Schemas, type: string, depth: number): fc.Arbitrary<Json> {
  const { list, map, base, ref } = shapeOf(type);
  const bare = base === 'ref' ? `ref:${ref}` : base;
  const one = base === 'ref' ? structOf(schemas, ref ?? '', depth - 1) : scalarOf(base);
  const right: fc.Arbitrary<Json> = list
    ? fc.array(depth > 0 ? valueFor(schemas, bare, depth - 1) : wild, { maxLength: 2 })
    : map
      ? (fc.dictionary(fc.constantFrom('a', 'app', 'x/y', ''), depth > 0 ? one : wild, {
          maxKeys: 2,
        }) as fc.Arbitrary<Json>)
      : one;
  return fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: wild });
}

function scalarOf(base: string): fc.Arbitrary<Json> {
  switch (base) {
    case 'bool':
      return fc.boolean();
    case 'int32':
    case 'int64':
    case 'float64':
      return fc.constantFrom(...numbers);
    case 'intOrString':
      return fc.constantFrom<Json>(...numbers, '25%', 'http', '80');
    case 'any':
      return wild;
    default:
      return fc.constantFrom(...texts);
  }
}

function structOf(schemas: Schemas, definition: string, depth: number): fc.Arbitrary<Json> {
  const fields = Object.entries(schemas[definition] ?? {});
  if (depth <= 0 || fields.length === 0) return fc.constant({});
  return fc
    .subarray(fields, { maxLength: Math.min(4, fields.length) })
    .chain((some) =>
      fc.record(
        Object.fromEntries(some.map(([name, type]) => [name, valueFor(schemas, type, depth - 1)])),
      ),
    ) as fc.Arbitrary<Json>;
}
