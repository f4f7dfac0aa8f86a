import type { SessionClient } from '../../session/client.ts';
import type { FromEmulator, Input, ToEmulator } from '../../session/protocol.ts';
import { forgetPlace, openPlace, type Place } from './place.ts';

/** A session that outlives its Worker: a lost one is replaced, and goes on from the last save. */
export interface LastingSession extends SessionClient {
  /** Whether a save had to be dropped when the session began. */
  readonly dropped: boolean;
  /** After a fault that is `over`: once more from the last save, or from the start of the place. */
  restart(from: 'save' | 'start'): Promise<void>;
}

const types = [
  'ready',
  'screen',
  'view',
  'marks',
  'answer',
  'time',
  'saved',
  'late',
  'notice',
  'fault',
] as const satisfies readonly FromEmulator['type'][];

/** A Worker that says nothing for so long is taken for lost. */
const SILENT_MILLIS = 15_000;
const LOOK_EVERY_MILLIS = 3_000;
/** Workers that may be lost before the page gives up. */
const MOST_RESTARTS = 3;

/** Opens a place and stays with it. Rejects when the cluster cannot be started at all. */
export async function openLasting(place: Place): Promise<LastingSession> {
  const ears = createEars();
  const wishes = createWishes();
  let client: SessionClient | undefined;
  let heard = performance.now();
  let restarts = 0;

  const connect = async (): Promise<boolean> => {
    const opened = await openPlace(place);
    client = opened.client;
    heard = performance.now();
    for (const type of types) opened.client.on(type, (message) => arrived(message));
    await whenReady(opened.client);
    return opened.lost;
  };
  const arrived = (message: FromEmulator) => {
    heard = performance.now();
    if (message.type === 'fault' && message.lost) void replace(message);
    else ears.tell(message);
  };
  const replace = async (message: FromEmulator & { type: 'fault' }) => {
    client?.end();
    client = undefined;
    restarts += 1;
    if (restarts > MOST_RESTARTS) return ears.tell({ ...message, over: true });
    try {
      await again();
      ears.tell(message);
    } catch (error) {
      ears.tell({ ...message, message: (error as Error).message, over: true });
    }
  };
  const again = async () => {
    await connect();
    const anew = client as SessionClient | undefined;
    for (const wish of wishes.all()) anew?.send(wish);
  };

  let dropped: boolean;
  try {
    dropped = await connect();
  } catch {
    // The save itself may be what cannot be started: without it the cluster begins anew.
    (client as SessionClient | undefined)?.end();
    await forgetPlace(place);
    await connect();
    dropped = true;
  }
  watchSilence(
    () => (client ? performance.now() - heard : 0),
    () => (heard = performance.now()),
    () => replace({ type: 'fault', message: 'the Worker is silent', journal: [], lost: true }),
  );
  return {
    dropped,
    send(message) {
      wishes.note(message);
      client?.send(message);
    },
    on: ears.on,
    async restart(from) {
      client?.end();
      if (from === 'start') await forgetPlace(place);
      restarts = 0;
      await again();
    },
    end: () => client?.end(),
  };
}

/** Resolves when the cluster is there; rejects when it cannot be started. */
function whenReady(client: SessionClient): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    client.on('ready', () => resolve());
    client.on('fault', ({ message }) => reject(new Error(message)));
  });
}

/** Looks now and then how long a Worker has been silent; one that nobody sees may sleep. */
function watchSilence(silent: () => number, forgive: () => void, lost: () => unknown): void {
  setInterval(() => {
    if (document.visibilityState === 'hidden') forgive();
    else if (silent() >= SILENT_MILLIS) lost();
  }, LOOK_EVERY_MILLIS);
}

/** Those who listen, whichever Worker speaks. */
function createEars(): Pick<SessionClient, 'on'> & { tell(message: FromEmulator): void } {
  const listeners = new Map<string, Set<(message: FromEmulator) => void>>();
  /** Told at once to those who begin to listen later. */
  let marks: FromEmulator | undefined;
  return {
    tell(message) {
      if (message.type === 'marks') marks = message;
      for (const listener of listeners.get(message.type) ?? []) listener(message);
    },
    on(type, listener) {
      const heard = listener as (message: FromEmulator) => void;
      const set = listeners.get(type) ?? new Set();
      listeners.set(type, set);
      set.add(heard);
      if (type === 'marks' && marks) heard(marks);
      return () => set.delete(heard);
    },
  };
}

/** What a new Worker has to be told again: terminals that are open, views that are looked at. */
function createWishes() {
  const open = new Map<string, Input & { type: 'open-terminal' }>();
  const views = new Map<string, ToEmulator>();
  return {
    note(message: ToEmulator): void {
      if (message.type === 'observe') views.set(message.view, message);
      if (message.type === 'unobserve') views.delete(message.view);
      if (message.type !== 'input') return;
      const { input } = message;
      if (input.type === 'open-terminal') open.set(input.terminal, input);
      const resized = input.type === 'resize' && open.get(input.terminal);
      if (resized) open.set(input.terminal, { ...resized, ...input, type: 'open-terminal' });
    },
    all: (): ToEmulator[] => [
      ...[...open.values()].map((input): ToEmulator => ({ type: 'input', input })),
      ...views.values(),
    ],
  };
}
