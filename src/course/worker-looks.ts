import type { LabHooks } from '../session/driver.ts';
import { loadLab } from './lab/load.ts';
import { createLabRun } from './lab/run.ts';

export { createLens } from '../session/lens.ts';

/** A lab as a session runs it. Throws where the lab's files are not as they should be. */
export function createLab(slug: string, language: 'ko' | 'en', seed: number): LabHooks {
  return createLabRun(loadLab(slug, seed), language);
}
