import type { FieldError } from '../apimachinery/field-error.ts';
import type { ApiObject } from '../apimachinery/object.ts';
import type { ApiStatus } from '../apimachinery/status.ts';
import type { Chance } from '../world/chance.ts';
import type { Json, Micros } from '../world/json.ts';

/** How a kind is called, as discovery tells it. */
export interface KindNames {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** What defaulting, preparing and allocating may know of the cluster. */
export interface Surroundings {
  readonly now: Micros;
  readonly chance: Chance;
  readonly dryRun: boolean;
  /** Stored objects of any resource (`services`, `nodes`, `ipaddresses.networking.k8s.io`). */
  list<T extends ApiObject>(resource: string, namespace?: string): readonly T[];
  get<T extends ApiObject>(
    resource: string,
    namespace: string | undefined,
    name: string,
  ): T | undefined;
  readonly settings: ClusterSettings;
}

/** Who a request is from. */
export interface Requester {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What flags of kube-apiserver and kube-controller-manager say. */
export interface ClusterSettings {
  readonly serviceCidrs: readonly string[];
  readonly podCidrs: readonly string[];
  readonly nodePortRange: readonly [number, number];
  readonly clusterDomain: string;
  readonly version: string;
}

/** One printer column. `priority` above 0 shows only with `-o wide`. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'number' | 'boolean';
  readonly format?: string;
  readonly description: string;
  readonly priority: number;
}

/** What `describe` may look up beside the object itself; each is a request of the real kubectl. */
export interface Related {
  readonly now: Micros;
  list(
    resource: string,
    namespace?: string,
    labelSelector?: string,
    fieldSelector?: string,
  ): readonly ApiObject[];
  get(resource: string, namespace: string | undefined, name: string): ApiObject | undefined;
  events(about: ApiObject): readonly ApiObject[];
  readonly showEvents: boolean;
  /** kubectl's minor version: 1.36 shows a few lines more and one less. */
  readonly minor: number;
  /** The zone of the client's clock (`TZ`), in which it prints times. */
  readonly zone: string;
}

/** How a kind is seen whose objects are stored as those of another: another version, mostly. */
export interface KindView {
  /** The resource under which the objects lie: `events`. */
  readonly of: string;
  read(stored: ApiObject): ApiObject;
  write(object: ApiObject): ApiObject;
}

/** A kind is a value: one folder, one `defineKind`. Upstream calls this the strategy. */
export interface ResourceKind<T extends ApiObject = ApiObject> {
  readonly names: KindNames;
  /** Name of its definition in the generated schemas: `io.k8s.api.core.v1.Service`. */
  readonly definition: string;
  /** Pure defaulting, as `SetDefaults_…` and the served schema's defaults. */
  defaults(object: T): T;
  /**
   * The registry's Begin hooks, before everything else: fills in and takes cluster IPs and node
   * ports. Refuses as the real allocators do. It meets objects that are not validated yet.
   */
  allocate?(
    object: T,
    old: T | undefined,
    around: Surroundings,
  ):
    | { readonly object: T }
    | { readonly errors: readonly FieldError[] }
    | { readonly status: ApiStatus };
  /**
   * Cluster-scoped objects that stand and fall with this one, written with it: the IPAddresses of a
   * Service. `resource` says which they are of.
   */
  readonly companions?: {
    readonly resource: string;
    of(object: T): readonly Pick<ApiObject, 'apiVersion' | 'kind' | 'metadata'>[];
  };
  /** Clears what a client may not set (`PrepareForCreate`, `PrepareForUpdate`). */
  prepare(object: T, old: T | undefined, around: Surroundings): T;
  /** Notes on a new object who has made it. */
  signedBy?(object: T, user: Requester): T;
  validate(object: T, old: T | undefined, around: Surroundings): readonly FieldError[];
  /** Puts back what a write to `/status` may leave out, or may not change. */
  prepareStatus?(object: T, old: T): T;
  /** What the status of a write to `/status` must be like. */
  validateStatus?(object: T, old: T): readonly FieldError[];
  /** What every request about a kind that is to go is told, whatever comes of it. */
  readonly deprecated?: string;
  /** Text for the `Warning` header. */
  warnings?(object: T, old: T | undefined): readonly string[];
  readonly subresources: readonly string[];
  /** Whether spec changes raise `metadata.generation`; all but a few kinds do. */
  readonly hasGeneration: boolean;
  /** Seconds of graceful deletion for an object; undefined deletes at once. */
  gracePeriod?(object: T, requested: number | undefined): number | undefined;
  /** Finalizers besides those of the metadata that keep a deleted object (Namespace's own). */
  pendingFinalizers?(object: T): readonly string[];
  /** What deletion changes on an object that stays for its finalizers. */
  terminating?(object: T): T;
  /** Labels, field selectors beyond metadata.name and metadata.namespace. */
  selectableFields?(object: T): Readonly<Record<string, string>>;
  /** The feature gate that a kind needs to be served: without it, it can only be printed. */
  readonly gate?: string;
  /** Set where the objects are stored in the form of another kind, and only seen through this. */
  readonly view?: KindView;
  /** Set for kinds that a CustomResourceDefinition defines. */
  readonly custom?: true;
  /** The resource whose objects go before an object of this kind does. */
  instances?(object: T): string;
  /** Objects that the server makes up for each request instead of storing them. */
  readonly fixed?: readonly ApiObject[];
  readonly columns: readonly Column[];
  /**
   * Cells of the Table row, in the order of the columns (dates as ages are printed by the server).
   */
  cells(object: T, now: Micros): readonly Json[];
  describe(object: T, related: Related): string;
}

/** Types a kind and gives it back; a place for the compiler to check against. */
export function defineKind<T extends ApiObject>(kind: ResourceKind<T>): ResourceKind<ApiObject> {
  return kind as unknown as ResourceKind<ApiObject>;
}
