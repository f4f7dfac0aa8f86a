import { checkCel, type CelShape } from './cel/check.ts';
import { evaluateCel } from './cel/evaluate.ts';
import { parseCel } from './cel/parse.ts';
import { CelSyntaxError } from './cel/lexer.ts';
import { CelError, fromJson, type Value } from './cel/value.ts';
import type { Node } from './cel/ast.ts';
import {
  at,
  duplicate,
  forbidden,
  invalid,
  keyed,
  omitted,
  required,
  type FieldError,
} from './field-error.ts';
import { fieldsOf, schemaOfField, type Rule, type Structural } from './structural.ts';
import type { Json } from '../world/json.ts';

/** Parsed rules by their text; a text has one meaning, so that they can be kept for ever. */
const parsed = new Map<string, Node | CelSyntaxError>();

function parse(text: string): Node | CelSyntaxError {
  let found = parsed.get(text);
  if (found === undefined) {
    try {
      found = parseCel(text);
    } catch (error) {
      if (!(error instanceof CelSyntaxError)) throw error;
      found = error;
    }
    parsed.set(text, found);
  }
  return found;
}

/** Which rules of a schema a value breaks, from the outside inwards. */
export function brokenRules(
  schema: Structural,
  value: Json,
  old: Json | undefined,
  path: string,
): readonly FieldError[] {
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap((rule) =>
    broken(schema, rule, value, old, path),
  );
  return [...own, ...below(schema, value, old, path)];
}

function below(
  schema: Structural,
  value: Json,
  old: Json | undefined,
  path: string,
): readonly FieldError[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!items) return [];
    const before = oldItems(schema, old);
    return (value as readonly Json[]).flatMap((each, index) =>
      brokenRules(items, each, before(each), `${path}[${index}]`),
    );
  }
  const fields = fieldsOf(value) ?? {};
  const before = fieldsOf(old) ?? {};
  return Object.keys(fields)
    .toSorted()
    .flatMap((name) => {
      const inner = schemaOfField(schema, name);
      const member = fields[name];
      if (!inner || member === undefined || member === null) return [];
      const place = schema.properties?.[name] ? at(path, name) : keyed(path, name);
      return brokenRules(inner, member, before[name], place);
    });
}

/** Items of lists that are maps have an old self, found by their keys; others have none. */
function oldItems(schema: Structural, old: Json | undefined): (item: Json) => Json | undefined {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] !== 'map' || !keys || !Array.isArray(old)) {
    return () => undefined;
  }
  const id = (item: Json) => JSON.stringify(keys.map((key) => fieldsOf(item)?.[key] ?? null));
  const found = new Map((old as readonly Json[]).map((item) => [id(item), item]));
  return (item) => found.get(id(item));
}

function broken(
  schema: Structural,
  rule: Rule,
  value: Json,
  old: Json | undefined,
  path: string,
): readonly FieldError[] {
  const node = parse(rule.rule);
  if (node instanceof CelSyntaxError) return [];
  const optional = rule.optionalOldSelf === true;
  if (old === undefined && !optional && mentions(rule.rule)) return [];
  const place = rule.fieldPath ? `${path}${rule.fieldPath}` : path;
  const convert = (data: Json) => fromJson(data, (steps) => isNumber(schema, steps));
  const variables: Record<string, Value> = { self: convert(value) };
  const before = old === undefined ? undefined : convert(old);
  if (optional) variables['oldSelf'] = { kind: 'optional', value: before };
  else if (before !== undefined) variables['oldSelf'] = before;
  try {
    if (evaluateCel(node, variables) === true) return [];
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    const text = `${error.message} evaluating rule: ${rule.message ?? rule.rule}`;
    return [invalid(place, typeName(value), text)];
  }
  const said = expressed(rule, variables);
  const text = said ?? (rule.message?.trim() || `failed rule: ${rule.rule.trim()}`);
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return [forbidden(place, text)];
    case 'FieldValueRequired':
      return [required(place, text)];
    case 'FieldValueDuplicate':
      return [duplicate(place, value)];
  }
  // What has parts is not shown, and an expression is meant to say what it needs to.
  const shown = typeof value !== 'object' && said === undefined;
  return [shown ? invalid(place, value, text) : omitted(invalid(place, undefined, text))];
}

const mentions = (rule: string) => /\boldSelf\b/.test(rule);

/** What the rule's message expression makes; undefined where there is none, or it fails. */
function expressed(rule: Rule, variables: Readonly<Record<string, Value>>): string | undefined {
  const node = rule.messageExpression ? parse(rule.messageExpression) : undefined;
  if (!node || node instanceof CelSyntaxError) return undefined;
  try {
    const text = evaluateCel(node, variables);
    const fits = typeof text === 'string' && text.trim() !== '' && !text.includes('\n');
    return fits ? text.trim() : undefined;
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return undefined;
  }
}

function typeName(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** Whether a schema says `number` at a place: whole numbers there are doubles. */
function isNumber(schema: Structural, path: readonly string[]): boolean {
  let found: Structural | undefined = schema;
  for (const step of path) {
    if (!found) return false;
    found = step === '[]' ? found.items : schemaOfField(found, step);
  }
  return found?.type === 'number';
}

/** What is wrong with a rule itself, in the words of cel-go's compiler. */
export function ruleErrors(schema: Structural, rule: Rule, path: string): readonly FieldError[] {
  const node = parse(rule.rule);
  const self = shapeOfSchema(schema);
  const known = { self, oldSelf: rule.optionalOldSelf ? { items: self } : self };
  const problems = node instanceof CelSyntaxError ? [node] : checkCel(node, known);
  if (problems.length === 0) return [];
  const lines = problems.map(({ message, at: place }) => {
    const before = rule.rule.slice(0, place);
    const line = before.split('\n').length;
    const column = place - before.lastIndexOf('\n');
    const text = rule.rule.split('\n')[line - 1] ?? '';
    const arrow = `${'.'.repeat(column - 1)}^`;
    return `ERROR: <input>:${line}:${column}: ${message}\n | ${text}\n | ${arrow}`;
  });
  return [invalid(`${path}.rule`, rule.rule, `compilation failed: ${lines.join('\n')}`)];
}

function shapeOfSchema(schema: Structural): CelShape {
  if (schema['x-kubernetes-preserve-unknown-fields']) return {};
  if (schema.items) return { items: shapeOfSchema(schema.items) };
  if (typeof schema.additionalProperties === 'object') {
    return { items: shapeOfSchema(schema.additionalProperties) };
  }
  if (!schema.properties) return {};
  const fields = Object.entries(schema.properties).map(([name, each]) => [
    name,
    shapeOfSchema(each),
  ]);
  return { fields: Object.fromEntries(fields) as Record<string, CelShape> };
}
