/** Lines around a change that are shown with it. */
const CONTEXT = 3;
/** From so many lines on, lines that come often are no anchors (difflib's `autojunk`). */
const LONG = 200;

interface Block {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/** One step of an edit: lines `a1..a2` of the one become lines `b1..b2` of the other. */
interface Step {
  readonly equal: boolean;
  readonly a1: number;
  readonly a2: number;
  readonly b1: number;
  readonly b2: number;
}

/**
 * What the API server shows where one value should have been another (apimachinery
 * `util/diff.Diff`): hunks of a unified diff, each line with its own line end, without a header.
 * Matches are found as Python's difflib does, which is what upstream uses.
 */
export function unifiedHunks(before: readonly string[], after: readonly string[]): string {
  return groups(stepsOf(before, after))
    .map((group) => hunk(group, before, after))
    .join('');
}

function hunk(group: readonly Step[], before: readonly string[], after: readonly string[]): string {
  const [first, last] = [group[0], group.at(-1)] as [Step, Step];
  const lines = group.flatMap(({ equal, a1, a2, b1, b2 }) =>
    equal
      ? before.slice(a1, a2).map((line) => ` ${line}`)
      : [
          ...before.slice(a1, a2).map((line) => `-${line}`),
          ...after.slice(b1, b2).map((line) => `+${line}`),
        ],
  );
  const head = `@@ -${range(first.a1, last.a2)} +${range(first.b1, last.b2)} @@`;
  return [head, ...lines].map((line) => `${line}\n`).join('');
}

function range(from: number, to: number): string {
  const length = to - from;
  if (length === 1) return String(from + 1);
  return `${length === 0 ? from : from + 1},${length}`;
}

/** Changes that are near to one another, with the lines around them. */
function groups(steps: readonly Step[]): Step[][] {
  if (!steps.some(({ equal }) => !equal)) return [];
  const all = steps.map((step, index) => clip(step, index === 0, index === steps.length - 1));
  const found: Step[][] = [];
  let group: Step[] = [];
  for (const step of all) {
    if (step.equal && step.a2 - step.a1 > CONTEXT * 2) {
      group.push({ ...step, a2: step.a1 + CONTEXT, b2: step.b1 + CONTEXT });
      found.push(group);
      group = [{ ...step, a1: step.a2 - CONTEXT, b1: step.b2 - CONTEXT }];
    } else group.push(step);
  }
  found.push(group);
  return found.filter((each) => each.some(({ equal }) => !equal));
}

function clip(step: Step, first: boolean, last: boolean): Step {
  if (!step.equal) return step;
  const from = first ? Math.max(step.a1, step.a2 - CONTEXT) : step.a1;
  const to = last ? Math.min(step.a2, from + CONTEXT) : step.a2;
  return {
    ...step,
    a1: from,
    a2: to,
    b1: step.b2 - (step.a2 - from),
    b2: step.b1 + (to - step.a1),
  };
}

function stepsOf(a: readonly string[], b: readonly string[]): Step[] {
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  for (const block of [...blocks(a, b), { a: a.length, b: b.length, size: 0 }]) {
    if (i < block.a || j < block.b) {
      steps.push({ equal: false, a1: i, a2: block.a, b1: j, b2: block.b });
    }
    [i, j] = [block.a + block.size, block.b + block.size];
    if (block.size > 0) steps.push({ equal: true, a1: block.a, a2: i, b1: block.b, b2: j });
  }
  return steps;
}

/** Matching blocks in order, those that touch made one. */
function blocks(a: readonly string[], b: readonly string[]): Block[] {
  const places = placesOf(b);
  const found: Block[] = [];
  const left: (readonly [number, number, number, number])[] = [[0, a.length, 0, b.length]];
  for (let part = left.pop(); part; part = left.pop()) {
    const [a1, a2, b1, b2] = part;
    const block = longest(a, b, places, part);
    if (block.size === 0) continue;
    found.push(block);
    if (a1 < block.a && b1 < block.b) left.push([a1, block.a, b1, block.b]);
    const [a3, b3] = [block.a + block.size, block.b + block.size];
    if (a3 < a2 && b3 < b2) left.push([a3, a2, b3, b2]);
  }
  const joined: Block[] = [];
  for (const block of found.sort((x, y) => x.a - y.a || x.b - y.b)) {
    const last = joined.at(-1);
    if (last && last.a + last.size === block.a && last.b + last.size === block.b) {
      joined[joined.length - 1] = { ...last, size: last.size + block.size };
    } else joined.push(block);
  }
  return joined;
}

function placesOf(b: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [index, line] of b.entries()) {
    const at = places.get(line);
    if (at) at.push(index);
    else places.set(line, [index]);
  }
  if (b.length < LONG) return places;
  const most = Math.floor(b.length / 100) + 1;
  for (const [line, at] of places) if (at.length > most) places.delete(line);
  return places;
}

function longest(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  [a1, a2, b1, b2]: readonly [number, number, number, number],
): Block {
  let best: Block = { a: a1, b: b1, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = a1; i < a2; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i] as string) ?? []) {
      if (j < b1) continue;
      if (j >= b2) break;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  // Lines that are no anchors still belong to the block beside them.
  let { a: i, b: j, size } = best;
  while (i > a1 && j > b1 && a[i - 1] === b[j - 1]) [i, j, size] = [i - 1, j - 1, size + 1];
  while (i + size < a2 && j + size < b2 && a[i + size] === b[j + size]) size += 1;
  return { a: i, b: j, size };
}
