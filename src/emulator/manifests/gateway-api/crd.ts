import type { Structural } from '../../apimachinery/structural.ts';
import type { PrinterColumn } from '../../resources/crd-shapes.ts';
import { GROUP } from './shared.ts';
import { obj, str } from './schema.ts';

/** A kind of the Gateway API, as far as its kinds differ. */
export interface GatewayKind {
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly scope?: 'Cluster';
  /** Versions that are served; the first is stored. */
  readonly versions?: readonly string[];
  readonly columns: readonly PrinterColumn[];
  readonly description: string;
  readonly spec: Structural;
  readonly status?: Structural;
}

export const AGE: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
};

const BUNDLE = 'v1.6.0-dev';

/** The CustomResourceDefinition of a kind. */
export function crdOf(given: GatewayKind): object {
  const { kind, plural, shortNames, scope = 'Namespaced', versions = ['v1'] } = given;
  const { columns, description, spec, status } = given;
  const schema = obj(
    {
      apiVersion: str({ description: 'Version of the API that the object is written in.' }),
      kind: str({ description: 'The kind of the object.' }),
      metadata: { type: 'object' },
      'spec!': spec,
      ...(status && { status }),
    },
    { description },
  );
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      annotations: {
        'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/4558',
        'gateway.networking.k8s.io/bundle-version': BUNDLE,
        'gateway.networking.k8s.io/channel': 'standard',
      },
      name: `${plural}.${GROUP}`,
    },
    spec: {
      group: GROUP,
      names: {
        categories: ['gateway-api'],
        kind,
        listKind: `${kind}List`,
        plural,
        ...(shortNames && { shortNames }),
        singular: kind.toLowerCase(),
      },
      scope,
      versions: versions.map((name, index) => ({
        additionalPrinterColumns: columns,
        name,
        schema: { openAPIV3Schema: schema },
        served: true,
        storage: index === 0,
        ...(status && { subresources: { status: {} } }),
      })),
    },
  };
}
