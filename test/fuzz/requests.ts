import fc from 'fast-check';
import { kinds } from '../../src/emulator/resources/catalog.ts';
import type { ApiRequest } from '../../src/emulator/apiserver/request.ts';
import type { ResourceKind } from '../../src/emulator/resources/kind.ts';
import type { Json } from '../../src/emulator/world/json.ts';
import { changeOf, knows, manifestOf, nameOf, type Fields } from './manifests.ts';
import { anyValue } from './values.ts';

/** Kinds that are asked for more often than others. */
const often = ['Service', 'Service', 'Pod', 'Deployment', 'ConfigMap', 'Ingress', 'EndpointSlice'];

const kindOf = fc.oneof(
  fc
    .constantFrom(...often, ...kinds.filter(knows).map(({ names }) => names.kind))
    .map((name) => kinds.find(({ names }) => names.kind === name)!),
  fc.constantFrom(...kinds),
);

const spaceOf = fc.oneof(
  { weight: 19, arbitrary: fc.constant('default') },
  { weight: 1, arbitrary: fc.constantFrom('other', 'gone', 'Bad_', '') },
);

/** The URL of a kind's collection, or of one object. */
export function urlOf({ names }: ResourceKind, namespace: string, name?: string): string {
  const root = names.group ? `/apis/${names.group}/${names.version}` : `/api/${names.version}`;
  const scope = names.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${root}${scope}/${names.plural}${object}`;
}

const queryOf = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '?dryRun=All',
      '?dryRun=Nope',
      '?fieldValidation=Strict',
      '?fieldValidation=Ignore',
      '?fieldManager=me',
      '?force=true&fieldManager=me',
      '?labelSelector=app%3Dweb',
      '?labelSelector=a%20in',
      '?fieldSelector=metadata.name%3Dweb',
      '?fieldSelector=spec.x%3D1',
      '?limit=1',
      '?limit=-1',
      '?resourceVersion=1',
      '?resourceVersion=x',
      '?continue=zzz',
      '?propagationPolicy=Foreground',
      '?propagationPolicy=Nope',
      '?gracePeriodSeconds=0',
      '?gracePeriodSeconds=x',
      '?pretty=true',
      '?resourceVersionMatch=Exact',
    ),
  },
);

const acceptOf = fc.constantFrom(
  ...Array.from({ length: 30 }, () => 'application/json'),
  '*/*',
  'application/yaml',
  'text/plain',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
);

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
  none: 'text/x-nothing',
} as const;

const pointers = [
  '',
  '/',
  '/metadata/labels/app',
  '/metadata/name',
  '/spec',
  '/spec/ports/0',
  '/spec/ports/-',
];
const operationOf = fc.record({
  op: fc.constantFrom('add', 'remove', 'replace', 'test', 'move', 'copy', 'nope'),
  path: fc.constantFrom(...pointers, '/spec/replicas', '/data/a', 'x', '/spec/ports/99'),
  from: fc.constantFrom(...pointers),
  value: anyValue,
});

function patchOf(kind: ResourceKind, namespace: string): fc.Arbitrary<Partial<ApiRequest>> {
  const change = changeOf(kind.definition);
  const merging = fc
    .tuple(fc.array(change, { minLength: 1, maxLength: 2 }), anyValue)
    .map(([changes, other]) => {
      const made = changes.reduce<Fields>((object, each) => each(object), {
        spec: {},
        metadata: {},
      });
      return Object.keys(made).length > 0 ? made : other;
    });
  return fc
    .constantFrom(...(Object.keys(patchTypes) as (keyof typeof patchTypes)[]))
    .chain((type) => {
      const body: fc.Arbitrary<unknown> =
        type === 'json'
          ? fc.oneof(fc.array(operationOf, { maxLength: 3 }), anyValue)
          : type === 'apply'
            ? manifestOf(kind, namespace)
            : fc.oneof({ weight: 5, arbitrary: merging }, { weight: 1, arbitrary: anyValue });
      return body.map((each) => ({
        headers: { 'content-type': patchTypes[type] },
        body: each as Json,
      }));
    });
}

const deleteOptions = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom<Json>(
    { propagationPolicy: 'Foreground' },
    { propagationPolicy: 'Orphan' },
    { gracePeriodSeconds: 0 },
    { gracePeriodSeconds: -1 },
    { preconditions: { uid: 'x' } },
    { dryRun: ['All'] },
    { kind: 1 },
    'x',
  ),
);

type Method = ApiRequest['method'];

/** A request of any kind. */
export const requestOf: fc.Arbitrary<ApiRequest> = fc
  .tuple(
    kindOf,
    spaceOf,
    nameOf,
    fc.constantFrom<Method>('POST', 'POST', 'POST', 'PUT', 'PATCH', 'PATCH', 'DELETE', 'GET'),
    queryOf,
    acceptOf,
    fc.constantFrom(
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '/status',
      '/scale',
      '/binding',
      '/nope',
      '/eviction',
    ),
  )
  .chain(([kind, namespace, name, method, query, accept, sub]) => {
    const headers = { 'user-agent': 'fuzz', accept };
    const url = urlOf(kind, namespace, name) + sub + query;
    const list = urlOf(kind, namespace) + query;
    const manifest = manifestOf(kind, namespace);
    switch (method) {
      case 'POST':
        return fc
          .oneof({ weight: 20, arbitrary: manifest }, { weight: 1, arbitrary: anyValue })
          .map((body): ApiRequest => ({
            method,
            url: sub ? url : list,
            headers,
            body: body as Json,
          }));
      case 'PUT':
        return manifest.map((body): ApiRequest => ({ method, url, headers, body: body as Json }));
      case 'PATCH':
        return patchOf(kind, namespace).map((more): ApiRequest => ({
          method,
          url,
          headers: { ...headers, ...more.headers },
          ...(more.body !== undefined && { body: more.body }),
        }));
      case 'DELETE':
        return deleteOptions.map((body): ApiRequest => ({
          method,
          url: query.length > 20 ? list : url,
          headers,
          ...(body !== undefined && { body }),
        }));
      default:
        return fc
          .boolean()
          .map((all): ApiRequest => ({ method: 'GET', url: all ? list : url, headers }));
    }
  });
