import type { Resource } from '../discovery/groups.ts';

/** How a parameter is written in the document's language. */
export type Form = 'v2' | 'v3';

interface Operation {
  readonly verb: string;
  readonly action: string;
  readonly query: readonly string[];
}

const changing = ['dryRun', 'fieldManager', 'fieldValidation'];
const listing = [
  'allowWatchBookmarks',
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeoutSeconds',
  'watch',
];
const removing = ['dryRun', 'gracePeriodSeconds', 'orphanDependents', 'propagationPolicy'];

/** What a path of all objects and a path of one answer to, by HTTP method. */
const onCollection: Readonly<Record<string, Operation>> = {
  get: { verb: 'list', action: 'list', query: listing },
  post: { verb: 'create', action: 'post', query: changing },
  delete: {
    verb: 'deletecollection',
    action: 'deletecollection',
    query: [...removing, ...listing],
  },
};
const onObject: Readonly<Record<string, Operation>> = {
  get: { verb: 'get', action: 'get', query: [] },
  put: { verb: 'update', action: 'put', query: changing },
  patch: { verb: 'patch', action: 'patch', query: [...changing, 'force'] },
  delete: { verb: 'delete', action: 'delete', query: removing },
};

/**
 * `paths` of an OpenAPI document: kubectl looks here for the kind behind a resource (`explain`)
 * and for the parameters that a server takes (`fieldValidation`).
 */
export function openApiPaths(
  kinds: readonly Resource[],
  form: Form = 'v3',
): Record<string, object> {
  const paths: Record<string, object> = {};
  for (const kind of kinds) {
    const { group, version, plural, namespaced } = kind.names;
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const place = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
    paths[place] = item(kind, onCollection, namespaced ? ['namespace'] : [], form);
    const names = namespaced ? ['name', 'namespace'] : ['name'];
    paths[`${place}/{name}`] = item(kind, onObject, names, form);
    if (namespaced) {
      const { get } = onCollection;
      paths[`${root}/${plural}`] = item(kind, get ? { get } : {}, [], form);
    }
  }
  return paths;
}

function item(
  { names }: Resource,
  operations: Readonly<Record<string, Operation>>,
  inPath: readonly string[],
  form: Form,
): object {
  const { group, version, kind, verbs } = names;
  const made: Record<string, object> = {};
  for (const [method, { verb, action, query }] of Object.entries(operations)) {
    if (!verbs.includes(verb)) continue;
    made[method] = {
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': { group, version, kind },
      parameters: query.map((name) => parameter(name, 'query', form)),
      responses: { '200': { description: 'OK' } },
    };
  }
  const shared = [
    ...inPath.map((name) => parameter(name, 'path', form)),
    parameter('pretty', 'query', form),
  ];
  return { ...made, parameters: shared };
}

function parameter(name: string, place: 'path' | 'query', form: Form): object {
  const type = /^(watch|force|orphan|allow|sendInitial)/.test(name)
    ? 'boolean'
    : /^(limit|timeoutSeconds|gracePeriodSeconds)$/.test(name)
      ? 'integer'
      : 'string';
  return {
    name,
    in: place,
    ...(place === 'path' && { required: true }),
    ...(form === 'v2' ? { type, uniqueItems: true } : { schema: { type, uniqueItems: true } }),
  };
}
