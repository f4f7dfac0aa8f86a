import type { ApiObject } from '../apimachinery/object.ts';
import { columnDescription } from '../resources/column-descriptions.ts';
import type { Column, ResourceKind } from '../resources/kind.ts';
import type { ApiTexts } from '../resources/texts.ts';
import type { Json } from '../world/json.ts';
import type { Server } from './server.ts';

/** metav1.Table. */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: string;
  readonly metadata: Readonly<Record<string, Json>>;
  /** null in a watch, where an earlier event has told the columns. */
  readonly columnDefinitions: readonly ColumnDefinition[] | null;
  readonly rows: readonly { readonly cells: readonly Json[]; readonly object: Json }[];
}

interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

/** Objects as a Table. `include` says what each row carries: metadata alone, all, or nothing. */
export function tableOf(
  { world, texts }: Pick<Server, 'world' | 'texts'>,
  kind: ResourceKind,
  objects: readonly ApiObject[],
  metadata: Readonly<Record<string, Json>>,
  options: {
    readonly include: string;
    readonly headless?: boolean;
    readonly apiVersion?: string;
  },
): Table {
  return {
    kind: 'Table',
    apiVersion: options.apiVersion ?? 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: options.headless
      ? null
      : kind.columns.map((each) => definition(texts(), kind, each)),
    rows: objects.map((object) => ({
      cells: kind.cells(object, world.clock.now),
      object: included(object, options.include),
    })),
  };
}

function definition(
  texts: ApiTexts,
  kind: ResourceKind,
  { name, type, format = '', description: own, priority }: Column,
): ColumnDefinition {
  const description = own || columnDescription(texts, kind.definition, name);
  return { name, type, format, description, priority };
}

function included(object: ApiObject, include: string): Json {
  if (include === 'None') return null;
  if (include === 'Object') return object as unknown as Json;
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: object.metadata as unknown as Json,
  };
}

/** Forms of an answer: the object or list itself, a Table of it, or what its metadata says. */
export type Form = 'table' | 'metadata' | 'metadata-list' | 'object';

const forms: Readonly<Record<string, Form>> = {
  Table: 'table',
  PartialObjectMetadata: 'metadata',
  PartialObjectMetadataList: 'metadata-list',
};

/** What an Accept header asks for: the first of its clauses that the server can serve. */
export function wantedForm(accept: string): Form {
  return negotiated(accept).form;
}

/** `meta.k8s.io/v1`: the version of the form that an Accept header asks for. */
export function formVersion(accept: string): string {
  return `meta.k8s.io/${negotiated(accept).version}`;
}

interface Negotiated {
  readonly form: Form;
  readonly version: string;
}

/** Clients send few different headers, and each event of a watch asks. */
const known = new Map<string, Negotiated>();
const MOST = 100;

function negotiated(accept: string): Negotiated {
  const before = known.get(accept);
  if (before) return before;
  if (known.size >= MOST) known.clear();
  const found = negotiate(accept);
  known.set(accept, found);
  return found;
}

/** `NegotiateMediaTypeOptions` of apiserver: clauses whose form there is not are passed over. */
function negotiate(accept: string): Negotiated {
  for (const clause of accept.split(',')) {
    const [type = '', ...rest] = clause.split(';').map((part) => part.trim());
    if (!/^(application\/(json|yaml|vnd\.kubernetes\.protobuf|\*)|\*\/\*)$/.test(type)) continue;
    const told = Object.fromEntries(rest.map((each) => each.split('=') as [string, string]));
    const { as, g = '', v = '' } = told as Readonly<Record<string, string>>;
    if (as === undefined) break;
    const form = forms[as];
    if (form && g === 'meta.k8s.io' && /^v1(beta1)?$/.test(v)) return { form, version: v };
  }
  return { form: 'object', version: 'v1' };
}
