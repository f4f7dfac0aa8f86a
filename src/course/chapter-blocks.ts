import { parse } from 'yaml';
import { z } from 'zod';

const step = z.strictObject({
  /** The command line, as the reader would type it. */
  run: z.string(),
  /** What it is for, in both languages. */
  note: z.strictObject({ ko: z.string(), en: z.string() }).optional(),
  /** Exit status that belongs to the lesson; 0 where none is given. */
  exit: z.number().int().default(0),
  /** Texts that its output must hold, for the test. */
  shows: z.array(z.string()).default([]),
});
const block = z.strictObject({
  /** Files that lie in the reader's home before the first step. */
  files: z.record(z.string(), z.string()).default({}),
  steps: z.array(step).min(1),
});
const blocksSchema = z
  .looseObject({ topology: z.string().default('two-nodes') })
  .transform(({ topology, ...blocks }) => ({ topology, blocks }))
  .pipe(
    z.strictObject({
      topology: z.string(),
      blocks: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), block),
    }),
  );

export type ChapterBlock = z.infer<typeof block>;

/** What a chapter's blocks run in, and the blocks by their names. */
interface ChapterTerminal {
  /** The cluster that a page of the chapter starts; `two-nodes` where the file names none. */
  readonly topology: string;
  readonly blocks: Readonly<Record<string, ChapterBlock>>;
}

const files = import.meta.glob<string>('../../content/*/blocks.yaml', {
  eager: true,
  query: '?raw',
  import: 'default',
});

/**
 * The terminal blocks of a chapter, the same in all languages. An author's mistake throws with
 * file, path, what was expected, and a hint.
 */
export function chapterTerminal(slug: string): ChapterTerminal {
  const file = `content/${slug}/blocks.yaml`;
  const text = files[`../../${file}`];
  if (text === undefined) return { topology: 'two-nodes', blocks: {} };
  const read = blocksSchema.safeParse(parse(text));
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const path = issue?.path.join('.') || 'the file';
  throw new Error(`${file}: ${path}: expected ${issue?.message}. Hint: see another chapter.`);
}

/** Slugs of all chapters that have terminal blocks. */
export const chaptersWithBlocks: readonly string[] = Object.keys(files)
  .map((path) => path.split('/').at(-2) as string)
  .sort();
