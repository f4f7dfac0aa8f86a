import { expose } from 'comlink';
import { createDriver, type SessionParts } from './driver.ts';
import { createPatience } from './patience.ts';
import type { FromEmulator, ToEmulator } from './protocol.ts';

const TICK_MILLIS = 16;

/**
 * Runs a session in this Worker. The parts come from the layer above, which knows labs; `rest` ends
 * when the code is there that need not be there for the first prompt.
 */
export function serveSession(
  parts: Pick<SessionParts, 'boot' | 'lab' | 'lens'>,
  rest: Promise<unknown>,
): void {
  let listener: (message: FromEmulator) => void = () => {};
  let whole = false;
  const driver = createDriver({
    ...parts,
    wall: () => performance.now(),
    emit: (message) => listener(message),
    whole: () => whole,
  });
  const patience = createPatience(driver.receive);
  void rest.then(
    () => {
      whole = true;
      patience.end();
    },
    (error: Error) =>
      listener({ type: 'fault', message: `The rest did not load: ${error.message}`, journal: [] }),
  );
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    driver.tick(now - last);
    last = now;
  }, TICK_MILLIS);
  expose({
    send: (message: ToEmulator) => patience.receive(message),
    listen: (to: (message: FromEmulator) => void) => {
      listener = to;
    },
  });
}
