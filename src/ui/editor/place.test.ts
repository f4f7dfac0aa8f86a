import { expect, it } from 'vitest';
import { placeAt } from './place.ts';

/** The place of the mark `|` in a text. */
function at(text: string) {
  const offset = text.indexOf('|');
  return placeAt(text.replace('|', ''), offset);
}

const head = 'apiVersion: apps/v1\nkind: Deployment\n';

it('knows kind and path by indentation', () => {
  const place = at(
    `${head}spec:\n  template:\n    spec:\n      containers:\n        - name: a\n          im|`,
  );
  expect(place).toMatchObject({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    path: ['spec', 'template', 'spec', 'containers'],
    siblings: ['name'],
    inValue: false,
  });
});

it('takes a dash at the column of its key', () => {
  const spec = `${head}spec:\n  template:\n    spec:\n      containers:\n`;
  const text = `${spec}      - name: a\n        ports:\n        - containerP|`;
  expect(at(text).path).toEqual(['spec', 'template', 'spec', 'containers', 'ports']);
  const second = `${head}spec:\n  ports:\n  - port: 80\n    name: a\n  - po|`;
  expect(at(second)).toMatchObject({ path: ['spec', 'ports'], siblings: [] });
});

it('tells a value from a key, and the top from the rest', () => {
  expect(at(`${head}spec:\n  type: Clu|`)).toMatchObject({
    path: ['spec'],
    key: 'type',
    inValue: true,
  });
  expect(at('ki|')).toMatchObject({ path: [], kind: '', inValue: false });
  expect(at(`${head}spec:\n  replicas: 1\n|`)).toMatchObject({ path: [] });
  expect(at(`${head}spec:\n  replicas: 1\n  |`)).toMatchObject({
    path: ['spec'],
    siblings: ['replicas'],
  });
});

it('stays within its document', () => {
  const place = at(`${head}---\napiVersion: v1\nkind: Service\nspec:\n  |\n---\nkind: Pod\n`);
  expect(place).toMatchObject({ apiVersion: 'v1', kind: 'Service', path: ['spec'], siblings: [] });
});
