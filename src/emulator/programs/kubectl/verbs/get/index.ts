import { visit, type Selection, type Visited } from '../../builder.ts';
import { TABLE } from '../../client.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { completeResources } from '../../complete-resources.ts';
import { failed } from '../../failure.ts';
import { fileFlags, namespacesFlag, printFlags, selectorFlag } from '../../flag-sets.ts';
import { inServerOrder } from '../../member-order.ts';
import type { Obj } from '../../object.ts';
import { printerFor } from '../../printers/printer.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { printGeneric } from './generic.ts';
import { plainTable } from '../../printers/table.ts';
import { printTables } from './tables.ts';
import { watchResources } from './watch.ts';

const FORMATS =
  'json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|' +
  'jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide';

export default defineCommand({
  name: 'get',
  use:
    `get [(-o|--output=)${FORMATS}] (TYPE[.VERSION][.GROUP] [NAME | -l ` +
    'label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags] [options]',
  short: 'Display one or many resources',
  long:
    'Display one or many resources.\n\n A table shows what matters most of ' +
    'each; -o asks for other forms.',
  examples: [
    ['All pods of the namespace', 'kubectl get pods'],
    ['Pods with their addresses and nodes', 'kubectl get pods -o wide'],
    ['A service as YAML', 'kubectl get service web -o yaml'],
    ['Services and their endpoint slices together', 'kubectl get services,endpointslices'],
  ],
  flags: `${namespacesFlag} ${printFlags} chunk-size=500 field-selector='' ${fileFlags}
    ignore-not-found=false -L|label-columns=[] no-headers=false output-watch-events=false
    raw='' ${selectorFlag} server-print=true show-kind=false show-labels=false sort-by=''
    subresource='' -w|watch=false watch-only=false`,
  run,
  complete: completeResources,
});

const NO_TYPE =
  'You must specify the type of resource to get. Use "kubectl ' +
  'api-resources" for a complete list of supported resources.\n\n';

function* run(context: Context): Call<void> {
  const { flags, args } = context;
  if (flags.text('raw') !== '') {
    checkRaw(context);
    yield* raw(context);
    return;
  }
  const files = flags.list('filename').length > 0 || flags.text('kustomize') !== '';
  const watching = flags.on('watch') || flags.on('watch-only');
  if (args.length === 0 && !files && !watching) {
    yield* context.err(NO_TYPE);
    const more =
      'Use "kubectl explain <resource>" for a detailed description of that ' +
      'resource (e.g. kubectl explain pods).';
    throw failed(usageText(context, `Required resource not specified.\n${more}`));
  }
  if (flags.on('show-labels') && !isTable(context) && flags.text('output') !== '') {
    if (!flags.text('output').startsWith('custom-columns')) {
      throw failed(`--show-labels option cannot be used with ${flags.text('output')} printer`);
    }
  }
  if (flags.on('output-watch-events') && !watching) {
    throw failed('--output-watch-events option can only be used with --watch or --watch-only');
  }
  const selection = selectionFor(context);
  if (watching) {
    yield* watchResources(context, selection);
    return;
  }
  if (isTable(context)) {
    const found = yield* visit(context, selection);
    yield* printTables(context, withTables(context, found));
    return;
  }
  const printer = printerFor(context, ['custom-columns', 'custom-columns-file', 'wide']);
  if (printer)
    yield* printGeneric(context, printer, yield* visit(context, { ...selection, flatten: true }));
}

/** Whether the answer is a table: no `-o`, or `-o wide`. */
function isTable({ flags }: Context): boolean {
  const output = flags.text('output');
  return (output === '' && flags.text('template') === '') || output === 'wide';
}

function selectionFor(context: Context): Selection {
  const { flags, args } = context;
  const table = isTable(context) && flags.on('server-print');
  const sorting = flags.text('sort-by') !== '';
  return {
    args,
    filenames: flags.list('filename'),
    recursive: flags.on('recursive'),
    kustomize: flags.text('kustomize'),
    labelSelector: flags.text('selector'),
    fieldSelector: flags.text('field-selector'),
    allNamespaces: flags.on('all-namespaces'),
    allowEmptySelector: true,
    subresource: flags.text('subresource'),
    latest: true,
    limit: sorting ? 0 : flags.number('chunk-size'),
    ...(table ? { accept: TABLE } : isTable(context) && { flatten: true }),
    ...(table && sorting && { query: { includeObject: 'Object' } }),
  };
}

/** Objects that did not come as tables as some that are made here. */
function withTables({ sys }: Context, found: Visited): Visited {
  const infos = found.infos.map((info) => {
    if (info.object?.kind === 'Table') return info;
    return { ...info, object: plainTable([info.object], sys.now) as never };
  });
  return { ...found, infos };
}

/** What does not go together with `--raw` (`GetOptions.Validate`). */
function checkRaw({ flags, args }: Context): void {
  if (flags.on('watch') || flags.on('watch-only') || flags.text('selector') !== '') {
    throw failed(
      '--raw may not be specified with other flags that filter the server request or ' +
        'alter the output',
    );
  }
  if (args.length > 0) throw failed('arguments may not be passed when --raw is specified');
  if (flags.text('output') !== '') {
    throw failed('--raw and --output are mutually exclusive');
  }
  checkUri(flags.text('raw'));
}

/** Go's `url.ParseRequestURI`, as far as paths go wrong. */
function checkUri(text: string): void {
  const absolute = text.startsWith('/') || /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\//.test(text);
  if (absolute) return;
  const why = `parse ${JSON.stringify(text)}: invalid URI for request`;
  throw failed(`--raw must be a valid URL path: ${why}`);
}

function* raw(context: Context): Call<void> {
  const path = context.flags.text('raw');
  const body = yield* context.client().send<unknown>({ path });
  yield* context.out(rawText(path, body));
}

/** What the server writes: `/version` in indented JSON, the rest in one line. */
function rawText(path: string, body: unknown): string {
  if (typeof body === 'string') return body;
  if (path === '/version') return JSON.stringify(body, undefined, 2);
  const kind = (body as { readonly kind?: unknown } | null)?.kind;
  const typed = typeof kind === 'string' ? inServerOrder(body as Obj) : body;
  return `${JSON.stringify(typed)}\n`;
}
