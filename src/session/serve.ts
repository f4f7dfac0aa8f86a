import { expose } from 'comlink';
import { createDriver, type SessionParts } from './driver.ts';
import type { FromEmulator, ToEmulator } from './protocol.ts';

const TICK_MILLIS = 16;

/** Runs a session in this Worker. The parts come from the layer above, which knows labs. */
export function serveSession(parts: Pick<SessionParts, 'boot' | 'lab'>): void {
  let listener: (message: FromEmulator) => void = () => {};
  const driver = createDriver({
    ...parts,
    wall: () => performance.now(),
    emit: (message) => listener(message),
  });
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    driver.tick(now - last);
    last = now;
  }, TICK_MILLIS);
  expose({
    send: (message: ToEmulator) => driver.receive(message),
    listen: (to: (message: FromEmulator) => void) => {
      listener = to;
    },
  });
}
