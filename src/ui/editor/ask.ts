import type { Json } from '../../emulator/world/json.ts';
import type { SessionClient } from '../../session/client.ts';
import type { DryRunAnswer, FieldsAnswer, KindsAnswer, Question } from '../../session/protocol.ts';
import type { YamlPlace } from './place.ts';

/** What an editor asks the cluster. Fields and kinds are asked once and kept. */
export interface Asker {
  kinds(): Promise<KindsAnswer>;
  /** The fields at a path of a place's object; null where the schema knows nothing of it. */
  fields(place: YamlPlace, path: readonly string[]): Promise<FieldsAnswer | null>;
  dryRun(text: string): Promise<DryRunAnswer>;
}

/** Asks by a session's messages. */
export function createAsker(client: SessionClient): Asker {
  const waiting = new Map<number, (value: Json) => void>();
  const kept = new Map<string, Promise<Json>>();
  let last = 0;
  client.on('answer', ({ id, value }) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  });
  const ask = (question: Question) =>
    new Promise<Json>((done) => {
      // Several editors may ask of one session.
      last = Math.max(last + 1, Math.floor(performance.now() * 1000));
      waiting.set(last, done);
      client.send({ type: 'ask', id: last, question });
    });
  const once = (question: Question): Promise<Json> => {
    const key = JSON.stringify(question);
    const known = kept.get(key) ?? ask(question);
    kept.set(key, known);
    return known;
  };
  return {
    kinds: async () => (await once({ about: 'kinds' })) as unknown as KindsAnswer,
    async fields({ apiVersion, kind }, path) {
      const question: Question = { about: 'fields', apiVersion, kind, path };
      return (await once(question)) as unknown as FieldsAnswer | null;
    },
    dryRun: async (text) => (await ask({ about: 'dry-run', text })) as unknown as DryRunAnswer,
  };
}
