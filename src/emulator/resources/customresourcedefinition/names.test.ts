import { expect, it } from 'vitest';
import type { CustomResourceDefinition } from '../crd-shapes.ts';
import { acceptNames } from './names.ts';

const crd = (plural: string, kind: string, shortNames: readonly string[] = []) => {
  const names = { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List`, shortNames };
  return {
    metadata: { name: `${plural}.example.org` },
    spec: { group: 'example.org', names, scope: 'Cluster', versions: [] },
    status: { acceptedNames: names },
  } as unknown as CustomResourceDefinition;
};

it('gives names that nobody has, and says which another definition has', () => {
  const others = [crd('foos', 'Foo', ['fo'])];
  expect(acceptNames(crd('bars', 'Bar', ['ba']), {}, others).conflict).toBeUndefined();
  const { accepted, conflict } = acceptNames(crd('bars', 'Bar', ['fo']), {}, others);
  expect(conflict).toEqual({ reason: 'ShortNamesConflict', message: '"fo" is already in use' });
  expect(accepted).toEqual({ kind: 'Bar', listKind: 'BarList', plural: 'bars', singular: 'bar' });
  const same = acceptNames(crd('bars', 'Foo'), {}, others);
  expect(same.conflict?.reason).toBe('ListKindConflict');
  expect(same.accepted).toEqual({ kind: '', plural: 'bars', shortNames: [] });
});

it('leaves a definition what was its own', () => {
  const own = crd('foos', 'Foo', ['fo']);
  expect(acceptNames(own, own.spec.names, [own]).conflict).toBeUndefined();
});
