import type { MergeTypes } from '../../apimachinery/patch/strategic.ts';
import type { Structural } from '../../apimachinery/structural.ts';
import type { CustomResourceDefinition } from '../../resources/crd-shapes.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import type { Store } from '../../world/store.ts';
import { etagOf } from '../etag.ts';
import type { CustomSchemas } from '../openapi/index.ts';
import { keyOfKind } from '../route.ts';
import { customKind, definitionOf } from './kind.ts';
import { typesOf, withCustom } from './table.ts';

/** What is served: the built-in kinds, and those that CustomResourceDefinitions define. */
export interface Served {
  readonly kinds: readonly ResourceKind[];
  readonly byResource: ReadonlyMap<string, ResourceKind>;
  readonly kindsByName: ReadonlyMap<string, ResourceKind>;
  readonly types: MergeTypes;
  readonly customSchemas: readonly CustomSchemas[];
}

const CRDS = '/registry/customresourcedefinitions.apiextensions.k8s.io/';

/**
 * What is served now. It is made anew only when a CustomResourceDefinition has changed: the store
 * gives the same list until then.
 */
export function createServed(
  store: Store,
  kinds: readonly ResourceKind[],
  types: MergeTypes,
): () => Served {
  let list: readonly unknown[] | undefined;
  let served: Served | undefined;
  return () => {
    const now = store.list<CustomResourceDefinition>(CRDS);
    if (served && now === list) return served;
    list = now;
    const crds = now.map(([, crd]) => crd).filter(isEstablished);
    served = make(kinds, types, crds);
    return served;
  };
}

function make(
  builtIn: readonly ResourceKind[],
  base: MergeTypes,
  crds: readonly CustomResourceDefinition[],
): Served {
  const versions = crds.flatMap((crd) =>
    crd.spec.versions
      .filter(({ served }) => served)
      .map((version) => ({ crd, version, kind: customKind(crd, version) })),
  );
  const kinds = [...builtIn, ...versions.map(({ kind }) => kind)];
  const types =
    versions.length === 0
      ? base
      : withCustom(
          base,
          versions.map(({ kind, version }) =>
            typesOf(kind.definition, version.schema?.openAPIV3Schema ?? {}),
          ),
        );
  return {
    kinds,
    byResource: new Map(kinds.map((kind) => [keyOfKind(kind), kind])),
    kindsByName: new Map(
      kinds.filter(({ view }) => view?.of === undefined).map((kind) => [kind.names.kind, kind]),
    ),
    types,
    customSchemas: schemasOf(versions),
  };
}

/** Whether a definition's names were ever accepted: before that, nothing of it is served. */
function isEstablished(crd: CustomResourceDefinition): boolean {
  const { status } = crd as unknown as {
    readonly status?: { readonly conditions?: readonly { type: string; status: string }[] };
  };
  return !status?.conditions?.some((each) => each.type === 'Established' && each.status !== 'True');
}

type Version = {
  readonly crd: CustomResourceDefinition;
  readonly version: CustomResourceDefinition['spec']['versions'][number];
  readonly kind: ResourceKind;
};

/** The documents of custom resources, one for each group version. */
function schemasOf(versions: readonly Version[]): readonly CustomSchemas[] {
  const found = new Map<string, { group: string; version: string; definitions: Documents }>();
  for (const { crd, version } of versions) {
    const { group, names } = crd.spec;
    const key = `${group}/${version.name}`;
    const entry = found.get(key) ?? { group, version: version.name, definitions: {} };
    const name = definitionOf(group, version.name, names.kind);
    const gvk = { group, kind: names.kind, version: version.name };
    entry.definitions[name] = documented(version.schema?.openAPIV3Schema ?? {}, gvk);
    const listKind = names.listKind ?? `${names.kind}List`;
    entry.definitions[`${name}List`] = listOf(name, names, { ...gvk, kind: listKind });
    found.set(key, entry);
  }
  return [...found.values()].map((each) => ({
    ...each,
    hash: etagOf(JSON.stringify(each.definitions)).replaceAll('"', ''),
  }));
}

type Documents = Record<string, CustomSchemas['definitions'][string]>;
type Document = Documents[string];
interface Gvk {
  readonly group: string;
  readonly kind: string;
  readonly version: string;
}

const META = '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1';
const CONVENTIONS =
  'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';
const API_VERSION =
  'APIVersion defines the versioned schema of this representation of an object. Servers should ' +
  'convert recognized schemas to the latest internal value, and may reject unrecognized values. ' +
  `More info: ${CONVENTIONS}#resources`;
const KIND =
  'Kind is a string value representing the REST resource this object represents. Servers may ' +
  'infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. ' +
  `More info: ${CONVENTIONS}#types-kinds`;

const typeMeta = {
  apiVersion: { description: API_VERSION, type: 'string' },
  kind: { description: KIND, type: 'string' },
};

function documented(schema: Structural, gvk: Gvk): Document {
  const metadata = {
    allOf: [{ $ref: `${META}.ObjectMeta` }],
    description: `Standard object's metadata. More info: ${CONVENTIONS}#metadata`,
  };
  return {
    ...schema,
    type: 'object',
    properties: { ...schema.properties, ...typeMeta, metadata },
    'x-kubernetes-group-version-kind': [gvk],
  } as unknown as Document;
}

function listOf(
  item: string,
  { kind, plural }: { readonly kind: string; readonly plural: string },
  gvk: Gvk,
): Document {
  const metadata = {
    allOf: [{ $ref: `${META}.ListMeta` }],
    description: `Standard list metadata. More info: ${CONVENTIONS}#types-kinds`,
  };
  return {
    description: `${gvk.kind} is a list of ${kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      ...typeMeta,
      items: {
        description: `List of ${plural}. More info: ${CONVENTIONS}`,
        type: 'array',
        items: { $ref: `#/components/schemas/${item}` },
      },
      metadata,
    },
    'x-kubernetes-group-version-kind': [gvk],
  } as unknown as Document;
}
