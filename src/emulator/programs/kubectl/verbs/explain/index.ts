import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, type Context } from '../../command.ts';
import { exit, failed, Failure } from '../../failure.ts';
import { apiVersionOf, type Mapping, type RestMapper } from '../../rest-mapper.ts';
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
  const { mapping, path } = yield* find(context, args[0] as string);
  const output = flags.text('output');
  if (output === 'plaintext-openapiv2') {
    const swagger = yield* context.client().send<SwaggerDocument>({ path: '/openapi/v2' });
    yield* context.out(explainV2(swagger, mapping, path, flags.on('recursive')));
    return;
  }
  const openApi = yield* documentOf(context, mapping);
  const top = topOf(openApi, mapping);
  if (!top) {
    const { group, version, plural } = mapping;
    throw failed(`couldn't find resource for "${group}/${version}, Resource=${plural}"`);
  }
  if (output !== 'plaintext') throw failed(`unrecognized format: ${output}`);
  let text = mapping.group === '' ? '' : `GROUP:      ${mapping.group}\n`;
  text += `KIND:       ${mapping.kind}\nVERSION:    ${mapping.version}\n\n`;
  yield* context.out(text);
  yield* context.out(body(openApi, top, path, flags.on('recursive')));
}

/** The resource and the field behind it; names with dots in them are types with their group. */
function* find(
  context: Context,
  argument: string,
): Call<{ readonly mapping: Mapping; readonly path: readonly string[] }> {
  const mapper = yield* context.mapper();
  const [first = '', ...path] = argument.split('.');
  const version = context.flags.text('api-version');
  const whole =
    argument.includes('.') &&
    mapper.all.find(({ plural, group }) => `${plural}.${group}` === argument);
  const mapping = whole || (yield* known(mapper, first));
  if (version === '' || version === apiVersionOf(mapping))
    return { mapping, path: whole ? [] : path };
  const other = mapper.all.find(
    (each) => apiVersionOf(each) === version && each.kind === mapping.kind,
  );
  if (other) return { mapping: other, path };
  throw failed(`couldn't find resource for "${version}, Resource=${mapping.plural}"`);
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

function* documentOf(context: Context, { group, version }: Mapping): Call<OpenApiDocument> {
  const client = context.client();
  const index = yield* client.send<OpenApiIndex>({ path: '/openapi/v3' });
  const key = group === '' ? `api/${version}` : `apis/${group}/${version}`;
  const url = index.paths[key]?.serverRelativeURL;
  if (!url) throw failed(`couldn't find resource for "${group}/${version}"`);
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
    if (!next) throw failed(`field "${name}" does not exist`);
    schema = next;
  }
  let text = '';
  if (path.length > 0) {
    text += `FIELD: ${path.at(-1)} <${typeName(openApi, schema)}>\n`;
    if (schema.enum) text += `ENUM:\n${schema.enum.map((value) => `    ${value}\n`).join('')}\n`;
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
  const values = schema.enum
    ? `${pad}enum: ${schema.enum.slice(0, 4).join(', ')}${schema.enum.length > 4 ? ', ....' : ''}\n`
    : '';
  return `${pad}${name}\t<${typeName(openApi, schema)}>${required}\n${values}`;
}
