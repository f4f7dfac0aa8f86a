import { parseAllDocuments } from 'yaml';
import type { Failure } from './client.ts';

type Document = Readonly<Record<string, unknown>>;

/** Objects of a file; lists are opened. */
export function readDocuments(text: string): readonly Document[] | Failure {
  const found: Document[] = [];
  for (const document of parseAllDocuments(text)) {
    if ('errors' in document && document.errors.length > 0) {
      const [first] = document.errors;
      return { error: `yaml: ${first?.message.split('\n')[0] ?? 'not valid'}` };
    }
    const value: unknown = 'toJS' in document ? document.toJS() : undefined;
    if (typeof value !== 'object' || value === null) continue;
    const { items } = value as { readonly items?: readonly Document[] };
    found.push(...(items ?? [value as Document]));
  }
  return found;
}
