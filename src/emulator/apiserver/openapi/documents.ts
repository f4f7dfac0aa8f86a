import type { ApiTexts } from '../../resources/texts.ts';
import { inVersion, resourcesOf, type Resource } from '../discovery/groups.ts';
import type { Server } from '../server.ts';
import { openApiPaths } from './paths.ts';
import { expanded, GVK, refsOf, type GroupVersionKind, type Schema } from './schema.ts';

/** The schemas of custom resources of one group version. */
export interface CustomSchemas {
  readonly group: string;
  readonly version: string;
  /** Changes when a schema does. */
  readonly hash: string;
  /** By their names in the document: `com.example.v1.CronTab`, `com.example.v1.CronTabList`. */
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** A document below `/openapi/v3`: what it is made of, and how it is told from an older one. */
export interface Source {
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly hash: string;
  readonly roots: readonly string[];
  readonly own: Readonly<Record<string, Schema>>;
}

/** What every custom resource's document needs beside its own schemas. */
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const shared = ['DeleteOptions', 'ListMeta', 'ObjectMeta', 'Patch', 'Status'].map(
  (kind) => `${META}.${kind}`,
);

/** All documents, in the order of their paths. */
export function sourcesOf(server: Server, api: ApiTexts): readonly Source[] {
  const fixed = Object.entries(api.documents).map(([path, { hash, roots }]) => {
    const [, group = '', version = ''] = /^(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path) ?? [];
    return { path, group, version, hash, roots, own: {} };
  });
  const custom = (server.customSchemas?.() ?? []).flatMap((each) => {
    const { group, version, hash, definitions: own } = each;
    const whole = { path: `apis/${group}/${version}`, group, version, hash, own };
    return [{ ...whole, roots: [...Object.keys(own), ...shared] }];
  });
  return [...fixed, ...custom].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Which definitions a document has: its roots, and all that these refer to. */
export function schemasOf(api: ApiTexts, source: Source): Record<string, Schema> {
  const found = new Map<string, Schema>();
  const left = [...source.roots];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (found.has(name)) continue;
    const schema = source.own[name] ?? expanded(api, name);
    if (!schema) continue;
    found.set(name, ofGroup(source, schema));
    left.push(...refsOf(schema));
  }
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What all groups have is also of the kind that the document's own group calls so. */
function ofGroup({ group, version }: Source, schema: Schema): Schema {
  const kinds = schema[GVK];
  const [first] = kinds ?? [];
  if (group === '' || !first || !/^(DeleteOptions|WatchEvent)$/.test(first.kind)) return schema;
  const also: GroupVersionKind = { group, kind: first.kind, version };
  return { ...schema, [GVK]: [first, also] };
}

/** Resources whose paths a document tells of. */
export function resourcesIn(server: Server, { group, version }: Source): readonly Resource[] {
  return version === '' ? [] : inVersion(resourcesOf(server), group, version);
}

/** A whole document (`spec3.OpenAPI`). */
export function documentOf(server: Server, api: ApiTexts, source: Source): object {
  const [, minor] = /^v?(\d+\.\d+)/.exec(server.settings.version) ?? [];
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: minor },
    paths: openApiPaths(resourcesIn(server, source)),
    components: {
      schemas: schemasOf(api, source),
      securitySchemes: {
        BearerToken: {
          type: 'apiKey',
          description: 'Bearer Token authentication',
          name: 'authorization',
          in: 'header',
        },
      },
    },
  };
}
