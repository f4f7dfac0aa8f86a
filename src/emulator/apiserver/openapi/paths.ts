import type { ResourceKind } from '../../resources/kind.ts';
import type { Server } from '../server.ts';

type Operation = Readonly<Record<string, unknown>>;

/** Query parameters of writes; clients look here for what a server understands. */
const writing = ['dryRun', 'fieldManager', 'fieldValidation'];
const reading = [
  ['allowWatchBookmarks', 'boolean'],
  ['continue', 'string'],
  ['fieldSelector', 'string'],
  ['labelSelector', 'string'],
  ['limit', 'integer'],
  ['resourceVersion', 'string'],
  ['resourceVersionMatch', 'string'],
  ['sendInitialEvents', 'boolean'],
  ['timeoutSeconds', 'integer'],
  ['watch', 'boolean'],
] as const;
const methods: Readonly<Record<string, string>> = {
  get: 'get',
  update: 'put',
  patch: 'patch',
  delete: 'delete',
};

/** What a parameter of this type looks like in the document's language. */
type Form = 'v2' | 'v3';

/** Paths of a group version's resources with their operations. */
export function pathsOf(
  server: Server,
  { group, version }: { readonly group: string; readonly version: string },
  form: Form = 'v3',
): Record<string, object> {
  const kinds = server.kinds.filter(
    ({ names }) => names.group === group && names.version === version,
  );
  return Object.fromEntries(
    kinds.flatMap((kind) => ofKind(kind, form)).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function ofKind({ names }: ResourceKind, form: Form): [string, object][] {
  const { group, version, kind, plural, namespaced, verbs } = names;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = namespaced ? `${root}/namespaces/{namespace}` : root;
  const told = { 'x-kubernetes-group-version-kind': { group, kind, version } };
  const one = verbs.flatMap((verb) => {
    const method = methods[verb];
    return method ? [[method, operation(verb, told, form)] as const] : [];
  });
  const all: (readonly [string, Operation])[] = [];
  if (verbs.includes('list')) all.push(['get', operation('list', told, form)]);
  if (verbs.includes('create')) all.push(['post', operation('post', told, form)]);
  if (verbs.includes('deletecollection')) {
    all.push(['delete', operation('deletecollection', told, form)]);
  }
  return [
    [
      `${scope}/${plural}`,
      { ...Object.fromEntries(all), parameters: inPath(namespaced, false, form) },
    ],
    [
      `${scope}/${plural}/{name}`,
      { ...Object.fromEntries(one), parameters: inPath(namespaced, true, form) },
    ],
  ];
}

function operation(action: string, told: object, form: Form): Operation {
  const query =
    action === 'list'
      ? reading.map(([name, type]) => parameter(name, 'query', type, form))
      : /^(post|update|patch|delete|deletecollection)$/.test(action)
        ? writing.map((name) => parameter(name, 'query', 'string', form))
        : [];
  const done = { 200: { description: 'OK' }, 401: { description: 'Unauthorized' } };
  return {
    ...(query.length > 0 && { parameters: query }),
    responses: done,
    'x-kubernetes-action': action === 'update' ? 'put' : action,
    ...told,
  };
}

function inPath(namespaced: boolean, named: boolean, form: Form): object[] {
  return [...(named ? ['name'] : []), ...(namespaced ? ['namespace'] : [])].map((name) => ({
    ...parameter(name, 'path', 'string', form),
    required: true,
  }));
}

function parameter(name: string, place: string, type: string, form: Form): object {
  const schema = { type, uniqueItems: true };
  return form === 'v2' ? { ...schema, name, in: place } : { name, in: place, schema };
}
