import { dropSession, loadSession, saveSession } from '../../course/progress/store.ts';
import type { Json } from '../../emulator/world/json.ts';
import { connectSession, type SessionClient } from '../../session/client.ts';
import type { ToEmulator } from '../../session/protocol.ts';
import { beforeReload } from '../offline/leaving.ts';
import type { Language } from '../strings/strings.ts';
import { createUnsaved } from './unsaved.ts';

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
  const unsaved = createUnsaved(place.name);
  const left = usable || !kept ? unsaved.take() : [];
  let written: () => void = () => {};
  client.on('saved', ({ saved, upTo }) => {
    const kept: Kept = { version: place.version, build, saved };
    void saveSession(place.name, kept).then(() => {
      unsaved.saved(upTo);
      written();
    });
  });
  const send = (message: ToEmulator) => {
    if (message.type !== 'input') return client.send(message);
    client.send({ ...message, number: unsaved.note(message.input) });
  };
  client.send({
    type: 'boot',
    topology: place.topology,
    seed: place.seed,
    language: place.language,
    ...(place.lab && { lab: place.lab }),
    ...(usable && { saved: kept.saved }),
    ...(start !== undefined && { start }),
  });
  for (const input of left) send({ type: 'input', input });
  const leaving = () => {
    if (document.visibilityState === 'hidden') client.send({ type: 'save' });
  };
  document.addEventListener('visibilitychange', leaving);
  const stay = beforeReload(() => {
    client.send({ type: 'save' });
    return new Promise<void>((done) => (written = done));
  });
  const end = () => {
    stay();
    document.removeEventListener('visibilitychange', leaving);
    client.end();
  };
  return { client: { ...client, send, end }, lost: kept !== undefined && !usable };
}

/** A place's start state; undefined where there is none, or where it cannot be had. */
async function loadStart({ start }: Place): Promise<Json | undefined> {
  if (!start) return undefined;
  try {
    const answer = await fetch(start);
    return answer.ok ? await unpack(await answer.blob()) : undefined;
  } catch {
    return undefined;
  }
}

/** JSON that was compressed when the site was made; a host may have unpacked it on the way. */
async function unpack(blob: Blob): Promise<Json> {
  const [first, second] = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  const packed = first === 0x1f && second === 0x8b;
  const stream = packed
    ? blob.stream().pipeThrough(new DecompressionStream('gzip'))
    : blob.stream();
  return (await new Response(stream).json()) as Json;
}

/** Forgets what a place has kept. */
export function forgetPlace(place: Place): Promise<void> {
  createUnsaved(place.name).clear();
  return dropSession(place.name);
}
