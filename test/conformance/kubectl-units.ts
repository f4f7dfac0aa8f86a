import { strategicMerge } from '../../src/emulator/apimachinery/patch/strategic.ts';
import { formatSelector } from '../../src/emulator/apimachinery/selector.ts';
import { createJsonPath } from '../../src/emulator/programs/kubectl/jsonpath/find.ts';
import { relaxedPath } from '../../src/emulator/programs/kubectl/jsonpath/relaxed.ts';
import {
  parseColumnFile,
  parseColumns,
  printColumns,
} from '../../src/emulator/programs/kubectl/printers/custom-columns.ts';
import {
  alignTable,
  plainTable,
  tableLines,
  type TableForm,
} from '../../src/emulator/programs/kubectl/printers/table.ts';
import { withoutManagedFields } from '../../src/emulator/programs/kubectl/printers/printer.ts';
import { createTemplate } from '../../src/emulator/programs/kubectl/template/template.ts';
import { portsOf, selectorOf } from '../../src/emulator/programs/kubectl/verbs/expose/service.ts';
import { sortObjects } from '../../src/emulator/programs/kubectl/verbs/get/sort.ts';
import { rollbackPatch } from '../../src/emulator/programs/kubectl/verbs/rollout/undo.ts';
import { rolloutStatus } from '../../src/emulator/programs/kubectl/verbs/rollout/messages.ts';
import { mergeTypes } from '../../src/emulator/resources/catalog.ts';
import type { Json } from '../../src/emulator/world/json.ts';
import { runAlone } from './kubectl/alone.ts';
import { answer, refusal, same, type Case, type Judge, type Row } from './kubectl/judge.ts';
import { judgeCreate, judgeExpose } from './kubectl/make.ts';
import type { CaseResult } from './run.ts';

const files = [
  'create',
  'custom-columns',
  'expose',
  'jsonpath',
  'rollout-and-ports',
  'sort-by',
  'table-printer',
];

/** Upstream's unit tests of kubectl's parts. */
export const handles = (path: string) =>
  files.some((file) => path === `conformance/kubectl/${file}.json`);

export function* run(file: { readonly file: string; readonly cases: readonly Case[] }) {
  const judge = judges[file.file] as Judge;
  for (const each of file.cases) yield verdict(each, judge);
}

function verdict(each: Case, judge: Judge): CaseResult {
  const { id } = each;
  const result = judge(each);
  if (result === undefined) return { id, outcome: 'unsupported' };
  if (result === true) return { id, outcome: 'pass' };
  return { id, outcome: 'fail', detail: result === false ? JSON.stringify(each) : result };
}

const judges: Readonly<Record<string, Judge>> = {
  jsonpath: judgePath,
  'sort-by': judgeSort,
  'custom-columns': judgeColumns,
  'table-printer': judgeTable,
  'rollout-and-ports': judgeRollout,
  expose: judgeExpose,
  create: judgeCreate,
};

function judgePath({ test, template, input, expect, expectError, mode }: Case) {
  // Go structs are given by their JSON names, the templates use their field names.
  const data = test === 'TestStructInput' ? withGoNames(input) : input;
  let got = '';
  const why = refusal(() => {
    got = createJsonPath(template, mode === 'allowMissingKeys=True').print(data);
  });
  if (expectError)
    return expect === '' || mode !== 'fail: expect holds the error text'
      ? why !== undefined
      : same(why, expect);
  if (why !== undefined) return why;
  if (mode === 'sorted') return same(got.split(' ').sort(), expect.split(' ').sort());
  return same(got, expect);
}

const goFields = [
  'Color',
  'Price',
  'IsNew',
  'Category',
  'Author',
  'Title',
  'Bicycle',
  'Book',
  'Employees',
  'Labels',
  'Name',
];

/** Members renamed as the Go structs call them, in their order. Prices are float32 there. */
function withGoNames(value: any): any {
  if (Array.isArray(value)) return value.map(withGoNames);
  if (typeof value === 'number')
    return Math.fround(value) === value ? Number(value.toPrecision(7)) : value;
  if (typeof value !== 'object' || value === null) return value;
  const found: [string, any][] = [];
  for (const name of Object.keys(value)) {
    const go = name.charAt(0).toUpperCase() + name.slice(1);
    const known = goFields.includes(go);
    found.push([
      known ? go : name,
      known || Array.isArray(value[name]) ? withGoNames(value[name]) : value[name],
    ]);
  }
  const order = [
    'Name',
    'Book',
    'Bicycle',
    'Category',
    'Author',
    'Title',
    'Color',
    'Price',
    'IsNew',
  ];
  found.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return Object.fromEntries(found);
}

function judgeSort({ row }: Case) {
  let got: unknown;
  const why = refusal(() => {
    got = sortObjects(row['obj'].items, row['field']);
  });
  if (row['expectedErr']) return same(why, row['expectedErr']);
  return why ?? same(got, row['sort'].items);
}

function judgeColumns({ test, row }: Case): ReturnType<Judge> {
  const pod = {
    spec: { containers: [0, 1, 2, 3].map((n) => ({ name: `fake${n}` })) },
    metadata: { name: 'foo' },
  };
  switch (test) {
    case 'TestMassageJSONPath': {
      let got = '';
      const why = refusal(() => void (got = relaxedPath(row['input'])));
      return row['expectErr'] ? why !== undefined : same(got, row['expectedOutput']);
    }
    case 'TestNewColumnPrinterFromSpec':
    case 'TestNewColumnPrinterFromTemplate': {
      let got: readonly { header: string; path: string }[] = [];
      const parse = test.endsWith('Template') ? parseColumnFile : parseColumns;
      const why = refusal(() => void (got = parse(row['spec'] ?? '')));
      if (row['expectErr']) return why !== undefined;
      const columns = got.map(({ header, path }) => ({ header, fieldSpec: path }));
      return row['expectedColumns'] ? same(columns, row['expectedColumns']) : why === undefined;
    }
    case 'TestColumnPrint': {
      const columns = row['columns'].map(({ header, fieldSpec }: Row) => ({
        header,
        path: fieldSpec,
      }));
      return same(
        printColumns(columns, row['obj'].items ?? [row['obj']], true),
        row['expectedOutput'],
      );
    }
    case 'TestSliceColumnPrint': {
      let got = '';
      const why = refusal(() => void (got = printColumns(parseColumns(row['spec']), [pod], true)));
      return row['expectErr'] ? why !== undefined : same(got, row['expectedOutput']);
    }
    default:
      return judgeFormat(row, pod);
  }
}

/** `-o` with and without `--template`, by the command itself. */
function judgeFormat(row: Row, pod: object): ReturnType<Judge> {
  const path = row['templateArg'] ?? '';
  const argv = [
    'get',
    'pods',
    'foo',
    `-o=${row['outputFormat']}`,
    ...(path ? [`--template=${path}`] : []),
  ];
  const content = { [path]: 'NAME\n{metadata.name}' };
  const object = { apiVersion: 'v1', kind: 'Pod', ...pod };
  const got = runAlone(
    argv,
    (request) => answer(request, object),
    path.startsWith('/') ? content : {},
  );
  if (row['expectNoMatch']) return /unable to match a printer/.test(got.stderr);
  if (row['expectedError']) return got.stderr.includes(row['expectedError']) || got.stderr;
  return got.stdout.includes(row['expectedOutput']) || got.stdout + got.stderr;
}

const EXISTS =
  '{{if (exists . "status" "containerStatuses")}}{{range ' +
  '.status.containerStatuses}}{{if (and (eq .name "foo") (exists . ' +
  '"state" "running"))}}true{{end}}{{end}}{{end}}';

function judgeTable({ test, row }: Case): ReturnType<Judge> {
  if (test === 'TestTemplateStrings') {
    return same(createTemplate(EXISTS)(row['pod']) || 'false', row['expect']);
  }
  if (test === 'TestOmitManagedFieldsPrinter') {
    return same(withoutManagedFields(row['object']), row['expected']);
  }
  const options: Row = row['options'] ?? {};
  const form = {
    wide: options['wide'] ?? false,
    headers: !options['noHeaders'],
    namespace: options['withNamespace'] ?? false,
    kind: options['withKind'] ? String(options['kind'].kind).toLowerCase() : '',
    labels: options['showLabels'] ?? false,
    columnLabels: options['columnLabels'] ?? [],
  };
  if (!row['columns']) return judgePlain(row, form);
  const table = { columnDefinitions: row['columns'], rows: row['rows'] };
  const named = test.includes('WithKind')
    ? {
        ...table,
        columnDefinitions: row['columns'].map((each: Row, at: number) =>
          at === 0 ? { ...each, format: 'name' } : each,
        ),
      }
    : table;
  const lines = tableLines(named, form);
  // The type of an event stands before what it is of.
  const shown = test.includes('WatchEvents') ? lines.map((line) => `Added\t${line}`) : lines;
  return same(alignTable(shown), row['expected']);
}

/** Objects that come without a table. */
function judgePlain(row: Row, form: TableForm): ReturnType<Judge> {
  const { object } = row;
  if (!object) return undefined;
  const lines = tableLines(plainTable(object.items ?? [object], RECORDED), form);
  const got = alignTable(lines);
  return got === row['expected'] || new RegExp(row['expected']).test(got) || got;
}

/** Near enough to when the cases were made: only that there is an age counts. */
const RECORDED = 1_795_000_000_000_000;

function judgeRollout({ test, row }: Case): ReturnType<Judge> {
  switch (test) {
    case 'TestMapBasedSelectorForObject': {
      let got: Record<string, string> = {};
      const why = refusal(() => void (got = selectorOf(row['object'])));
      if (row['expectErr']) return why !== undefined;
      return why ?? same(formatSelector({ matchLabels: got }), row['expectSelector']);
    }
    case 'TestPortsForObject':
    case 'TestProtocolsForObject':
    case 'TestMultiProtocolsForObject': {
      let got: ReadonlyMap<string, readonly string[]> = new Map();
      const why = refusal(() => void (got = portsOf(row['object'])));
      if (row['expectErr']) return why !== undefined;
      if (why !== undefined) return why;
      if (test === 'TestPortsForObject') return same([...got.keys()].sort(), row['expected']);
      return row['expected'] === undefined || same(Object.fromEntries(got), row['expected']);
    }
    case 'TestCanBeExposed': {
      const exposable = /^(ReplicationController|Service|Pod|Deployment|ReplicaSet)$/;
      return exposable.test(row['kind'].kind) !== row['expectErr'];
    }
    case 'TestApplyDaemonSetHistory': {
      const patch = rollbackPatch(row['expected'].spec.template) as Json;
      const got = strategicMerge(mergeTypes, 'V1DaemonSet', row['source'], patch) as Row;
      return same(got['spec'].template, row['expected'].spec.template);
    }
    default:
      if (!/Status/.test(test)) return undefined;
      return judgeStatus(row, test);
  }
}

function judgeStatus(row: Row, test: string): ReturnType<Judge> {
  const kind = /DaemonSet/.test(test)
    ? 'DaemonSet'
    : /StatefulSet/.test(test)
      ? 'StatefulSet'
      : 'Deployment';
  const object = row['object'] ?? row['obj'];
  if (!object) return undefined;
  const got = rolloutStatus({ ...object, kind }, 0);
  return same(got.message, row['msg'] ?? row['expected']);
}
