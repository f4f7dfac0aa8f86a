import type { Controller } from './controller.ts';

const modules = import.meta.glob<{ default: Controller }>('./*/index.ts', { eager: true });

/** All controllers, in order of their folders' names. */
export const controllers: readonly Controller[] = Object.keys(modules)
  .sort()
  .map((path) => (modules[path] as { default: Controller }).default);
