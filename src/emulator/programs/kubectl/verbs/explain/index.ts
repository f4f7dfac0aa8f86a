import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, type Context } from '../../command.ts';
import { exit, failed, Failure } from '../../failure.ts';
import { apiVersionOf, resourceName, type Mapping, type RestMapper } from '../../rest-mapper.ts';
import { descriptionsOf, structOf, typeName, type OpenApiDocument, type Schema } from './schema.ts';
import { explainV2, type SwaggerDocument } from './openapi-v2.ts';
import { indent, wrap } from './wrap.ts';

const WIDTH = 76;

export default defineCommand({
  name: 'explain',
  use:
    'explain TYPE [--recursive=FALSE|TRUE] ' +
    '[--api-version=api-version-group] ' +
    '[-o|--output=plaintext|plaintext-openapiv2]',
  short: 'Get documentation for a resource',
  examples: [
    ['What a service is', 'kubectl explain service'],
    ['One of its fields', 'kubectl explain service.spec.ports.targetPort'],
  ],
  flags: "api-version='' -o|output='plaintext' recursive=false",
  run,
  complete: (words, { types }) => (words.length === 1 ? types() : []),
});

function* run(context: Context): Call<void> {
  const { args, flags } = context;
  if (args.length === 0) {
    throw failed(
      'You must specify the type of resource to explain. Use "kubectl ' +
        'api-resources" for a complete list of supported resources.',
    );
  }
  if (args.length > 1) throw failed('We accept only this format: explain RESOURCE');
  const { mapping: found, path } = yield* find(context, args[0] as string);
  const mapping = inVersion(context, found);
  const output = flags.text('output');
  if (output === 'plaintext-openapiv2') {
    const swagger = yield* context.client().send<SwaggerDocument>({ path: '/openapi/v2' });
    yield* context.out(explainV2(swagger, mapping, path, flags.on('recursive')));
    return;
  }
  const openApi = yield* documentOf(context, mapping);
  const top = topOf(openApi, mapping);
  if (!top) throw failed(`GVR (${gvrOf(mapping)}) not found in OpenAPI schema`);
  if (output !== 'plaintext') throw failed(`unrecognized format: ${output}`);
  let text = mapping.group === '' ? '' : `GROUP:      ${mapping.group}\n`;
  text += `KIND:       ${mapping.kind}\nVERSION:    ${mapping.version}\n\n`;
  yield* context.out(text);
  yield* context.out(body(openApi, top, path, flags.on('recursive')));
}

/**
 * The resource and the fields behind it. A name may go on with its group
 * (`SplitAndParseResourceRequestWithMatchingPrefix`): the first type of that name counts whose
 * whole name the argument begins with.
 */
function* find(
  context: Context,
  argument: string,
): Call<{ readonly mapping: Mapping; readonly path: readonly string[] }> {
  const mapper = yield* context.mapper();
  const [first = '', ...path] = argument.split('.');
  if (first === '' && path.length > 0) {
    throw failed('invalid jsonpath syntax, first node must be field node');
  }
  const mapping = yield* known(mapper, first);
  const whole = mapper.all.find(
    (each) => each.plural === first && argument.startsWith(resourceName(each)),
  );
  if (!whole) return { mapping, path: path.filter(Boolean) };
  const rest = argument.slice(resourceName(whole).length).split('.');
  return { mapping: whole, path: rest.filter(Boolean) };
}

/** The same type in the group version that `--api-version` names, whether there is one or not. */
function inVersion(context: Context, mapping: Mapping): Mapping {
  const text = context.flags.text('api-version');
  if (text === '' || text === apiVersionOf(mapping)) return mapping;
  const parts = text.split('/');
  if (parts.length > 2) throw failed(`unexpected GroupVersion string: ${text}`);
  const [version = '', group = ''] = parts.toReversed();
  return { ...mapping, group, version };
}

/** Here an unknown type is said without `error: ` in front. */
function* known(mapper: RestMapper, argument: string): Call<Mapping> {
  try {
    return yield* mapper.forArgument(argument);
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.problem.type !== 'text') throw problem;
    throw exit(1, `${problem.problem.text}\n`);
  }
}

interface OpenApiIndex {
  readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
}

/** `apps/v1, Resource=deployments`, as Go prints it. */
function gvrOf({ group, version, plural }: Mapping): string {
  return `${group}/${version}, Resource=${plural}`;
}

function* documentOf(context: Context, mapping: Mapping): Call<OpenApiDocument> {
  const { group, version } = mapping;
  const client = context.client();
  const index = yield* client.send<OpenApiIndex>({
    path: '/openapi/v3',
    query: { timeout: '32s' },
  });
  const key = group === '' ? `api/${version}` : `apis/${group}/${version}`;
  const url = index.paths[key]?.serverRelativeURL;
  if (!url) throw failed(`couldn't find resource for "${gvrOf(mapping)}"`);
  return yield* client.send<OpenApiDocument>({ path: url });
}

/** The schema that says it is of this kind. */
function topOf(openApi: OpenApiDocument, { group, version, kind }: Mapping): Schema | undefined {
  return Object.values(openApi.components.schemas).find((schema) =>
    schema['x-kubernetes-group-version-kind']?.some(
      (each) => each.group === group && each.version === version && each.kind === kind,
    ),
  );
}

function body(
  openApi: OpenApiDocument,
  top: Schema,
  path: readonly string[],
  recursive: boolean,
): string {
  let schema = top;
  for (const name of path) {
    const next = structOf(openApi, schema).properties?.[name];
    // It is the last name that is called unknown, whichever is.
    if (!next) throw failed(`field "${path.at(-1)}" does not exist`);
    schema = next;
  }
  let text = '';
  if (path.length > 0) {
    text += `FIELD: ${path.at(-1)} <${typeName(openApi, schema)}>\n`;
    if (schema.enum)
      text += `ENUM:\n${schema.enum.map((value) => `    ${valueText(value)}\n`).join('')}\n`;
    else text += '\n\n';
  }
  const descriptions = descriptionsOf(openApi, schema);
  const shown = descriptions.length > 0 ? `${descriptions.join('\n')}\n` : '<empty>';
  text += `DESCRIPTION:\n${indent(wrap(shown, WIDTH), 4)}\n`;
  const struct = structOf(openApi, schema);
  if (!struct.properties) return `${text}\n`;
  text += 'FIELDS:\n';
  if (recursive) return `${text}${names(openApi, struct, 1, [])}\n`;
  return `${text}${fields(openApi, struct)}\n\n`;
}

/** Each field with its type and its text. */
function fields(openApi: OpenApiDocument, struct: Schema): string {
  return sortedFields(struct)
    .map(([name, schema]) => {
      const description = schema.description ?? '<no description>';
      return `${head(openApi, struct, name, schema, 1)}${indent(wrap(description, WIDTH), 4)}\n\n`;
    })
    .join('')
    .replace(/\n$/, '');
}

/** Each field with its type, deeper ones below; a type inside itself is not opened again. */
function names(
  openApi: OpenApiDocument,
  struct: Schema,
  level: number,
  above: readonly Schema[],
): string {
  return sortedFields(struct)
    .map(([name, schema]) => {
      const inner = structOf(openApi, schema);
      const line = head(openApi, struct, name, schema, level);
      if (!inner.properties || above.includes(inner)) return line;
      return line + names(openApi, inner, level + 1, [...above, inner]);
    })
    .join('');
}

function sortedFields(struct: Schema): [string, Schema][] {
  return Object.entries(struct.properties ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

function head(
  openApi: OpenApiDocument,
  struct: Schema,
  name: string,
  schema: Schema,
  level: number,
): string {
  const pad = '  '.repeat(level);
  const required = struct.required?.includes(name) ? ' -required-' : '';
  const values = schema.enum ?? [];
  const shown = values.slice(0, 4).map(valueText).join(', ');
  const choice = shown === '' ? '' : `${pad}enum: ${shown}${values.length > 4 ? ', ....' : ''}\n`;
  return `${pad}${name}\t<${typeName(openApi, schema)}>${required}\n${choice}`;
}

/** The empty value is written in quotes. */
function valueText(value: string): string {
  return value === '' ? '""' : value;
}
