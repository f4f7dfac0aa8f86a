import type { ApiObject } from '../apimachinery/object.ts';
import type { MergeTypes } from '../apimachinery/patch/strategic.ts';
import {
  methodNotAllowedStatus,
  noSuchPathStatus,
  notFoundStatus,
  notAcceptableStatus,
} from '../apimachinery/status.ts';
import type { ApiTexts } from '../resources/texts.ts';
import type { ClusterSettings, ResourceKind, Surroundings } from '../resources/kind.ts';
import type { World } from '../world/world.ts';
import { actingFor, authorize, authorizePath } from './authorize.ts';
import { createServed } from './custom/catalog.ts';
import { discover, isServed } from './discovery/index.ts';
import type { CustomSchemas } from './openapi/index.ts';
import { podLocation } from './pod-location.ts';
import { getList, getOne } from './read.ts';
import type { ApiRequest, ApiResponse, ApiServer, User } from './request.ts';
import { plain, refuse } from './responses.ts';
import { header, readUrl, type Target } from './route.ts';
import { review } from './reviews.ts';
import { scaleOf } from './scale.ts';
import { createStorage, type Storage } from './storage.ts';
import { requestToken } from './token-request.ts';
import { createTokens, ISSUER, type Tokens } from './tokens.ts';
import { createWatches } from './watch.ts';
import { create } from './write/create.ts';
import { remove, removeCollection } from './write/delete.ts';
import { evict } from './write/evict.ts';
import { bind } from './write/subresources.ts';
import { patch, replace } from './write/update.ts';

/** What an API server is made of. */
export interface ServerParts {
  readonly kinds: readonly ResourceKind[];
  readonly types: MergeTypes;
  readonly settings: ClusterSettings;
  /** Texts of the served schemas. They may come later than the rest, when people can ask. */
  readonly texts: () => ApiTexts;
  /** Subresources that other components answer (`log`, `exec`): the proxy to the kubelet. */
  readonly connect?: (target: Target, request: ApiRequest, user: User) => ApiResponse | undefined;
  /** Schemas of what CustomResourceDefinitions define. */
  readonly customSchemas?: () => readonly CustomSchemas[];
}

/** The inside of an API server, handed to its parts. */
export interface Server extends ServerParts {
  readonly world: World;
  readonly storage: Storage;
  readonly tokens: Tokens;
  readonly byResource: ReadonlyMap<string, ResourceKind>;
  readonly kindsByName: ReadonlyMap<string, ResourceKind>;
  around(dryRun: boolean): Surroundings;
  scale(kind: ResourceKind, object: ApiObject): ApiObject;
  handleUnknown(): ApiResponse;
}

/** The API server over a world's store. It keeps nothing but what is in the store. */
export function createApiServer(world: World, parts: ServerParts): ApiServer {
  const server = createServer(world, parts);
  const watches = createWatches(server);
  return {
    handle: (request, user) => handle(server, request, user),
    watch: (request, user, deliverTo) => watches.start(request, user, deliverTo),
    bookmark: (watch) => watches.bookmark(watch),
    bookmarkDue: (watch) => watches.bookmarkDue(watch),
    unwatch: (watch) => watches.end(watch),
    authenticate(token) {
      const found = server.tokens.read(token);
      return found?.audiences.includes(ISSUER) ? found.user : undefined;
    },
  };
}

function createServer(world: World, parts: ServerParts): Server {
  const served = createServed(world.store, parts.kinds, parts.types);
  const storage = createStorage(world);
  const find = (resource: string) => served().byResource.get(resource) as ResourceKind;
  return {
    ...parts,
    world,
    storage,
    tokens: createTokens(world),
    get kinds() {
      return served().kinds;
    },
    get byResource() {
      return served().byResource;
    },
    get kindsByName() {
      return served().kindsByName;
    },
    get types() {
      return served().types;
    },
    customSchemas: () => served().customSchemas,
    around: (dryRun) => ({
      now: world.clock.now,
      chance: world.chance,
      dryRun,
      settings: parts.settings,
      list: <T extends ApiObject>(resource: string, namespace?: string) =>
        storage.list(find(resource), namespace) as readonly T[],
      get: <T extends ApiObject>(resource: string, namespace: string | undefined, name: string) =>
        storage.get(find(resource), namespace, name) as T | undefined,
    }),
    scale: scaleOf,
    handleUnknown: () => refuse(noSuchPathStatus()),
  };
}

function handle(server: Server, request: ApiRequest, asking: User): ApiResponse {
  const acting = actingFor(server, request, asking);
  if (!acting.ok) return refuse(acting.status);
  const { user } = acting;
  const { path, target } = readUrl(server.byResource, request.url);
  if (!target) return serveOther(server, request, user, path);
  const response = serve(server, target, request, user);
  const { deprecated } = target.kind;
  if (!deprecated) return response;
  return { ...response, warnings: [deprecated, ...(response.warnings ?? [])] };
}

/** A request that is of no stored object: a question, a document, or nothing. */
function serveOther(server: Server, request: ApiRequest, user: User, path: string): ApiResponse {
  const asked = review(server, request, user);
  if (asked) return asked;
  const denied = authorizePath(server, request, user);
  if (denied) return refuse(denied);
  const found = discover(server, request, path);
  if (found) return found;
  // Where nothing is served at all, the answer is the mux's own text.
  if (!isServed(server, path)) return plain(404, '404 page not found\n');
  return refuse(noSuchPathStatus());
}

/** A request about objects. */
function serve(server: Server, target: Target, request: ApiRequest, user: User): ApiResponse {
  const denied = authorize(server, target, request, user);
  if (denied) return refuse(denied);
  const connected = podLocation(server, target, request) ?? server.connect?.(target, request, user);
  if (connected) return connected;
  if (!acceptable(request)) return refuse(notAcceptableStatus(representations));
  const { kind, name, subresource } = target;
  if (subresource !== undefined && !kind.subresources.includes(subresource)) {
    return refuse(kind.custom ? notFoundStatus(kind.names, name ?? '') : noSuchPathStatus());
  }
  if (name === undefined) return onCollection(server, target, request, user);
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return getOne(server, target, request);
    case 'POST':
      if (subresource === 'binding') return bind(server, target, request);
      if (subresource === 'eviction') return evict(server, target, request);
      if (subresource === 'token') return requestToken(server, target, request);
      break;
    case 'PUT':
      if (subresource === 'binding' || subresource === 'eviction') break;
      return replace(server, target, request, user);
    case 'PATCH':
      return patch(server, target, request, user);
    case 'DELETE':
      return remove(server, target, request, user);
  }
  return refuse(methodNotAllowedStatus());
}

const representations = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/json;stream=watch',
  'application/vnd.kubernetes.protobuf;stream=watch',
];

/** Whether an Accept header names a form that there is. */
function acceptable(request: ApiRequest): boolean {
  const accept = header(request, 'accept');
  return (
    accept === '' || /application\/(json|yaml|vnd\.kubernetes\.protobuf|\*)|\*\/\*/.test(accept)
  );
}

function onCollection(
  server: Server,
  target: Target,
  request: ApiRequest,
  user: User,
): ApiResponse {
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return getList(server, target, request);
    case 'POST':
      return create(server, target, request, user);
    case 'DELETE':
      return removeCollection(server, target, request, user);
    default:
      return refuse(methodNotAllowedStatus());
  }
}
