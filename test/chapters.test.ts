// Chapters prove themselves: both languages are there and have the same blocks, and what the
// terminal blocks type does what the text says.
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chaptersWithBlocks, chapterTerminal } from '../src/course/chapter-blocks.ts';
import { boot } from '../src/emulator/cluster/boot.ts';

const content = resolve(import.meta.dirname, '../content');
const chapters = readdirSync(content, { withFileTypes: true })
  .filter((each) => each.isDirectory())
  .map(({ name }) => name);

/** Components of a chapter in order, with the attribute that tells them apart. */
function parts(slug: string, language: string): string[] {
  const text = readFileSync(join(content, slug, `${language}.mdx`), 'utf8');
  const tags =
    /<(TerminalBlock|Predict|Correction|LabLink)\s[^>]*?\b(block|id|number|slug)="([^"]+)"/g;
  return [...text.matchAll(tags)].map(([, tag, , value]) => `${tag} ${value}`);
}

describe.each(chapters)('chapter %s', (slug) => {
  it('has the same parts in both languages', () => {
    expect(parts(slug, 'en')).toEqual(parts(slug, 'ko'));
  });

  it('shows each of its terminal blocks once', () => {
    const shown = parts(slug, 'ko').filter((each) => each.startsWith('TerminalBlock '));
    const written = Object.keys(chapterTerminal(slug).blocks).map(
      (name) => `TerminalBlock ${name}`,
    );
    expect(shown).toEqual(written);
  });
});

describe.each(chaptersWithBlocks)('what chapter %s types', (slug) => {
  it('does what its text says', () => {
    const { topology, blocks } = chapterTerminal(slug);
    const cluster = boot(topology, { seed: 7 });
    for (const { files, steps } of Object.values(blocks)) {
      for (const [name, text] of Object.entries(files)) {
        cluster.writeFile(`/home/learner/${name}`, text);
      }
      for (const { run, exit, shows } of steps) {
        const done = cluster.script(run);
        const printed = done.stdout + done.stderr;
        expect(`${run}\n${printed}exit ${done.exit}`).toMatch(new RegExp(`exit ${exit}$`));
        for (const text of shows) expect(printed).toContain(text);
        cluster.settle(1_000_000);
      }
    }
  });
});
