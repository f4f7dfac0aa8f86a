import { createChance } from '../../emulator/world/chance.ts';

/** `vary.yaml`: what a lab draws anew for each seed: one of a list, or a number of a range. */
export type Vary = Readonly<
  Record<string, readonly (string | number)[] | { readonly from: number; readonly to: number }>
>;

/** What the slots of a lab stand for, by name. */
export type Values = Readonly<Record<string, string>>;

/** The values of one seed; the same seed always gives the same. */
export function valuesOf(vary: Vary, seed: number): Values {
  const chance = createChance(seed);
  return Object.fromEntries(
    Object.entries(vary).map(([name, from]) => [
      name,
      'length' in from
        ? String(chance.pick(`vary/${name}`, from))
        : String(from.from + chance.integer(`vary/${name}`, from.to - from.from + 1)),
    ]),
  );
}

/** Fills `{{slot}}` in text; a slot that nobody gives a value throws, with its name. */
export function fillSlots(text: string, values: Values): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_all, name: string) => {
    const found = values[name];
    if (found === undefined) throw new Error(`{{${name}}}: expected a slot that vary.yaml names.`);
    return found;
  });
}

/** Leaves slots open, in marks that YAML and HTML let pass: a page fills them in the browser. */
export function openSlots(text: string): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, '⟦$1⟧');
}

/** Fills the open slots of a page's data, however deep its texts lie. */
export function fillOpen<T>(data: T, values: Values): T {
  const one = (text: string) =>
    text.replaceAll(/⟦(\w+)⟧/g, (all, name: string) => values[name] ?? all);
  if (typeof data === 'string') return one(data) as T;
  if (Array.isArray(data)) return data.map((each: unknown) => fillOpen(each, values)) as T;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, each]) => [key, fillOpen(each as unknown, values)]),
  ) as T;
}
