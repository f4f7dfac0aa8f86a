import { labCards } from '../../course/lab/cards.ts';
import { loadLab } from '../../course/lab/load.ts';
import type { Vary } from '../../course/lab/vary.ts';
import { outline, type Layer } from '../../course/outline.ts';
import type { Language } from '../strings/strings.ts';
import { blocks, inline } from './markdown.ts';

/** A place to go to, with its title in plain text. */
export interface Link {
  readonly href: string;
  readonly title: string;
}

/** What the page of a lab hands to its scripts: texts are HTML, rendered when the site is built. */
export interface LabPage {
  readonly slug: string;
  /** What its cluster is kept under. */
  readonly place: string;
  readonly id: string;
  readonly version: number;
  readonly language: Language;
  readonly topology: string;
  readonly seed: number;
  /** What the lab draws for each seed; its slots stand open in the texts. */
  readonly vary: Vary;
  /** Whether the minutes are a par. */
  readonly timed: boolean;
  readonly minutes: number;
  readonly title: string;
  readonly layer: Layer;
  readonly chapter: Link;
  readonly next: Link | null;
  readonly labs: string;
  readonly steps: readonly {
    readonly slug: string;
    readonly title: string;
    readonly text: string;
  }[];
  readonly checks: readonly CheckTexts[];
  readonly solutions: readonly {
    readonly name: string;
    readonly title: string;
    readonly why: string;
  }[];
  readonly done: string;
}

/** The words of a check, as HTML. */
export interface CheckTexts {
  readonly slug: string;
  readonly hidden: boolean;
  readonly title: string;
  readonly expected: string;
  readonly question: string;
  readonly hints: readonly string[];
}

/**
 * Reads a lab for its page, with slots left open. Runs when the site is built, never in the
 * browser.
 */
export function labPage(slug: string, language: Language): LabPage {
  const { definition, texts, vary } = loadLab(slug, 'open');
  const own = texts[language];
  const cards = labCards(language);
  const after = cards[cards.findIndex((card) => card.slug === slug) + 1];
  const stop = outline.stops.find((each) => each.slug === definition.chapter);
  return {
    slug,
    place: `lab/${slug}`,
    id: definition.id,
    version: definition.version,
    language,
    topology: definition.topology,
    seed: definition.seed,
    vary,
    timed: definition.timed,
    minutes: definition.minutes,
    title: own.title,
    layer: stop?.layer ?? 'l3',
    chapter: { href: `/${language}/${definition.chapter}/`, title: stop?.[language] ?? '' },
    next: after ? { href: `/${language}/labs/${after.slug}/`, title: after.title } : null,
    labs: `/${language}/labs/`,
    steps: definition.steps.map(({ slug: step }) => ({
      slug: step,
      title: inline(own.steps[step]!.title),
      text: blocks(own.steps[step]!.text),
    })),
    checks: definition.checks.map(({ slug: check, hidden }) => ({
      slug: check,
      hidden,
      title: inline(own.checks[check]!.title),
      expected: inline(own.checks[check]!.expected),
      question: inline(own.checks[check]!.question),
      hints: own.checks[check]!.hints.map(blocks),
    })),
    solutions: Object.entries(own.solutions).map(([name, { title, why }]) => ({
      name,
      title: inline(title),
      why: blocks(why),
    })),
    done: blocks(own.done),
  };
}
