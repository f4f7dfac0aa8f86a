import type { ApiTexts } from '../../resources/texts.ts';
import type { Json } from '../../world/json.ts';

/** A schema of an OpenAPI v3 document, as far as it is looked into here. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly default?: Json;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[];
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export const REF = '#/components/schemas/';
export const GVK = 'x-kubernetes-group-version-kind';

/** A generated definition with its texts in place. */
export function expanded({ texts, definitions }: ApiTexts, name: string): Schema | undefined {
  const found = definitions[name];
  return found && (withTexts(texts, found) as Schema);
}

function withTexts(texts: readonly string[], value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => withTexts(texts, each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) =>
      // A field may be called `description`: then it is a schema, and no number.
      key === 'description' && typeof each === 'number'
        ? [key, texts[each]]
        : [key, withTexts(texts, each)],
    ),
  );
}

/** Names that a schema refers to, however deep. */
export function refsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === '$ref' && typeof each === 'string' && each.startsWith(REF)
      ? [each.slice(REF.length)]
      : refsOf(each),
  );
}
