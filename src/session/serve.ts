import { expose } from 'comlink';
import { createDriver, type Code, type SessionParts } from './driver.ts';
import { createPatience } from './patience.ts';
import type { FromEmulator, ToEmulator } from './protocol.ts';

const TICK_MILLIS = 16;

/** How a session tells the page something, and hears that code has come. */
export interface Serving {
  emit(message: FromEmulator): void;
  /** Code has come: what waited for it goes on. */
  arrived(): void;
}

/**
 * Runs a session in this Worker. The parts come from the layer above, which knows labs, and which
 * code is there.
 */
export function serveSession(
  parts: Pick<SessionParts, 'boot' | 'lab' | 'lens'> & { readonly code: Code },
): Serving {
  let listener: (message: FromEmulator) => void = () => {};
  const { code } = parts;
  const driver = createDriver({
    ...parts,
    wall: () => performance.now(),
    emit: (message) => listener(message),
  });
  const may = (need: 'nothing' | 'rest' | 'whole') => {
    if (need === 'nothing') return !code.rest() || !driver.waits;
    return (need === 'rest' ? code.rest() : code.whole()) && !driver.waits;
  };
  const patience = createPatience(may, driver.receive);
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    driver.tick(now - last);
    last = now;
    patience.again();
  };
  setInterval(tick, TICK_MILLIS);
  expose({
    send: (message: ToEmulator) => patience.receive(message),
    listen: (to: (message: FromEmulator) => void) => {
      listener = to;
    },
  });
  return { emit: (message) => listener(message), arrived: tick };
}
