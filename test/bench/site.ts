// Sizes of the built site: what a page loads by itself, and what the start of a lab adds.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Figure } from './figure.ts';

/** JavaScript of one built page. Sizes in bytes after gzip -9. */
export interface PageSize {
  readonly page: string;
  /** Inline scripts and files that load with the page. */
  readonly eager: number;
  /** Files that only a dynamic import or a Worker brings, without what the Worker loads later. */
  readonly lazy: number;
  /** What the Worker loads when it has begun: the code of what people type. */
  readonly late: number;
  readonly eagerFiles: readonly string[];
  readonly lazyFiles: readonly string[];
}

/** Pages of a built site that can open a cluster, and all pages of chapters. */
export function pageSizes(dist: string): PageSize[] {
  const size = sizesOf(dist);
  return pages(dist, '').map((page) => measurePage(dist, page, size));
}

/**
 * The largest page before anything is started, and the largest lab. Files that grow with what a
 * learner opens are not in the first; the second is all that any button of a page can bring.
 */
export function siteFigures(dist: string): Figure[] {
  const sizes = pageSizes(dist);
  const chapters = sizes.filter(({ page }) => !/^$|\/(labs|map)\/|^(ko|en)\/$|404/.test(page));
  const largest = (of: readonly number[]) => Math.max(0, ...of) / 1_000;
  return [
    {
      name: 'JavaScript of a chapter page before start',
      unit: 'KB',
      aim: 15,
      samples: [largest(chapters.map(({ eager }) => eager))],
    },
    {
      name: 'lab: terminal, editor, emulator',
      unit: 'KB',
      aim: 450,
      samples: [largest(sizes.map(({ lazy }) => lazy))],
    },
    {
      name: 'lab: what comes after the prompt',
      unit: 'KB',
      samples: [largest(sizes.map(({ late }) => late))],
    },
  ];
}

/** Folders below a folder that hold an `index.html`, as paths that end in a slash. */
function pages(dist: string, folder: string): string[] {
  const found = existsSync(join(dist, folder, 'index.html')) ? [folder] : [];
  for (const entry of readdirSync(join(dist, folder), { withFileTypes: true })) {
    if (entry.isDirectory() && !entry.name.startsWith('_')) {
      found.push(...pages(dist, `${folder}${entry.name}/`));
    }
  }
  return found;
}

/** Sizes of files of a site, each packed once. */
function sizesOf(dist: string): (file: string) => number {
  const known = new Map<string, number>();
  return (file) => {
    const size = known.get(file) ?? gzip(readFileSync(join(dist, '_astro', file), 'utf8'));
    known.set(file, size);
    return size;
  };
}

function measurePage(dist: string, page: string, size: (file: string) => number): PageSize {
  const html = readFileSync(join(dist, page, 'index.html'), 'utf8');
  const eager = new Set<string>();
  const lazy = new Set<string>();
  let inline = 0;
  const scripts = html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g);
  for (const [, attributes = '', text = ''] of scripts) {
    if (/type="application\/(ld\+)?json"/.test(attributes)) continue;
    if (text !== '') inline += gzip(text);
    const source = /\bsrc="([^"]+)"/.exec(attributes)?.[1];
    for (const file of source ? [basename(source)] : imported(text).now) eager.add(file);
    for (const file of imported(text).later) lazy.add(file);
  }
  for (const [, file] of html.matchAll(/<link rel="modulepreload" href="[^"]*\/([^"/]+)"/g)) {
    eager.add(file as string);
  }
  const read = (file: string) => readFileSync(join(dist, '_astro', file), 'utf8');
  for (const file of eager) {
    const { now, later } = imported(read(file));
    for (const each of now) eager.add(each);
    for (const each of later) lazy.add(each);
  }
  const late = new Set<string>();
  for (const file of lazy) {
    const { now, later } = imported(read(file));
    for (const each of now) lazy.add(each);
    for (const each of later) (file.startsWith('worker') ? late : lazy).add(each);
  }
  for (const file of late) {
    const { now, later } = imported(read(file));
    for (const each of [...now, ...later]) late.add(each);
  }
  const added = [...lazy].filter((file) => !eager.has(file));
  const sum = (files: Iterable<string>) =>
    [...files].reduce((total, file) => total + size(file), 0);
  return {
    page,
    eager: inline + sum(eager),
    lazy: sum(added),
    late: sum([...late].filter((file) => !lazy.has(file) && !eager.has(file))),
    eagerFiles: [...eager],
    lazyFiles: added,
  };
}

/** Names of the files that a script imports at once, and of those that it may import later. */
function imported(text: string): { readonly now: string[]; readonly later: string[] } {
  const names = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, file]) => file as string);
  return {
    now: names(/(?:\bfrom|\bimport)\s*["'](?:\.\/|\/_astro\/)([^"'`]+\.js)["']/g),
    later: [
      ...names(/\bimport\(\s*["'`](?:\.\/|\/_astro\/)([^"'`]+\.js)["'`]/g),
      ...names(/new URL\(\s*["'`](?:\.\/|\/_astro\/)([^"'`]+\.js)["'`]/g),
    ],
  };
}

function gzip(text: string): number {
  return gzipSync(text, { level: 9 }).length;
}
