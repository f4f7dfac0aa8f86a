import { alignTabs, tableTabs } from '../../../apimachinery/tabwriter.ts';
import type { Json } from '../../../world/json.ts';
import { failed } from '../failure.ts';
import { goValue } from '../go-format.ts';
import { createJsonPath } from '../jsonpath/find.ts';
import { relaxedPath } from '../jsonpath/relaxed.ts';
import { escapeTerminal } from './table.ts';

interface CustomColumn {
  readonly header: string;
  readonly path: string;
}

/** Reads `NAME:.metadata.name,IP:.spec.clusterIP`. */
export function parseColumns(spec: string): readonly CustomColumn[] {
  if (spec === '') {
    throw failed('custom-columns format specified but no custom columns given');
  }
  return spec.split(',').map((part) => {
    const cut = part.indexOf(':');
    if (cut < 0) {
      throw failed(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    }
    return { header: part.slice(0, cut), path: relaxedPath(part.slice(cut + 1)) };
  });
}

/** Reads a template file: a line of headings and a line of paths. */
export function parseColumnFile(text: string): readonly CustomColumn[] {
  const [first, second] = text.split('\n');
  if (first === undefined || second === undefined || second.trim() === '') {
    const missing = text === '' ? 'header' : 'spec';
    throw failed(
      `invalid template, missing ${missing} line. Expected format is one line of ` +
        'space separated headers, one line of space separated column specs.',
    );
  }
  const headers = first.trim().split(/\s+/);
  const specs = second.trim().split(/\s+/);
  if (headers.length !== specs.length) {
    throw failed(
      `number of headers (${headers.length}) and field specifications (${specs.length}) ` +
        "don't match",
    );
  }
  return headers.map((header, index) => ({ header, path: relaxedPath(specs[index] as string) }));
}

/** The table of some objects. */
export function printColumns(
  columns: readonly CustomColumn[],
  objects: readonly Json[],
  headers: boolean,
): string {
  const paths = columns.map(({ path }) => createJsonPath(path, true));
  const lines = headers ? [columns.map(({ header }) => header).join('\t')] : [];
  for (const object of objects) {
    const cells = paths.map((path) => {
      const found = path.find(object);
      const texts = (found[0] ?? []).length === 0 ? ['<none>'] : [];
      for (const values of found)
        texts.push(...values.map((each) => escapeTerminal(goValue(each))));
      return texts.join(',');
    });
    lines.push(cells.join('\t'));
  }
  return lines.length === 0 ? '' : alignTabs(`${lines.join('\n')}\n`, tableTabs);
}
