/** Where a cursor stands in a text of manifests. */
export interface YamlPlace {
  readonly apiVersion: string;
  readonly kind: string;
  /** Keys from the document's top to the mapping in which the cursor stands. */
  readonly path: readonly string[];
  /** The key of the cursor's own line, where one is written. */
  readonly key: string | undefined;
  /** Whether the cursor stands behind the colon. */
  readonly inValue: boolean;
  /** Where the word at the cursor begins, as an offset in the text. */
  readonly from: number;
  /** Keys that the mapping has already. */
  readonly siblings: readonly string[];
}

interface Line {
  /** Column at which its key begins, behind dashes. */
  readonly column: number;
  /** Column of its first dash, if it begins an item. */
  readonly dash: number | undefined;
  readonly key: string | undefined;
  readonly blank: boolean;
}

/** Reads where an offset lies, by indentation: it need not be YAML yet. */
export function placeAt(text: string, offset: number): YamlPlace {
  const all = text.split('\n');
  const before = text.slice(0, offset);
  const at = before.split('\n').length - 1;
  const column = offset - (before.lastIndexOf('\n') + 1);
  const [first, last] = documentAround(all, at);
  const lines = all.slice(first, last).map(readLine);
  const here = at - first;
  const own = all[at] ?? '';
  const colon = own.search(/:(?:\s|$)/);
  const inValue = colon >= 0 && column > colon;
  const line = lines[here] ?? readLine(own);
  const depth = line.blank ? column : line.column;
  const word = /[\w./-]*$/.exec(own.slice(0, column))?.[0] ?? '';
  const top = (key: string) => value(all.slice(first, last), key);
  return {
    apiVersion: top('apiVersion'),
    kind: top('kind'),
    path: pathTo(lines, here, depth),
    key: line.key,
    inValue,
    from: offset - word.length,
    siblings: siblingsOf(lines, here, depth),
  };
}

function documentAround(all: readonly string[], at: number): [number, number] {
  let first = at;
  while (first > 0 && !all[first - 1]!.startsWith('---')) first -= 1;
  let last = at;
  while (last < all.length && !(last > at && all[last]!.startsWith('---'))) last += 1;
  return [first, last];
}

function readLine(line: string): Line {
  const [, lead = '', rest = ''] = /^(\s*(?:- +)*(?:-$)?)(.*)$/.exec(line) ?? [];
  const key = /^(?:"([^"]+)"|'([^']+)'|([\w./-]+)):(?:\s|$)/.exec(rest);
  return {
    column: lead.length,
    dash: lead.includes('-') ? lead.indexOf('-') : undefined,
    key: key ? (key[1] ?? key[2] ?? key[3]) : undefined,
    blank: rest.trim() === '' || rest.startsWith('#'),
  };
}

/** Keys of the lines above that stand further to the left, the outermost first. */
function pathTo(lines: readonly Line[], here: number, depth: number): string[] {
  const path: string[] = [];
  let limit = lines[here]?.dash ?? depth;
  // A dash may stand at the column of the key that its list belongs to.
  let orEqual = lines[here]?.dash !== undefined;
  for (let at = here - 1; at >= 0 && (limit > 0 || orEqual); at--) {
    const line = lines[at]!;
    if (line.blank) continue;
    const outer = line.column < limit || (orEqual && line.column === limit);
    if (line.key !== undefined && outer && line.dash === undefined) {
      path.unshift(line.key);
      [limit, orEqual] = [line.column, false];
    } else if (line.dash !== undefined) {
      if (line.key !== undefined && outer && line.column < limit) path.unshift(line.key);
      if (line.dash < limit) [limit, orEqual] = [line.dash, true];
    }
  }
  return path;
}

function siblingsOf(lines: readonly Line[], here: number, depth: number): string[] {
  const found: string[] = [];
  const walk = (step: number) => {
    for (let at = here; at >= 0 && at < lines.length; at += step) {
      const line = lines[at]!;
      if (at !== here && !line.blank && line.column < depth) break;
      if (at !== here && line.column === depth && line.key !== undefined) found.push(line.key);
      // The first line of an item ends the walk upwards, that of the next one downwards.
      const item = line.dash !== undefined && line.column === depth;
      if (item && (step < 0 || at !== here)) {
        if (step > 0) found.pop();
        break;
      }
    }
  };
  walk(-1);
  walk(1);
  return found;
}

function value(lines: readonly string[], key: string): string {
  const line = lines.find((each) => each.startsWith(`${key}:`));
  return (
    line
      ?.slice(key.length + 1)
      .replace(/\s#.*$/, '')
      .trim()
      .replace(/^["']|["']$/g, '') ?? ''
  );
}
