import {
  autocompletion,
  snippetCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import type { FieldsAnswer } from '../../session/protocol.ts';
import type { Asker } from './ask.ts';
import { manifest } from './manifest.ts';
import { placeAt, type YamlPlace } from './place.ts';

/** Fields and values, as the served schema has them. */
export function schemaCompletion(ask: Asker) {
  return autocompletion({
    override: [(context) => complete(ask, context)],
    icons: false,
    activateOnTyping: true,
  });
}

async function complete(ask: Asker, context: CompletionContext): Promise<CompletionResult | null> {
  if (!context.state.facet(manifest)) return null;
  const place = placeAt(context.state.doc.toString(), context.pos);
  const typed = context.state.sliceDoc(place.from, context.pos);
  if (typed === '' && !context.explicit) return null;
  const options = await optionsAt(ask, place, indentAt(context));
  return options.length > 0 ? { from: place.from, options, validFor: /^[\w./-]*$/ } : null;
}

/** Spaces before what is typed on a line, with those for its dashes. */
function indentAt({ state, pos }: CompletionContext): number {
  const line = state.doc.lineAt(pos).text;
  return /^\s*(?:- +)*/.exec(line)?.[0].length ?? 0;
}

async function optionsAt(ask: Asker, place: YamlPlace, indent: number): Promise<Completion[]> {
  const { path, key, inValue, kind, apiVersion } = place;
  if (path.length === 0 && inValue && (key === 'kind' || key === 'apiVersion')) {
    return headOptions(ask, place);
  }
  if (kind === '' || apiVersion === '') return inValue ? [] : topOptions(place);
  if (inValue && key !== undefined) {
    const field = await ask.fields(place, [...path, key]);
    return (field ? valuesOf(field) : []).map((label) => ({ label, type: 'constant' }));
  }
  const holder = await ask.fields(place, path);
  return (holder?.fields ?? [])
    .filter(({ name }) => !place.siblings.includes(name) || name === key)
    .filter(({ name }) => path.length > 0 || name !== 'status')
    .map((field) => fieldOption(field, indent));
}

function valuesOf({ type, values }: FieldsAnswer): readonly string[] {
  return values.length > 0 ? values : type === 'boolean' ? ['true', 'false'] : [];
}

function topOptions({ siblings }: YamlPlace): Completion[] {
  return ['apiVersion', 'kind', 'metadata', 'spec']
    .filter((name) => !siblings.includes(name))
    .map((name) => ({ label: name, apply: `${name}: `, type: 'property' }));
}

/** Kinds of the version that is written, or of all; and versions the same way round. */
async function headOptions(ask: Asker, { key, kind, apiVersion }: YamlPlace) {
  const all = await ask.kinds();
  const known = all.some((each) => each.apiVersion === apiVersion);
  if (key === 'kind') {
    const fits = all.filter((each) => !known || each.apiVersion === apiVersion);
    return fits.map((each) => ({ label: each.kind, detail: each.apiVersion, type: 'class' }));
  }
  const fits = all.filter((each) => each.kind === kind);
  const versions = (fits.length > 0 ? fits : all).map((each) => each.apiVersion);
  return [...new Set(versions)].map((label) => ({ label, type: 'namespace' }));
}

type Field = FieldsAnswer['fields'][number];

/** A field goes in with its colon, and with the beginning of what it holds. */
function fieldOption({ name, type, description, required, nested }: Field, indent: number) {
  const pad = ' '.repeat(indent);
  const list = type.startsWith('[]');
  const inner = type.startsWith('map[')
    ? `\n${pad}  \${}`
    : nested && !list
      ? `\n${pad}  \${}`
      : ' ${}';
  const text = list ? `${name}:\n${pad}  - \${}` : `${name}:${inner}`;
  return snippetCompletion(text, {
    label: name,
    detail: required ? `${type} *` : type,
    info: description,
    type: 'property',
    boost: required ? 10 : 0,
  });
}
