import { parse } from 'yaml';
import type { Language } from '../checks/check.ts';
import { readLab, readTexts, varySchema, type LabDefinition, type LabTexts } from './schema.ts';
import { readTranscript, type LabTranscript } from './transcript.ts';
import { fillSlots, openSlots, valuesOf, type Values, type Vary } from './vary.ts';

/** A lab, read and checked whole. */
export interface Lab {
  readonly slug: string;
  /** What is drawn anew for each seed; empty where a lab is always the same. */
  readonly vary: Vary;
  /** What it drew for the seed that it was loaded with. */
  readonly values: Values;
  readonly folder: string;
  readonly definition: LabDefinition;
  readonly texts: Readonly<Record<Language, LabTexts>>;
  /** Manifests and transcripts of the start state, in order of their names. */
  readonly start: Readonly<Record<string, string>>;
  /** Files that lie in the learner's home. */
  readonly files: Readonly<Record<string, string>>;
  readonly solutions: Readonly<Record<string, LabTranscript>>;
  readonly wrong: Readonly<Record<string, LabTranscript>>;
}

const raw = import.meta.glob<string>(
  [
    '../../../labs/*/{lab,vary}.yaml',
    '../../../labs/*/{ko,en}.md',
    '../../../labs/*/{start,files,solutions,wrong}/*',
  ],
  { eager: true, query: '?raw', import: 'default' },
);

/** Slugs of all labs. */
export const labSlugs: readonly string[] = Object.keys(raw)
  .filter((path) => path.endsWith('/lab.yaml'))
  .map((path) => path.split('/').at(-2) as string)
  .sort();

/**
 * Reads a lab, with what it draws for a seed (its own, where none is given). `open` leaves the
 * slots of its texts open, for a page that fills them itself. An author's mistake throws with
 * file, path, what was expected, and a hint.
 */
export function loadLab(slug: string, seed?: number | 'open'): Lab {
  const folder = `labs/${slug}`;
  const file = (name: string) => {
    const text = raw[`../../../${folder}/${name}`];
    if (text === undefined)
      throw new Error(`${folder}/${name}: expected this file. Hint: write it.`);
    return text;
  };
  const vary = varySchema.parse(parse(raw[`../../../${folder}/vary.yaml`] ?? '{}'));
  const draw = (own: number) => fillSlots(file('lab.yaml'), valuesOf(vary, own));
  const usual = readLab(`${folder}/lab.yaml`, draw(0)).seed;
  const values = valuesOf(vary, typeof seed === 'number' ? seed : usual);
  const words = (text: string) => (seed === 'open' ? openSlots(text) : fillSlots(text, values));
  const under = (kind: string) =>
    Object.fromEntries(
      Object.keys(raw)
        .filter((path) => path.startsWith(`../../../${folder}/${kind}/`))
        .sort()
        .map((path) => [path.split('/').at(-1) as string, fillSlots(raw[path] as string, values)]),
    );
  const transcripts = (kind: string) =>
    Object.fromEntries(
      Object.entries(under(kind)).map(([name, text]) => [
        name.replace(/\.transcript$/, ''),
        readTranscript(`${folder}/${kind}/${name}`, text),
      ]),
    );
  const definition = readLab(`${folder}/lab.yaml`, fillSlots(file('lab.yaml'), values));
  const lab: Lab = {
    ...{ slug, vary, values },
    folder,
    definition,
    texts: {
      ko: readTexts(`${folder}/ko.md`, words(file('ko.md')), definition),
      en: readTexts(`${folder}/en.md`, words(file('en.md')), definition),
    },
    start: under('start'),
    files: under('files'),
    solutions: transcripts('solutions'),
    wrong: transcripts('wrong'),
  };
  proveTold(lab);
  return lab;
}

/**
 * Each solution has its title and its why in both languages, and wrong answers say what they meet.
 */
function proveTold(lab: Lab): void {
  for (const language of ['ko', 'en'] as const) {
    const told = Object.keys(lab.texts[language].solutions).sort().join();
    const wanted = Object.keys(lab.solutions).sort().join();
    if (told !== wanted) {
      throw new Error(
        `${lab.folder}/${language}.md: solutions: expected ${wanted}. Hint: not ${told}.`,
      );
    }
  }
  for (const [name, { expect }] of Object.entries(lab.wrong)) {
    if (!expect || !lab.definition.checks.some(({ slug }) => slug === expect.check)) {
      throw new Error(
        `${lab.folder}/wrong/${name}.transcript: expected a line @expect check=… reason=…. ` +
          'Hint: name a check of lab.yaml.',
      );
    }
  }
}
