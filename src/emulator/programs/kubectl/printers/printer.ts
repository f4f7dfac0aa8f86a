import type { Call } from '../../../host/syscalls.ts';
import { isErrno } from '../../../host/errno.ts';
import type { Json } from '../../../world/json.ts';
import type { Context } from '../command.ts';
import { failed } from '../failure.ts';
import { goJson, goSyntax } from '../go-format.ts';
import { goStrerror } from '../go-errors.ts';
import { createJsonPath, type JsonPath } from '../jsonpath/find.ts';
import { PathError } from '../jsonpath/parse.ts';
import { inStructOrder } from '../member-order.ts';
import { asJson, copy, groupOf, isList, itemsOf, sorted, type Obj } from '../object.ts';
import { createTemplate, TemplateError } from '../template/template.ts';
import { encodeYaml } from '../yaml/encode.ts';
import { parseColumnFile, parseColumns, printColumns } from './custom-columns.ts';
import { encodeKyaml } from './kyaml.ts';

/** Prints objects one after another. */
export interface Printer {
  /** `typed`: members stay in the order given, as those of a Go struct. */
  print(object: Obj, options?: { readonly typed?: boolean }): Call<void>;
}

const TEMPLATES = [
  'go-template',
  'go-template-file',
  'jsonpath',
  'jsonpath-as-json',
  'jsonpath-file',
];
const FORMATS = ['json', 'kyaml', 'name', ...TEMPLATES, 'template', 'templatefile', 'yaml'].sort();

/** The printer of `-o`; undefined where there is none given. Throws for an unknown format. */
export function printerFor(context: Context, extra: readonly string[] = []): Printer | undefined {
  const output = context.flags.text('output');
  const template = context.flags.text('template');
  const given = output === '' && template !== '' ? 'go-template' : output;
  if (given === '') return undefined;
  const cut = given.indexOf('=');
  const format = lowered(cut < 0 ? given : given.slice(0, cut));
  const argument = cut < 0 ? template : given.slice(cut + 1);
  switch (format) {
    case 'json':
    case 'yaml':
    case 'kyaml':
      return structured(context, format);
    case 'name':
      return namePrinter(context, '');
    case 'jsonpath':
    case 'jsonpath-as-json':
    case 'jsonpath-file':
      return pathPrinter(context, format, argument);
    case 'go-template':
    case 'template':
    case 'go-template-file':
    case 'templatefile':
      return templatePrinter(context, format, argument);
    case 'custom-columns':
    case 'custom-columns-file':
      if (extra.includes(format)) return columnPrinter(context, format, argument);
  }
  const allowed = [...FORMATS, ...extra].sort().join(',');
  throw failed(
    `unable to match a printer suitable for the output format "${given}", ` +
      `allowed formats are: ${allowed}`,
  );
}

/** Four formats may be written in capitals. */
function lowered(format: string): string {
  return /^(json|yaml|kyaml|name)$/i.test(format) ? format.toLowerCase() : format;
}

/** Says what became of an object, or prints it as `-o` asks. */
export function resultPrinter(context: Context, operation: string): Printer {
  return printerFor(context) ?? namePrinter(context, dryRunText(context, operation));
}

/** `created (dry run)`, `created (server dry run)`. */
export function dryRunText(context: Context, operation: string): string {
  const mode = dryRun(context);
  if (mode === 'client') return `${operation} (dry run)`;
  return mode === 'server' ? `${operation} (server dry run)` : operation;
}

/** What `--dry-run` asks for. */
export function dryRun(context: Context): 'none' | 'client' | 'server' {
  const value = context.flags.text('dry-run');
  if (value === '' || value === 'none') return 'none';
  if (value === 'client' || value === 'server') return value;
  if (value === 'unchanged') return 'client';
  if (/^(1|t|T|TRUE|true|True)$/.test(value)) return 'client';
  if (/^(0|f|F|FALSE|false|False)$/.test(value)) return 'none';
  throw failed(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
}

/** An object, or each object of a list, without what `--show-managed-fields` shows. */
export function withoutManagedFields(object: Obj): Obj {
  const strip = (each: Obj): Obj => {
    if (!each.metadata?.['managedFields']) return each;
    const { managedFields: _gone, ...metadata } = each.metadata;
    return { ...each, metadata };
  };
  if (!Array.isArray(object['items'])) return strip(object);
  return { ...object, items: (object['items'] as Obj[]).map(strip) };
}

function structured(context: Context, format: 'json' | 'yaml' | 'kyaml'): Printer {
  let count = 0;
  return {
    *print(object, { typed = false } = {}) {
      const bare = context.flags.on('show-managed-fields') ? object : withoutManagedFields(object);
      const shown = asJson(typed ? inStructOrder(bare) : bare);
      count += 1;
      if (format === 'yaml') yield* context.out((count > 1 ? '---\n' : '') + encodeYaml(shown));
      else if (format === 'kyaml') yield* context.out(encodeKyaml(shown, typed));
      else yield* context.out(`${goJson(shown, { indent: '    ', sort: !typed })}\n`);
    },
  };
}

/** `deployment.apps/web created`. */
export function namePrinter(context: Context, operation: string): Printer {
  const printer: Printer = {
    *print(object) {
      if (isList(object)) {
        for (const item of itemsOf(object)) yield* printer.print(item);
        return;
      }
      const group = groupOf(object.apiVersion ?? '');
      const kind = (object.kind ?? 'unknown').toLowerCase();
      const name = object.metadata?.name || '<unknown>';
      const tail = operation === '' ? '' : ` ${operation}`;
      yield* context.out(`${group === '' ? kind : `${kind}.${group}`}/${name}${tail}\n`);
    },
  };
  return printer;
}

function readTemplate(context: Context, path: string): string {
  const found = context.sys.files.read(path);
  if (!isErrno(found)) return found.text;
  throw failed(`error reading --template ${path}, open ${path}: ${goStrerror(found)}\n`);
}

function pathPrinter(context: Context, format: string, argument: string): Printer {
  if (argument === '') throw failed('template format specified but no template given');
  const text = format === 'jsonpath-file' ? readTemplate(context, argument) : argument;
  const allowMissing =
    !context.flags.has('allow-missing-template-keys') ||
    context.flags.on('allow-missing-template-keys');
  let path: JsonPath;
  try {
    path = createJsonPath(text, allowMissing);
  } catch (caught) {
    if (!(caught instanceof PathError)) throw caught;
    throw failed(`error parsing jsonpath ${text}, ${caught.message}\n`);
  }
  return {
    *print(object) {
      const data = asJson(sorted(object));
      try {
        if (format === 'jsonpath-as-json') {
          const found = path.find(data).flat();
          yield* context.out(`${goJson(found, { indent: '    ', sort: false })}\n`);
        } else yield* context.out(path.print(data));
      } catch (caught) {
        if (!(caught instanceof PathError)) throw caught;
        throw failed(pathFailure(text, caught.message, data));
      }
    },
  };
}

function pathFailure(template: string, why: string, data: Json): string {
  return (
    `error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${why}. ` +
    'Printing more information for debugging the template:\n' +
    `\ttemplate was:\n\t\t${template}\n` +
    `\tobject given to jsonpath engine was:\n\t\t${goSyntax(data)}\n\n\n`
  );
}

function templatePrinter(context: Context, format: string, argument: string): Printer {
  if (argument === '') throw failed('template format specified but no template given');
  const text = format.endsWith('file') ? readTemplate(context, argument) : argument;
  const make = () => {
    try {
      return createTemplate(text);
    } catch (caught) {
      if (!(caught instanceof TemplateError)) throw caught;
      throw failed(`error parsing template ${text}, ${caught.message}`);
    }
  };
  const template = make();
  return {
    *print(object) {
      const data = asJson(sorted(copy(object)));
      try {
        yield* context.out(template(data));
      } catch (caught) {
        if (!(caught instanceof TemplateError)) throw caught;
        yield* context.err(
          `Error executing template: ${caught.message}. Printing more ` +
            'information for debugging the template:\n' +
            `\ttemplate was:\n\t\t${text}\n\traw data was:\n\t\t${goJson(data)}\n` +
            `\tobject given to template engine was:\n\t\t${goSyntax(data).replaceAll(
              'map[string]interface {}',
              'map[string]interface {}',
            )}\n\n`,
        );
        throw failed(`error executing template ${JSON.stringify(text)}: ${caught.message}`);
      }
    },
  };
}

function columnPrinter(context: Context, format: string, argument: string): Printer {
  const columns =
    format === 'custom-columns'
      ? parseColumns(argument)
      : parseColumnFile(columnFile(context, argument));
  return {
    *print(object) {
      const objects = isList(object) ? itemsOf(object) : [object];
      const headers = !context.flags.on('no-headers');
      try {
        yield* context.out(
          printColumns(
            columns,
            objects.map((each) => asJson(each)),
            headers,
          ),
        );
      } catch (caught) {
        if (!(caught instanceof PathError)) throw caught;
        throw failed(caught.message);
      }
    },
  };
}

function columnFile(context: Context, path: string): string {
  const found = context.sys.files.read(path);
  if (!isErrno(found)) return found.text;
  throw failed(`error reading template ${path}, open ${path}: ${goStrerror(found)}\n`);
}
