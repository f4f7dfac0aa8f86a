import type { Call } from '../../host/syscalls.ts';
import type { Context } from './command.ts';
import { failed, problemOf, refused, throwAll, type Problem } from './failure.ts';
import { readFiles } from './files.ts';
import { isList, itemsOf, type Obj } from './object.ts';
import { pathOf, type Mapping, type RestMapper } from './rest-mapper.ts';

/** One thing that a command works on: what was named, and the object if it is known. */
export interface Info {
  readonly mapping: Mapping;
  readonly namespace: string;
  readonly name: string;
  /** File it comes from; empty for arguments. */
  readonly source: string;
  object: Obj | undefined;
}

/** What a command line selects (cli-runtime `resource.Builder`). */
export interface Selection {
  readonly args?: readonly string[];
  readonly filenames?: readonly string[];
  readonly recursive?: boolean;
  readonly kustomize?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly all?: boolean;
  readonly allNamespaces?: boolean;
  /** A type alone means all of it. */
  readonly allowEmptySelector?: boolean;
  /** Accept header and further query of the reads. */
  readonly accept?: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly subresource?: string;
  readonly limit?: number;
  /** Lists are taken apart; otherwise each is one info without a name. */
  readonly flatten?: boolean;
  /** Objects of files are fetched anew from the server. */
  readonly latest?: boolean;
  /** Do not fetch what is named: names are enough. */
  readonly lazy?: boolean;
  /** File content has to have kind and apiVersion, told as validation tells it. */
  readonly validate?: boolean;
  readonly local?: boolean;
}

export interface Visited {
  readonly infos: readonly Info[];
  readonly problems: readonly Problem[];
  /** One name of one type was asked for. */
  readonly single: boolean;
}

/**
 * As `selectionOf`, for commands where `--all` only allows a type without names: names that are
 * given count all the same.
 */
export function wideSelectionOf(context: Context, args?: readonly string[]): Selection {
  return {
    ...selectionOf(context, args),
    all: false,
    allowEmptySelector: context.flags.on('all'),
  };
}

/** The builder's options that flags give to most commands. */
export function selectionOf(context: Context, args: readonly string[] = context.args): Selection {
  const { flags } = context;
  return {
    args,
    filenames: flags.list('filename'),
    recursive: flags.on('recursive'),
    kustomize: flags.text('kustomize'),
    labelSelector: flags.text('selector'),
    fieldSelector: flags.text('field-selector'),
    all: flags.on('all'),
    allNamespaces: flags.on('all-namespaces'),
    local: flags.on('local'),
    flatten: true,
  };
}

const MISSING = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

const LOCAL = `you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'`;

/** Refuses named objects where `--local` leaves no server to ask (`LocalResourceError`). */
export function refuseLocal(context: Context, resources: readonly string[]): void {
  if (context.flags.on('local') && resources.length > 0) throw failed(LOCAL);
}

/** Refuses a command without files (`FilenameOptions.RequireFilenameOrKustomize`). */
export function requireFiles({ flags }: Context): void {
  if (flags.list('filename').length > 0 || flags.text('kustomize') !== '') return;
  throw failed('must specify one of -f and -k');
}

/** Ways to name files that do not go together (`FilenameOptions.validate`). */
function checkFiles({ filenames, kustomize, recursive }: Selection): void {
  const problems: string[] = [];
  if ((filenames?.length ?? 0) > 0 && kustomize) {
    problems.push('only one of -f or -k can be specified');
  }
  if (kustomize && recursive) problems.push("the -k flag can't be used with -f or -R");
  throwAll(problems.map((text) => ({ type: 'text', text })));
}

interface Named {
  readonly types: readonly string[];
  readonly names: readonly string[];
  readonly tuples: readonly (readonly [type: string, name: string])[];
}

/** Finds all that a selection names. What is wrong with the selection itself is thrown. */
export function* visit(context: Context, selection: Selection): Call<Visited> {
  const args = selection.args ?? [];
  const files = (selection.filenames?.length ?? 0) > 0 || Boolean(selection.kustomize);
  const named = readArguments(args);
  checkFiles(selection);
  if (files) {
    if (named.types.length > 0 || named.tuples.length > 0) {
      throw failed(
        'when paths, URLs, or stdin is provided as input, you may not specify ' +
          'resource arguments as well',
      );
    }
    return yield* visitFiles(context, selection);
  }
  if (selection.local) throw failed(LOCAL);
  const typeAlone = named.types.length > 0 && named.names.length === 0;
  const selecting =
    Boolean(selection.labelSelector) ||
    Boolean(selection.fieldSelector) ||
    selection.all ||
    (typeAlone && selection.allowEmptySelector);
  const mapper = yield* context.mapper();
  if (selecting) return yield* visitSelector(context, selection, named, mapper);
  if (named.tuples.length > 0) return yield* visitTuples(context, selection, named, mapper);
  if (named.names.length > 0) return yield* visitNames(context, selection, named, mapper);
  if (named.types.length > 0) {
    for (const type of named.types) yield* mapper.forArgument(type);
    throw failed('resource(s) were provided, but no name was specified');
  }
  throw failed(MISSING);
}

function readArguments(args: readonly string[]): Named {
  const slashes = args.filter((arg) => arg.includes('/')).length;
  if (slashes > 0 && slashes !== args.length) {
    throw failed(
      'there is no need to specify a resource type as a separate argument ' +
        "when passing arguments in resource/name form (e.g. 'kubectl get " +
        "resource/<resource_name>' instead of 'kubectl get resource " +
        "resource/<resource_name>'",
    );
  }
  if (slashes > 0) return { types: [], names: [], tuples: args.map(tupleOf) };
  const [types = '', ...names] = args;
  return { types: types.split(',').filter((type) => type !== ''), names, tuples: [] };
}

/** `svc/web` taken apart. */
export function tupleOf(argument: string): readonly [string, string] {
  const parts = argument.split('/');
  if (parts.length !== 2) {
    throw failed('arguments in resource/name form may not have more than one slash');
  }
  const [type = '', name = ''] = parts;
  if (type === '' || name === '' || type.includes(',')) {
    throw failed('arguments in resource/name form must have a single resource and name');
  }
  return [type, name];
}

/** The resources that types and categories stand for. */
export function* mappingsOf(
  types: readonly string[],
  mapper: RestMapper,
): Call<readonly Mapping[]> {
  const found: Mapping[] = [];
  for (const type of types) {
    const category = mapper.category(type);
    const mappings = category.length > 0 ? category : [yield* mapper.forArgument(type)];
    for (const mapping of mappings) if (!found.includes(mapping)) found.push(mapping);
  }
  return found;
}

function* visitSelector(
  context: Context,
  selection: Selection,
  { types, names, tuples }: Named,
  mapper: RestMapper,
): Call<Visited> {
  if (names.length > 0) throw failed('name cannot be provided when a selector is specified');
  if (tuples.length > 0) {
    throw failed('selectors and the all flag cannot be used when passing resource/name arguments');
  }
  if (types.length === 0) throw failed('at least one resource must be specified to use a selector');
  if (selection.subresource) {
    throw failed('subresource cannot be used when bulk resources are specified');
  }
  const infos: Info[] = [];
  const problems: Problem[] = [];
  for (const mapping of yield* mappingsOf(types, mapper)) {
    try {
      for (const list of yield* fetchLists(context, selection, mapping)) {
        infos.push(...infosOf(mapping, list, selection));
      }
    } catch (caught) {
      problems.push(problemOf(caught));
    }
  }
  return { infos, problems, single: false };
}

function infosOf(mapping: Mapping, list: Obj, selection: Selection): Info[] {
  if (selection.flatten && isList(list)) {
    return itemsOf(list).map((object) => infoOf(mapping, object, ''));
  }
  return [{ mapping, namespace: '', name: '', source: '', object: list }];
}

/** An info around an object that is known. */
export function infoOf(mapping: Mapping, object: Obj, source: string): Info {
  const { name = '', namespace = '' } = object.metadata ?? {};
  return { mapping, namespace: mapping.namespaced ? namespace : '', name, source, object };
}

/** Pages of a list. Refusals say which selector they are about. */
function* fetchLists(context: Context, selection: Selection, mapping: Mapping): Call<Obj[]> {
  const namespace = selection.allNamespaces ? undefined : context.namespace().name;
  const pages: Obj[] = [];
  let next: string | undefined;
  try {
    do {
      const page: Obj = yield* context.client().send<Obj>({
        path: pathOf(mapping, namespace),
        query: {
          labelSelector: selection.labelSelector,
          fieldSelector: selection.fieldSelector,
          limit: selection.limit ? String(selection.limit) : undefined,
          continue: next,
          ...selection.query,
        },
        ...(selection.accept && { accept: selection.accept }),
      });
      pages.push(page);
      next = page.metadata?.['continue'] as string | undefined;
    } while (next);
  } catch (caught) {
    const problem = problemOf(caught);
    if (problem.type === 'status' && /^(BadRequest|NotFound)$/.test(problem.status.reason ?? '')) {
      const what = `"${mapping.group}/${mapping.version}, Resource=${mapping.plural}"`;
      const { labelSelector = '', fieldSelector = '' } = selection;
      const lead =
        labelSelector === '' && fieldSelector === ''
          ? `Unable to list ${what}: `
          : `Unable to find ${what} that match label selector ` +
            `${JSON.stringify(labelSelector)}, field selector ` +
            `${JSON.stringify(fieldSelector)}: `;
      throw refused({ ...problem.status, message: lead + problem.status.message });
    }
    throw caught;
  }
  return pages;
}

/** Fetches one object. */
export function* fetchOne(
  context: Context,
  mapping: Mapping,
  namespace: string,
  name: string,
  selection: Selection = {},
): Call<Obj> {
  return yield* context.client().send<Obj>({
    path: pathOf(mapping, namespace, name, selection.subresource || undefined),
    ...(selection.query && { query: selection.query }),
    ...(selection.accept && { accept: selection.accept }),
  });
}

function* visitTuples(
  context: Context,
  selection: Selection,
  { tuples }: Named,
  mapper: RestMapper,
): Call<Visited> {
  const wanted: (readonly [Mapping, string])[] = [];
  for (const [type, name] of tuples) wanted.push([yield* mapper.forArgument(type), name]);
  return yield* visitWanted(context, selection, wanted, tuples.length === 1);
}

function* visitNames(
  context: Context,
  selection: Selection,
  { types, names }: Named,
  mapper: RestMapper,
): Call<Visited> {
  if (types.length === 0) throw failed('you must provide a resource and a resource name together');
  const mappings = yield* mappingsOf(types, mapper);
  const wanted = mappings.flatMap((mapping) => names.map((name) => [mapping, name] as const));
  return yield* visitWanted(context, selection, wanted, wanted.length === 1);
}

/** What may not be part of a path (`IsValidPathSegmentName`). */
function checkSegment(what: string, name: string): void {
  const problems =
    name === '.' || name === '..'
      ? [`may not be '${name}'`]
      : ['/', '%'].filter((sign) => name.includes(sign)).map((sign) => `may not contain '${sign}'`);
  if (problems.length === 0) return;
  throw failed(`invalid ${what} ${JSON.stringify(name)}: [${problems.join(' ')}]`);
}

function* visitWanted(
  context: Context,
  selection: Selection,
  wanted: readonly (readonly [Mapping, string])[],
  single: boolean,
): Call<Visited> {
  const infos: Info[] = [];
  const problems: Problem[] = [];
  for (const [mapping, name] of wanted) {
    if (selection.allNamespaces && mapping.namespaced) {
      throw failed('a resource cannot be retrieved by name across all namespaces');
    }
    const namespace = mapping.namespaced ? context.namespace().name : '';
    checkSegment('resource name', name);
    if (selection.lazy) {
      infos.push({ mapping, namespace, name, source: '', object: undefined });
      continue;
    }
    try {
      const object = yield* withNamespace(
        context,
        fetchOne(context, mapping, namespace, name, selection),
        namespace,
        mapping,
      );
      infos.push({ mapping, namespace, name: object.metadata?.name ?? name, source: '', object });
    } catch (caught) {
      problems.push(problemOf(caught));
    }
  }
  return { infos, problems, single };
}

/** Where an object is missing because its namespace is, the namespace is what is told. */
function* withNamespace(
  context: Context,
  work: Call<Obj>,
  namespace: string,
  mapping: Mapping,
): Call<Obj> {
  try {
    return yield* work;
  } catch (caught) {
    const problem = problemOf(caught);
    const missing = problem.type === 'status' && problem.status.reason === 'NotFound';
    const named = mapping.namespaced && namespace !== '' && namespace !== 'default';
    if (missing && named && problem.status.details?.kind !== 'namespaces') {
      yield* context.client().send({ path: `/api/v1/namespaces/${namespace}` });
    }
    throw caught;
  }
}

function* visitFiles(context: Context, selection: Selection): Call<Visited> {
  const found = yield* readFiles(context, selection);
  const infos: Info[] = [];
  const problems: Problem[] = [];
  for (const each of found) {
    if ('type' in each) {
      problems.push(each);
      continue;
    }
    try {
      if (selection.latest) {
        each.object = yield* fetchOne(context, each.mapping, each.namespace, each.name, selection);
      }
      infos.push(each);
    } catch (caught) {
      problems.push(problemOf(caught));
    }
  }
  return { infos, problems, single: infos.length === 1 };
}
