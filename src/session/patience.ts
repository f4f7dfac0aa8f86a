import type { ToEmulator } from './protocol.ts';

/** Lets through what needs no late code and keeps the rest, in order, until all code is there. */
export interface Patience {
  receive(message: ToEmulator): void;
  /** All code is there: what was kept goes on, and nothing is kept any more. */
  end(): void;
}

/** What a prompt needs, before anybody has typed. */
export function createPatience(to: (message: ToEmulator) => void): Patience {
  let kept: ToEmulator[] | undefined = [];
  return {
    receive(message) {
      if (kept && (kept.length > 0 || !isEarly(message))) kept.push(message);
      else to(message);
    },
    end() {
      const waiting = kept ?? [];
      kept = undefined;
      for (const message of waiting) to(message);
    },
  };
}

/**
 * A cluster from a start that was made with the site, or without a lab, runs no late code by
 * itself. A save may have anything in it, and the start of a lab is made with kubectl.
 */
function isEarly(message: ToEmulator): boolean {
  switch (message.type) {
    case 'boot':
      return message.saved === undefined && (message.start !== undefined || !message.lab);
    case 'input':
      return message.input.type === 'open-terminal' || message.input.type === 'resize';
    case 'observe':
    case 'unobserve':
      return true;
    default:
      return false;
  }
}
