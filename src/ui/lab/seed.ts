import { fillOpen, valuesOf } from '../../course/lab/vary.ts';
import type { LabPage } from './data.ts';

/** Whether a lab draws other names and numbers for another seed. */
export const varies = ({ vary }: LabPage): boolean => Object.keys(vary).length > 0;

const KEY = 'podways-seed/';

/** The seed that a learner plays a lab with: the last one chosen, else the lab's own. */
export function seedOf(lab: LabPage): number {
  const kept = varies(lab) ? Number(localStorage.getItem(KEY + lab.slug)) : 0;
  return Number.isSafeInteger(kept) && kept > 0 ? kept : lab.seed;
}

export function keepSeed({ slug }: LabPage, seed: number): void {
  localStorage.setItem(KEY + slug, String(seed));
}

/** The seed of a day, the same for everybody: 20261126. */
export function seedOfDay(day: Date): number {
  return day.getFullYear() * 10_000 + (day.getMonth() + 1) * 100 + day.getDate();
}

/** A page with what its lab draws for a seed, and a place of its own for what is kept of it. */
export function filledPage(page: LabPage, seed: number): LabPage {
  const filled = fillOpen(page, valuesOf(page.vary, seed));
  return { ...filled, seed, ...(seed !== page.seed && { place: `${page.place}@${seed}` }) };
}
