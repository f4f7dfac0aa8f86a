import type { ApiObject } from '../apimachinery/object.ts';
import { columnDescription } from '../resources/column-descriptions.ts';
import type { Column, ResourceKind } from '../resources/kind.ts';
import type { ApiTexts } from '../resources/texts.ts';
import type { Json } from '../world/json.ts';
import type { Server } from './server.ts';

/** metav1.Table. */
export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: 'meta.k8s.io/v1';
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
  options: { readonly include: string; readonly headless?: boolean },
): Table {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
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

/** What an Accept header asks for. */
export function wantedForm(accept: string): 'table' | 'metadata' | 'metadata-list' | 'object' {
  const first = accept.split(',').map((each) => each.trim())[0] ?? '';
  if (/as=Table\b/.test(first)) return 'table';
  if (/as=PartialObjectMetadataList\b/.test(first)) return 'metadata-list';
  if (/as=PartialObjectMetadata\b/.test(first)) return 'metadata';
  return 'object';
}
