import type { Json } from '../../emulator/world/json.ts';
import type { SessionClient } from '../../session/client.ts';
import type { Question } from '../../session/protocol.ts';

/** Asks a session one thing and gets one answer. */
export type Ask = <T>(question: Question) => Promise<T>;

/** A way to ask; several parts of a page may each have one of their own. */
export function createAsk(client: SessionClient): Ask {
  const waiting = new Map<number, (value: Json) => void>();
  client.on('answer', ({ id, value }) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  });
  return <T>(question: Question) =>
    new Promise<T>((done) => {
      // Numbers of several askers on one page never meet.
      const id = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
      waiting.set(id, (value) => done(value as T));
      client.send({ type: 'ask', id, question });
    });
}
