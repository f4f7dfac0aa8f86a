import { describe, expect, test } from 'vitest';
import * as texts from '../../resources/descriptions.generated.ts';
import { createBench } from '../testing.ts';
import { fieldsOf } from './fields.ts';

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

interface Index {
  readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
}

describe('/openapi/v3', () => {
  const bench = createBench();
  const index = bench.send('GET', '/openapi/v3').body as unknown as Index;

  test('leads to documents by the hash of what is in them', () => {
    const url = index.paths['apis/apps/v1']?.serverRelativeURL ?? '';
    expect(url).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{128}$/);
    const { status, headers, body } = bench.send('GET', url);
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('public, immutable');
    const { schemas } = (body as unknown as Document).components;
    expect(Object.keys(schemas)).toContain('io.k8s.api.apps.v1.DeploymentSpec');
    const known = { 'if-none-match': headers['etag'] as string };
    expect(bench.send('GET', url, undefined, known)).toMatchObject({ status: 304, body: null });
    const old = bench.send('GET', url.replace(/=.*/, '=00'));
    expect(old).toMatchObject({ status: 301, headers: { location: url } });
  });

  test('says what the Go types say: defaults, lists, values, owners', () => {
    const { body } = bench.send('GET', '/openapi/v3/api/v1');
    const { schemas } = (body as unknown as Document).components;
    const port = 'io.k8s.api.core.v1.ServicePort';
    expect(schemas['io.k8s.api.core.v1.ServiceSpec']).toMatchObject({
      properties: {
        ports: {
          type: 'array',
          items: { $ref: `#/components/schemas/${port}` },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port', 'protocol'],
          'x-kubernetes-patch-merge-key': 'port',
          'x-kubernetes-patch-strategy': 'merge',
        },
        selector: { 'x-kubernetes-map-type': 'atomic' },
      },
    });
    expect(schemas[port]).toMatchObject({
      required: ['port'],
      properties: { protocol: { default: 'TCP', enum: ['SCTP', 'TCP', 'UDP'] } },
    });
    expect(schemas['io.k8s.api.core.v1.Service']).toMatchObject({
      properties: {
        spec: {
          default: {},
          allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.ServiceSpec' }],
        },
      },
      'x-kubernetes-group-version-kind': [{ group: '', kind: 'Service', version: 'v1' }],
    });
  });

  test('has no reference that leads nowhere', () => {
    for (const path of Object.keys(index.paths)) {
      const document = bench.send('GET', `/openapi/v3/${path}`).body as unknown as Document;
      const text = JSON.stringify(document);
      const refs = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, ref]) => ref);
      const { schemas } = document.components;
      expect(refs.filter((ref) => !((ref as string) in schemas))).toEqual([]);
    }
  });

  test('in version 2 is said without what version 2 does not know', () => {
    const { body } = bench.send('GET', '/openapi/v2');
    const { definitions } = body as unknown as { definitions: Record<string, unknown> };
    expect(definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toMatchObject({
      type: 'string',
      format: 'int-or-string',
    });
    const service = definitions['io.k8s.api.core.v1.Service'] as { properties: object };
    expect(service.properties).toMatchObject({
      spec: { $ref: '#/definitions/io.k8s.api.core.v1.ServiceSpec' },
    });
    expect(JSON.stringify(service)).not.toMatch(/allOf|"default"/);
    // A field of this name is no default.
    expect(definitions['io.k8s.api.core.v1.LimitRangeItem']).toMatchObject({
      properties: { default: { type: 'object' } },
    });
  });
});

test('fieldsOf tells an editor what may stand at a place', () => {
  const service = { group: '', version: 'v1', kind: 'Service' };
  expect(
    fieldsOf(texts, service, ['spec', 'ports', '0'])?.find(({ name }) => name === 'port'),
  ).toEqual({
    name: 'port',
    type: 'integer',
    required: true,
    description: 'The port that will be exposed by this service.',
  });
  const [type] = fieldsOf(texts, service, ['spec'])?.filter(({ name }) => name === 'type') ?? [];
  expect(type?.enum).toEqual(['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']);
  expect(fieldsOf(texts, service, ['metadata', 'labels'])).toEqual([]);
  expect(fieldsOf(texts, service, ['nope'])).toBeUndefined();
});
