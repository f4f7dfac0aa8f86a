import { proxy, wrap, type Remote } from 'comlink';
import type { FromEmulator, ToEmulator } from './protocol.ts';

/** What the Worker exposes: one way in, one way out, plain data only. */
export interface SessionPort {
  send(message: ToEmulator): void;
  listen(listener: (message: FromEmulator) => void): void;
}

/** The page's end of a session. */
export interface SessionClient {
  send(message: ToEmulator): void;
  /** Calls back for each message of a type, until the returned function is called. */
  on<T extends FromEmulator['type']>(
    type: T,
    listener: (message: FromEmulator & { type: T }) => void,
  ): () => void;
  /** Ends the Worker, whatever it is doing. */
  end(): void;
}

/** Connects to a session Worker. */
export function connectSession(worker: Worker): SessionClient {
  const port: Remote<SessionPort> = wrap<SessionPort>(worker);
  const listeners = new Map<string, Set<(message: FromEmulator) => void>>();
  void port.listen(
    proxy((message: FromEmulator) => {
      for (const listener of listeners.get(message.type) ?? []) listener(message);
    }),
  );
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    const message = event.message || 'the Worker could not start';
    for (const listener of listeners.get('fault') ?? []) {
      listener({ type: 'fault', message, journal: [], lost: true });
    }
  });
  return {
    send: (message) => void port.send(message),
    on(type, listener) {
      const set = listeners.get(type) ?? new Set();
      listeners.set(type, set);
      set.add(listener as (message: FromEmulator) => void);
      return () => set.delete(listener as (message: FromEmulator) => void);
    },
    end: () => worker.terminate(),
  };
}
