import type { ApiObject, LabelSelector, Labels } from './object.ts';

/** One condition on a label, as apimachinery `labels.Requirement`. */
export interface Requirement {
  readonly key: string;
  readonly operator: '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';
  readonly values: readonly string[];
}

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

export { checkRequirement, parseSelector } from './label-selector-parser.ts';

/** Whether labels meet all requirements. */
export function meets(requirements: readonly Requirement[], labels: Labels | undefined): boolean {
  return requirements.every(({ key, operator, values }) => {
    const value = labels && Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (operator) {
      case '=':
      case '==':
      case 'in':
        return value !== undefined && values.includes(value);
      case '!=':
      case 'notin':
        return value === undefined || !values.includes(value);
      case 'exists':
        return value !== undefined;
      case '!':
        return value === undefined;
      case 'gt':
        return value !== undefined && /^[+-]?\d+$/.test(value) && Number(value) > Number(values[0]);
      case 'lt':
        return value !== undefined && /^[+-]?\d+$/.test(value) && Number(value) < Number(values[0]);
    }
  });
}

/** Whether a LabelSelector selects labels. An empty selector selects all, none selects nothing. */
export function matches(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  if (!selector) return false;
  const { matchLabels } = selector;
  for (const key in matchLabels) if (labels?.[key] !== matchLabels[key]) return false;
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels?.[key];
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
    }
  });
}

/** Whether a map selector (of a Service) selects labels. An empty one selects nothing. */
export function matchesMap(selector: Labels | undefined, labels: Labels | undefined): boolean {
  const pairs = Object.entries(selector ?? {});
  return pairs.length > 0 && pairs.every(([key, value]) => labels?.[key] === value);
}

/** A selector as text, as `metav1.FormatLabelSelector` prints it. */
export function formatSelector(selector: LabelSelector | undefined): string {
  if (!selector) return '<none>';
  const parts: [string, string][] = Object.entries(selector.matchLabels ?? {}).map(
    ([key, value]) => [key, `${key}=${value}`],
  );
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const list = `(${[...values].sort().join(',')})`;
    const text = {
      In: `${key} in ${list}`,
      NotIn: `${key} notin ${list}`,
      Exists: key,
      DoesNotExist: `!${key}`,
    }[operator];
    parts.push([key, text]);
  }
  if (parts.length === 0) return '<none>';
  return parts
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, text]) => text)
    .join(',');
}

export interface FieldRequirement {
  readonly field: string;
  readonly value: string;
  readonly negated: boolean;
}

/**
 * Reads a field selector (`status.phase!=Running,metadata.name=x`), after `fields.ParseSelector`.
 */
export function parseFieldSelector(text: string): Parsed<readonly FieldRequirement[]> {
  const found: FieldRequirement[] = [];
  for (const part of text.split(',').sort()) {
    if (part === '') continue;
    const sign = ['!=', '==', '='].find((each) => part.split(each).length === 2);
    if (sign === undefined) {
      return { ok: false, error: `invalid selector: '${text}'; can't understand '${part}'` };
    }
    const [field = '', value = ''] = part.split(sign);
    found.push({ field, value, negated: sign === '!=' });
  }
  return { ok: true, value: found };
}

/** Whether an object's selectable fields meet all requirements. */
export function meetsFields(
  requirements: readonly FieldRequirement[],
  object: ApiObject,
  fields: Readonly<Record<string, string>>,
): boolean {
  return requirements.every(({ field, value, negated }) => {
    const known: Readonly<Record<string, string | undefined>> = {
      'metadata.name': object.metadata.name,
      'metadata.namespace': object.metadata.namespace ?? '',
      ...fields,
    };
    return ((known[field] ?? '') === value) !== negated;
  });
}
