import { parse } from 'yaml';
import { outline } from '../outline.ts';

/** What a list of labs shows of one. */
export interface LabCard {
  readonly slug: string;
  readonly id: string;
  readonly title: string;
  readonly minutes: number;
  readonly summary: string;
  readonly chapter: string;
}

const files = import.meta.glob<string>('../../../labs/*/lab.yaml', {
  eager: true,
  query: '?raw',
  import: 'default',
});
const texts = import.meta.glob<string>('../../../labs/*/{ko,en}.md', {
  eager: true,
  query: '?raw',
  import: 'default',
});

/** Cards of all labs in one language: in the order of their chapters, then of their ids. */
export function labCards(language: 'ko' | 'en'): readonly LabCard[] {
  return Object.entries(files)
    .map(([path, text]) => {
      const slug = path.split('/').at(-2) ?? '';
      // What a lab draws by lot is not on its card; a slot as it stands may not be YAML.
      const lab = parse(text.replaceAll(/\{\{[^}]*\}\}/g, 'slot')) as {
        id: string;
        minutes: number;
        chapter: string;
      };
      const front = frontMatter(texts[path.replace('lab.yaml', `${language}.md`)] ?? '', slug);
      return { slug, ...front, id: lab.id, minutes: lab.minutes, chapter: lab.chapter };
    })
    .sort((a, b) => placeOf(a) - placeOf(b) || (a.id < b.id ? -1 : 1));
}

function placeOf({ slug, chapter }: LabCard): number {
  const place = outline.stops.findIndex((stop) => stop.slug === chapter);
  if (place < 0) {
    throw new Error(
      `labs/${slug}/lab.yaml: chapter ${chapter} is not known. ` +
        'Expected the slug of a stop in content/course.yaml.',
    );
  }
  return place;
}

function frontMatter(text: string, slug: string): { title: string; summary: string } {
  const match = /^---\n([\s\S]*?)\n---\n/.exec(text);
  if (!match?.[1]) {
    throw new Error(`labs/${slug}: a language file lacks its front matter (title, summary).`);
  }
  return parse(match[1]) as { title: string; summary: string };
}
