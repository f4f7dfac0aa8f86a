import type { ToEmulator } from './protocol.ts';

/** What has to be there before a message may be done. */
export type Need = 'nothing' | 'rest' | 'whole';

/** Lets through what can be done now and keeps what cannot. */
export interface Patience {
  receive(message: ToEmulator): void;
  /** Something has changed: what can be done by now is done. */
  again(): void;
}

/**
 * Keeps messages until `may` lets them be done. Those that change something stay in their order;
 * questions wait by themselves, so that nothing that is typed waits for their answers.
 */
export function createPatience(
  may: (need: Need) => boolean,
  to: (message: ToEmulator) => void,
): Patience {
  let ordered: ToEmulator[] = [];
  let asked: ToEmulator[] = [];
  const again = () => {
    while (ordered[0] && may(needOf(ordered[0]))) to(ordered.shift() as ToEmulator);
    if (ordered.length > 0 || !may('whole')) return;
    const ready = asked;
    asked = [];
    for (const message of ready) to(message);
  };
  return {
    receive(message) {
      (isQuestion(message) ? asked : ordered).push(message);
      again();
    },
    again,
  };
}

const isQuestion = ({ type }: ToEmulator) => type === 'ask' || type === 'check';

/**
 * A cluster that is made again runs no late code by itself. One that is booted, and copies and
 * solutions, may run any; so may a Tab, whose answer cannot wait for code.
 */
export function needOf(message: ToEmulator): Need {
  switch (message.type) {
    case 'boot':
      return isTakenUp(message) ? 'nothing' : 'whole';
    case 'input': {
      const { input } = message;
      if (input.type === 'open-terminal' || input.type === 'resize') return 'nothing';
      return input.type === 'keys' && input.data.includes('\t') ? 'whole' : 'rest';
    }
    case 'observe':
    case 'unobserve':
      return 'nothing';
    case 'time':
    case 'save':
      return 'rest';
    default:
      return 'whole';
  }
}

/** Whether a session goes on from a mark, and from nothing that was done after it. */
function isTakenUp({ saved, start }: ToEmulator & { type: 'boot' }): boolean {
  const from = (saved ?? start) as { mark?: unknown; inputs?: readonly unknown[] } | undefined;
  return Boolean(from?.mark) && from?.inputs?.length === 0;
}
