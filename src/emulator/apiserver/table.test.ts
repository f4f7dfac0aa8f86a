import { expect, test } from 'vitest';
import { configMap, createBench } from './testing.ts';

const url = '/api/v1/namespaces/default/configmaps';
const form = (as: string, v = 'v1') => `application/json;as=${as};g=meta.k8s.io;v=${v}`;

test('an answer has the first form of the Accept header that there is', () => {
  const bench = createBench();
  bench.send('POST', url, configMap('a'));
  const kindOf = (path: string, accept: string) => {
    const { status, body } = bench.send('GET', path, undefined, { accept });
    const { apiVersion, kind } = body as { apiVersion: string; kind: string };
    return `${status} ${apiVersion} ${kind}`;
  };
  expect(kindOf(url, `${form('Table')},application/json`)).toBe('200 meta.k8s.io/v1 Table');
  expect(kindOf(url, `${form('Table', 'v1beta1')}`)).toBe('200 meta.k8s.io/v1beta1 Table');
  expect(kindOf(url, `${form('Table', 'v9')},application/json`)).toBe('200 v1 ConfigMapList');
  expect(kindOf(`${url}/a`, form('PartialObjectMetadata'))).toBe(
    '200 meta.k8s.io/v1 PartialObjectMetadata',
  );
  expect(kindOf(url, form('PartialObjectMetadataList'))).toBe(
    '200 meta.k8s.io/v1 PartialObjectMetadataList',
  );
  expect(
    bench.fail('GET', url, undefined, { accept: form('PartialObjectMetadata') }),
  ).toMatchObject({
    code: 406,
    reason: 'NotAcceptable',
    message:
      'you requested PartialObjectMetadata, but the requested object is a list ' +
      '(*core.ConfigMapList)',
  });
});
