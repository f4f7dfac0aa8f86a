import { parse } from 'yaml';

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

/** Cards of all labs in one language, in the order of their ids (S1, S2, …). */
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
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function frontMatter(text: string, slug: string): { title: string; summary: string } {
  const match = /^---\n([\s\S]*?)\n---\n/.exec(text);
  if (!match?.[1]) {
    throw new Error(`labs/${slug}: a language file lacks its front matter (title, summary).`);
  }
  return parse(match[1]) as { title: string; summary: string };
}
