import { openDB, type IDBPDatabase } from 'idb';
import { emptyProgress, type ChapterProgress, type LabProgress, type Progress } from './format.ts';
import { readProgress } from './migrations.ts';

/** The browser's own store: one row of progress, and one saved session per place. */
let opened: Promise<IDBPDatabase> | undefined;

function database(): Promise<IDBPDatabase> {
  opened ??= openDB('podways', 1, {
    upgrade(db) {
      db.createObjectStore('progress');
      db.createObjectStore('sessions');
    },
  });
  return opened;
}

/** The learner's progress in this browser. */
export async function loadProgress(): Promise<Progress> {
  const stored: unknown = await (await database()).get('progress', 'mine');
  return readProgress(stored) ?? emptyProgress;
}

export async function saveProgress(progress: Progress): Promise<void> {
  await (await database()).put('progress', progress, 'mine');
}

/** Changes what is stored of one lab; changes queue up, so that none is lost. */
export function updateLab(
  slug: string,
  change: (lab: LabProgress | undefined) => LabProgress,
): Promise<void> {
  return update((progress) => ({
    ...progress,
    labs: { ...progress.labs, [slug]: change(progress.labs[slug]) },
  }));
}

/** Changes what is stored of one chapter. */
export function updateChapter(
  slug: string,
  change: (chapter: ChapterProgress) => ChapterProgress,
): Promise<void> {
  const blank: ChapterProgress = { opened: false, predictions: {} };
  return update((progress) => ({
    ...progress,
    chapters: { ...progress.chapters, [slug]: change(progress.chapters[slug] ?? blank) },
  }));
}

async function update(change: (progress: Progress) => Progress): Promise<void> {
  const store = (await database()).transaction('progress', 'readwrite').store;
  const current = readProgress(await store.get('mine')) ?? emptyProgress;
  await store.put(change(current), 'mine');
}

/**
 * A session's save, by the place it belongs to (`lab/four-broken-services`, `chapter/clusterip`).
 */
export async function loadSession(place: string): Promise<unknown> {
  return (await database()).get('sessions', place);
}

export async function saveSession(place: string, saved: unknown): Promise<void> {
  await (await database()).put('sessions', saved, place);
}

export async function dropSession(place: string): Promise<void> {
  await (await database()).delete('sessions', place);
}
