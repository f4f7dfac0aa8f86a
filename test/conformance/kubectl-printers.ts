import { inZone } from '../../src/emulator/programs/kubectl/local-time.ts';
import { parseSelector, meets } from '../../src/emulator/apimachinery/selector.ts';
import type { ApiObject } from '../../src/emulator/apimachinery/object.ts';
import { gatedKinds, kinds as served } from '../../src/emulator/resources/catalog.ts';
import type { Related, ResourceKind } from '../../src/emulator/resources/kind.ts';
import { parseRfc3339 } from '../../src/emulator/world/time.ts';
import { same } from './kubectl/judge.ts';
import type { CaseResult } from './run.ts';

interface ColumnCase {
  readonly id: string;
  readonly columns: readonly { readonly name: string; readonly priority: number }[];
}

interface RowCase {
  readonly id: string;
  readonly kind: string;
  readonly object: ApiObject & { readonly items?: readonly ApiObject[] };
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
  readonly options?: { readonly wide?: boolean };
}

interface DescribeCase {
  readonly id: string;
  readonly describer: string;
  readonly namespace: string;
  readonly name: string;
  readonly settings: { readonly showEvents: boolean };
  readonly objects: readonly ApiObject[];
  readonly output: string;
}

/** Also what only servers with other feature gates have: it is printed all the same. */
const kinds = [...served, ...gatedKinds];

type Judge = (each: never) => true | string | undefined;

/** Columns, rows and descriptions of single objects, by the folder of their kind. */
export const handles = (path: string) =>
  /^conformance\/kubectl\/(columns|get-rows|describe)\.json$/.test(path);

export function* run(file: {
  readonly file: string;
  readonly cases: readonly { readonly id: string }[];
}): Iterable<CaseResult> {
  const judge = judges[file.file] as Judge;
  for (const each of file.cases) {
    const result = guarded(judge, each);
    if (result === undefined) yield { id: each.id, outcome: 'unsupported' };
    else if (result === true) yield { id: each.id, outcome: 'pass' };
    else yield { id: each.id, outcome: 'fail', detail: result };
  }
}

/** A case that breaks us fails alone. */
function guarded(judge: Judge, each: unknown): ReturnType<Judge> {
  try {
    return judge(each as never);
  } catch (error) {
    return (error as Error).stack ?? String(error);
  }
}

const judges: Readonly<Record<string, Judge>> = {
  columns: judgeColumns,
  'get-rows': judgeRows,
  describe: judgeDescription,
};

/** When the ages in the recorded rows and descriptions were counted. */
const rowsAt = parseRfc3339('2026-11-23T00:13:15.9Z') ?? 0;
const describedAt = parseRfc3339('2026-11-23T00:40:20.9Z') ?? 0;

function judgeColumns({ id, columns }: ColumnCase): ReturnType<Judge> {
  const [group = '', name = ''] = id.split('.');
  const kind = kinds.find(
    ({ names }) =>
      (names.group.split('.')[0] || 'core') === group && names.kind === name.replace(/List$/, ''),
  );
  if (!kind) return undefined;
  const shape = (each: { name: string; type?: string; format?: string; priority: number }) => ({
    name: each.name,
    type: each.type,
    format: each.format ?? '',
    priority: each.priority,
  });
  return same(kind.columns.map(shape), columns.map(shape));
}

/** Some printers are called by the element that they count (`ValidatingWebhook`). */
function kindNamed(name: string): ResourceKind | undefined {
  const named = [name, `${name}Configuration`];
  return kinds.find(({ names }) => named.includes(names.kind));
}

/** What is missing is empty in Go; some objects were written under the names of Go's fields. */
function named(given: ApiObject & { readonly objectMeta?: ApiObject['metadata'] }): ApiObject {
  const object = wireNames(given) as typeof given;
  const metadata = object.metadata ?? object.objectMeta;
  return { spec: {}, ...object, metadata: { ...metadata, name: metadata?.name ?? '' } };
}

/** Go's `APIServerID` was written as `aPIServerID`; on the wire it is `apiServerID`. */
function wireNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wireNames);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [
    name.replace(/^aPI(?=[A-Z])/, 'api'),
    wireNames(each),
  ]);
  return Object.fromEntries(entries);
}

/**
 * Servers make all cells of a row. Recorded are printers by themselves: without `-o wide` they stop
 * before the last ones.
 */
function judgeRows({ kind: name, object, rows, options }: RowCase): ReturnType<Judge> {
  const kind = kindNamed(name.replace(/List$/, ''));
  if (!kind) return undefined;
  const got = (object.items ?? [object]).map((each, index) => {
    const cells = kind.cells(named(each), rowsAt);
    if (options?.wide || cells.length === rows[index]?.cells.length) return cells;
    const narrow = cells.filter((_cell, column) => kind.columns[column]?.priority === 0);
    return narrow.slice(0, rows[index]?.cells.length);
  });
  return same(
    got,
    rows.map(({ cells }) => cells),
  );
}

function judgeDescription(each: DescribeCase): ReturnType<Judge> {
  const kind = kindNamed(each.describer.replace(/Describer$/, ''));
  if (!kind) return undefined;
  const subject = each.objects.find(
    ({ kind: own, metadata }) => own === kind.names.kind && (metadata.name ?? '') === each.name,
  );
  if (!subject) return undefined;
  const related = relatedOf(each);
  const got = kind.describe(inZone(named(subject), related.zone), related);
  return got === each.output || `--- recorded\n${each.output}\n+++ ours\n${got}`;
}

/** Look-ups over the case's objects, as upstream's fake client: field selectors choose nothing. */
function relatedOf({ objects: given, settings, output }: DescribeCase): Related {
  const objects = given.flatMap((each) => {
    const { items } = each as { readonly items?: readonly ApiObject[] };
    return items ? items.map((item) => ({ ...item, kind: each.kind.slice(0, -4) })) : [each];
  });
  const list: Related['list'] = (resource, namespace, labels) => {
    const kind = kinds.find(
      ({ names }) => [names.plural, names.group].filter(Boolean).join('.') === resource,
    );
    const parsed = parseSelector(labels ?? '');
    return objects.filter(
      (each) =>
        each.kind === kind?.names.kind &&
        (!namespace || each.metadata.namespace === namespace) &&
        parsed.ok &&
        meets(parsed.value, each.metadata.labels ?? {}),
    );
  };
  return {
    now: describedAt,
    showEvents: settings.showEvents,
    minor: 36,
    // The objects were made with a time of this zone, which JSON does not keep.
    zone: / P[DS]T$/m.test(output) ? 'America/Los_Angeles' : 'UTC',
    list,
    get: (resource, namespace, name) =>
      list(resource, namespace).find(({ metadata }) => metadata.name === name),
    events: ({ metadata }) => list('events', metadata.namespace),
  };
}
