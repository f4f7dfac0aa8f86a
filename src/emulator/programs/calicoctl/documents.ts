import { parseAllDocuments } from 'yaml';
import type { Failure } from './client.ts';

type Document = Readonly<Record<string, unknown>>;

/** Objects of a file; lists are opened. */
export function readDocuments(text: string): readonly Document[] | Failure {
  const found: Document[] = [];
  for (const part of parseAllDocuments(text)) {
    if ('errors' in part && part.errors.length > 0) {
      const [first] = part.errors;
      return { error: `yaml: ${first?.message.split('\n')[0] ?? 'not valid'}` };
    }
    const value: unknown = 'toJS' in part ? part.toJS() : undefined;
    if (typeof value !== 'object' || value === null) continue;
    const { items } = value as { readonly items?: readonly Document[] };
    found.push(...(items ?? [value as Document]));
  }
  return found;
}
