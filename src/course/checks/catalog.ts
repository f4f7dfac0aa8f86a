import { withParticle, type Particle } from '../particles.ts';
import type { CheckVerb, Language, Reason } from './check.ts';

const modules = import.meta.glob<{ default: CheckVerb }>('./*/index.ts', { eager: true });
const texts = import.meta.glob<Record<string, string>>('./*/{ko,en}.json', {
  eager: true,
  import: 'default',
});

/** All check verbs by name. */
export const checkVerbs: ReadonlyMap<string, CheckVerb> = new Map(
  Object.keys(modules)
    .sort()
    .map((path) => modules[path]!.default)
    .map((verb) => [verb.name, verb]),
);

/**
 * The sentence of a reason in one language. A verb's own file comes first, then that of `reach`,
 * whose reasons other verbs pass on. A missing sentence is our bug.
 */
export function sentence(verb: string, language: Language, reason: Reason): string {
  const own = texts[`./${verb}/${language}.json`]?.[reason.name];
  const text = own ?? texts[`./reach/${language}.json`]?.[reason.name];
  if (text === undefined) throw new Error(`no sentence ${reason.name} for ${verb} in ${language}`);
  return fill(text, reason.slots ?? {});
}

/** Fills `{slot}`; in Korean `{slot|은}` adds the particle that fits the word. */
export function fill(text: string, slots: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)(?:\|([^}]+))?\}/g, (_all, name: string, particle?: string) => {
    const value = slots[name] ?? '';
    return particle ? withParticle(value, particle as Particle) : value;
  });
}
