import { dropSession, loadSession, saveSession } from '../../course/progress/store.ts';
import type { Json } from '../../emulator/world/json.ts';
import { connectSession, type SessionClient } from '../../session/client.ts';
import type { Language } from '../strings/strings.ts';

/** A place with a cluster of its own: a lab, or a chapter's terminal blocks. */
export interface Place {
  /** `lab/<slug>` or `chapter/<slug>`: what its save is kept under. */
  readonly name: string;
  readonly topology: string;
  readonly seed: number;
  readonly language: Language;
  readonly lab?: string;
  /** Version of the lab: a save of another version is dropped, and the lab starts again. */
  readonly version: number;
  /** Address of the start state, where one was made with the site. */
  readonly start?: string;
}

interface Kept {
  readonly version: number;
  readonly build: string;
  readonly saved: Json;
}

const build = import.meta.env['PUBLIC_BUILD'] ?? 'dev';

/**
 * Starts the Worker of a place, from its save where there is one that this build understands.
 * `lost` says that a save had to be dropped.
 */
export async function openPlace(place: Place): Promise<{ client: SessionClient; lost: boolean }> {
  const client = connectSession(
    new Worker(new URL('../../course/worker.ts', import.meta.url), { type: 'module' }),
  );
  const kept = (await loadSession(place.name)) as Kept | undefined;
  const usable = kept?.version === place.version && kept.build === build;
  const start = usable ? undefined : await loadStart(place);
  client.on('saved', ({ saved }) => {
    void saveSession(place.name, { version: place.version, build, saved } satisfies Kept);
  });
  client.send({
    type: 'boot',
    topology: place.topology,
    seed: place.seed,
    language: place.language,
    ...(place.lab && { lab: place.lab }),
    ...(usable && { saved: kept.saved }),
    ...(start !== undefined && { start }),
  });
  const leaving = () => {
    if (document.visibilityState === 'hidden') client.send({ type: 'save' });
  };
  document.addEventListener('visibilitychange', leaving);
  const end = () => {
    document.removeEventListener('visibilitychange', leaving);
    client.end();
  };
  return { client: { ...client, end }, lost: kept !== undefined && !usable };
}

/** A place's start state; undefined where there is none, or where it cannot be had. */
async function loadStart({ start }: Place): Promise<Json | undefined> {
  if (!start) return undefined;
  try {
    const answer = await fetch(start);
    return answer.ok ? ((await answer.json()) as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** Forgets what a place has kept. */
export function forgetPlace(place: Place): Promise<void> {
  return dropSession(place.name);
}
