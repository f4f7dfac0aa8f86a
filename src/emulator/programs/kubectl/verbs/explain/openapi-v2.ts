import { failed } from '../../failure.ts';
import { apiVersionOf, type Mapping } from '../../rest-mapper.ts';

/** A schema of the Swagger document, as far as it is explained. */
interface SwaggerSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly items?: SwaggerSchema;
  readonly additionalProperties?: SwaggerSchema | boolean;
  readonly properties?: Readonly<Record<string, SwaggerSchema>>;
  readonly required?: readonly string[];
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

export interface SwaggerDocument {
  readonly definitions: Readonly<Record<string, SwaggerSchema>>;
}

const WRAP = 80;
const FIELD_INDENT = 3;
const TEXT_INDENT = 5;

/**
 * `explain --output plaintext-openapiv2`: how kubectl explained before it read version 3 of OpenAPI
 * (`kubectl/pkg/explain`: the model printer, both field printers). Fails where there is no field.
 */
export function explainV2(
  swagger: SwaggerDocument,
  mapping: Mapping,
  path: readonly string[],
  recursive: boolean,
): string {
  const { group, version, kind, plural } = mapping;
  const top = Object.values(swagger.definitions).find((schema) =>
    schema['x-kubernetes-group-version-kind']?.some(
      (each) => each.group === group && each.version === version && each.kind === kind,
    ),
  );
  if (!top) throw failed(`couldn't find resource for "${group}/${version}, Resource=${plural}"`);
  let schema = top;
  for (const name of path) {
    const next = seenThrough(swagger, schema).end.properties?.[name];
    if (!next) throw failed(`field "${name}" does not exist`);
    schema = next;
  }
  const { end, texts } = seenThrough(swagger, schema);
  const type = typeName(swagger, schema);
  const name = path.at(-1);
  const lines = [`KIND:     ${kind}`, `VERSION:  ${apiVersionOf(mapping)}`, ''];
  if (name !== undefined) {
    lines.push(end.properties ? `RESOURCE: ${name} <${type}>` : `FIELD:    ${name} <${type}>`, '');
  }
  lines.push('DESCRIPTION:', ...described(texts));
  if (end.properties) {
    lines.push('', 'FIELDS:');
    if (recursive) lines.push(...names(swagger, end, FIELD_INDENT, []));
    else lines.push(...fields(swagger, end));
  }
  return `${lines.join('\n')}\n`;
}

/** Follows references and sees through lists and maps; the texts on the way come along. */
function seenThrough(
  swagger: SwaggerDocument,
  schema: SwaggerSchema,
): { readonly end: SwaggerSchema; readonly texts: readonly string[] } {
  const inner = insideOf(swagger, schema);
  const text = schema.description ?? '';
  if (!inner) return { end: schema, texts: [text] };
  const { end, texts } = seenThrough(swagger, inner);
  return { end, texts: [text, ...texts] };
}

function insideOf(swagger: SwaggerDocument, schema: SwaggerSchema): SwaggerSchema | undefined {
  if (schema.$ref) return swagger.definitions[schema.$ref.replace('#/definitions/', '')];
  if (schema.items) return schema.items;
  const { additionalProperties: values, properties } = schema;
  return typeof values === 'object' && !properties ? values : undefined;
}

function typeName(swagger: SwaggerDocument, schema: SwaggerSchema): string {
  const inner = insideOf(swagger, schema);
  if (schema.$ref && inner) return typeName(swagger, inner);
  if (schema.items) return `[]${typeName(swagger, schema.items)}`;
  if (inner) return `map[string]${typeName(swagger, inner)}`;
  if (schema.properties) return 'Object';
  // What has no fields of its own is a map of anything; what has no type has no name.
  return schema.type === 'object' ? 'map[string]' : (schema.type ?? '');
}

function described(texts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const [index, text] of texts.entries()) {
    if (text === '') continue;
    if (index !== 0) lines.push('');
    lines.push(...wrapped(text, TEXT_INDENT));
  }
  return texts.some((text) => text !== '') ? lines : wrapped('<empty>', TEXT_INDENT);
}

/** Each field with its type and its text. */
function fields(swagger: SwaggerDocument, struct: SwaggerSchema): string[] {
  return sorted(struct).flatMap(([name, schema]) => {
    const required = struct.required?.includes(name) ? ' -required-' : '';
    const head = `${' '.repeat(FIELD_INDENT)}${name}\t<${typeName(swagger, schema)}>${required}`;
    return [head, ...wrapped(schema.description ?? '', TEXT_INDENT), ''];
  });
}

/** Each field with its type, deeper ones below; a type inside itself is not opened again. */
function names(
  swagger: SwaggerDocument,
  struct: SwaggerSchema,
  indent: number,
  above: readonly SwaggerSchema[],
): string[] {
  return sorted(struct).flatMap(([name, schema]) => {
    const head = `${' '.repeat(indent)}${name}\t<${typeName(swagger, schema)}>`;
    const { end } = seenThrough(swagger, schema);
    if (!end.properties || above.includes(end)) return [head];
    return [head, ...names(swagger, end, indent + FIELD_INDENT, [...above, end])];
  });
}

function sorted(struct: SwaggerSchema): [string, SwaggerSchema][] {
  return Object.entries(struct.properties ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Wraps a text, keeping its own breaks before lists, after colons and at empty lines. */
function wrapped(text: string, indent: number): string[] {
  const limit = WRAP - indent;
  const pad = ' '.repeat(indent);
  const lines: string[] = [];
  let words: string[] = [];
  let last = '';
  const flush = () => {
    if (words.length > 0) lines.push(pad + words.join(' '));
    [words, last] = [[], ''];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('    ')) {
      flush();
      lines.push(pad + line);
    } else if (lines.length > 0 && line.trim() === '') {
      flush();
      lines.push('');
    } else {
      if (last.endsWith(':') || line.trim() === '' || /^(\d+\.?|-|\*)\s/.test(line.trim())) flush();
      for (const word of line.split(/\s+/).filter(Boolean)) {
        if (words.length > 0 && [...words, word].join(' ').length > limit) flush();
        words.push(word);
        last = word;
      }
    }
  }
  flush();
  return lines;
}
