import { isErrno } from '../../host/errno.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import { HOUR } from '../../world/time.ts';
import type { Client } from './client.ts';
import { failed } from './failure.ts';

/** A resource as discovery tells of it. */
export interface Mapping {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

/** Finds resources by what users and manifests call them. */
export interface RestMapper {
  readonly all: readonly Mapping[];
  /** `svc`, `Service.v1.`, `deployments.apps`; throws where there is no such type. */
  forArgument(argument: string): Call<Mapping>;
  /** The resource of a manifest's kind; undefined where there is none. */
  forKind(apiVersion: string, kind: string): Call<Mapping | undefined>;
  /** Resources of a category such as `all`; empty where it is none. */
  category(name: string): readonly Mapping[];
}

/** `v1`, `apps/v1`. */
export function apiVersionOf({ group, version }: Mapping): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `services`, `deployments.apps`. */
export function resourceName({ group, plural }: Mapping): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** `service`, `deployment.apps`: how results name a kind. */
export function kindName({
  group,
  kind,
}: {
  readonly group: string;
  readonly kind: string;
}): string {
  const lower = kind.toLowerCase();
  return group === '' ? lower : `${lower}.${group}`;
}

/** Path of a collection or an object. */
export function pathOf(
  mapping: Mapping,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  const root = mapping.group === '' ? '/api/v1' : `/apis/${mapping.group}/${mapping.version}`;
  const scope = mapping.namespaced && namespace ? `/namespaces/${namespace}` : '';
  const parts = [name, subresource].filter((part) => part !== undefined);
  return [`${root}${scope}/${mapping.plural}`, ...parts].join('/');
}

interface DiscoveredResource {
  readonly resource: string;
  readonly responseKind?: {
    readonly group?: string;
    readonly version?: string;
    readonly kind: string;
  };
  readonly scope: string;
  readonly singularResource?: string;
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly { readonly subresource: string }[];
}

interface DiscoveryList {
  readonly items: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources?: readonly DiscoveredResource[];
    }[];
  }[];
}

const DISCOVERY =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,' +
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

/** How long what was discovered is taken from the cache on disk. */
const CACHE_MICROS = 6 * HOUR;

/** Asks the server what it serves. */
export function* discover(client: Client, timeout = '32s'): Call<readonly Mapping[]> {
  const found: Mapping[] = [];
  for (const path of ['/api', '/apis']) {
    const list = yield* client.send<DiscoveryList>({
      path,
      query: { timeout },
      accept: DISCOVERY,
    });
    for (const { metadata, versions } of list.items ?? []) {
      for (const { version, resources = [] } of versions) {
        for (const each of resources) found.push(mappingOf(metadata?.name ?? '', version, each));
      }
    }
  }
  return found;
}

function mappingOf(group: string, version: string, from: DiscoveredResource): Mapping {
  return {
    group,
    version,
    kind: from.responseKind?.kind ?? '',
    plural: from.resource,
    singular: from.singularResource ?? '',
    shortNames: from.shortNames ?? [],
    categories: from.categories ?? [],
    namespaced: from.scope === 'Namespaced',
    verbs: from.verbs ?? [],
    subresources: (from.subresources ?? []).map(({ subresource }) => subresource),
  };
}

/** Where discovery is kept, as kubectl names the folder after the server. */
function cachePath(sys: Sys, url: string): string {
  const host = url.replace(/^https?:\/\//, '').replaceAll(/[^\w.-]/g, '_');
  return `${sys.env['HOME'] ?? '/root'}/.kube/cache/discovery/${host}/servergroups.json`;
}

/** What discovery said before, while it is fresh; undefined otherwise. */
export function cachedMappings(sys: Sys, url: string): readonly Mapping[] | undefined {
  const path = cachePath(sys, url);
  const stat = sys.files.stat(path);
  if (isErrno(stat) || sys.now - stat.modified > CACHE_MICROS) return undefined;
  const found = sys.files.read(path);
  if (isErrno(found)) return undefined;
  try {
    return JSON.parse(found.text) as readonly Mapping[];
  } catch {
    return undefined;
  }
}

function keep(sys: Sys, url: string, mappings: readonly Mapping[]): void {
  const path = cachePath(sys, url);
  const text = JSON.stringify(mappings);
  const before = sys.files.read(path);
  if (!isErrno(before) && before.text === text) return;
  sys.files.makeDirectory(path.replace(/\/[^/]*$/, ''), { parents: true });
  sys.files.write(path, text);
}

/** The mapper over cached discovery; an unknown name has the server asked again, once. */
export function* createRestMapper(sys: Sys, client: Client): Call<RestMapper> {
  const cached = cachedMappings(sys, client.url);
  let all = cached ?? (yield* discover(client));
  let fresh = cached === undefined;
  if (fresh) keep(sys, client.url, all);
  const refresh = function* (): Call<boolean> {
    if (fresh) return false;
    yield* client.note(6, 'discovery.go:214', 'Invalidating discovery information');
    all = yield* discover(client);
    fresh = true;
    keep(sys, client.url, all);
    return true;
  };
  return {
    get all() {
      return all;
    },
    *forArgument(argument) {
      let found = findByArgument(all, argument);
      if (!found && (yield* refresh())) found = findByArgument(all, argument);
      if (found) {
        yield* warnOfOthers(sys, all, argument, found);
        return found;
      }
      const resource = argument.split('.')[0] as string;
      throw failed(`the server doesn't have a resource type "${resource}"`);
    },
    *forKind(apiVersion, kind) {
      const find = () =>
        all.find((each) => apiVersionOf(each) === apiVersion && each.kind === kind);
      const found = find();
      return found ?? ((yield* refresh()) ? find() : undefined);
    },
    category: (name) => preferred(all).filter(({ categories }) => categories.includes(name)),
  };
}

/** A short name that several resources have means the first; the others are told of. */
function* warnOfOthers(
  sys: Sys,
  all: readonly Mapping[],
  argument: string,
  found: Mapping,
): Call<void> {
  if (!found.shortNames.includes(argument)) return;
  const names = all.filter((each) => each.shortNames.includes(argument)).map(resourceName);
  for (const other of new Set(names)) {
    if (other === resourceName(found)) continue;
    const text = `short name "${argument}" could also match lower priority resource ${other}`;
    yield* sys.write(2, `Warning: ${text}\n`);
  }
}

/** Each resource once, in the version that the server names first (`ServerPreferredResources`). */
export function preferred(all: readonly Mapping[]): readonly Mapping[] {
  const first = new Map<string, Mapping>();
  for (const each of all) {
    const name = resourceName(each);
    if (!first.has(name)) first.set(name, each);
  }
  return [...first.values()];
}

/** A type as users write it: with version and group, with group, or alone. */
function findByArgument(all: readonly Mapping[], argument: string): Mapping | undefined {
  const parts = argument.split('.');
  const [name = '', version = '', ...rest] = parts;
  if (parts.length >= 3) {
    const group = rest.join('.');
    // A short name stands for a resource in the version that the server prefers.
    const exact = all.find(
      (each) =>
        each.group === group &&
        each.version === version &&
        isCalled({ ...each, shortNames: [] }, name),
    );
    const short = all.find((each) => each.group === group && each.shortNames.includes(name));
    if (exact ?? short) return exact ?? short;
  }
  const group = parts.slice(1).join('.');
  const called = all.filter((each) => isCalled(each, name));
  if (group === '') return called[0];
  return (
    called.find((each) => each.group === group) ??
    called.find((each) => each.group.startsWith(group))
  );
}

function isCalled({ plural, singular, shortNames, kind }: Mapping, name: string): boolean {
  const lower = name.toLowerCase();
  return (
    plural === lower ||
    singular === lower ||
    kind.toLowerCase() === lower ||
    shortNames.includes(name)
  );
}
