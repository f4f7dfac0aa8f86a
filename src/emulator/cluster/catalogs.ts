import type { Image } from '../host/runtime-api.ts';
import type { Executable } from '../host/syscalls.ts';

const programs = import.meta.glob<{ default: Executable | readonly Executable[] }>(
  '../programs/*/index.ts',
  { eager: true },
);
const imageFiles = import.meta.glob<{ default: Image | readonly Image[] }>('../images/*/image.ts', {
  eager: true,
});

function collect<T>(modules: Record<string, { default: T | readonly T[] }>): T[] {
  return Object.keys(modules)
    .sort()
    .flatMap(
      (path) => (modules[path] as { default: T | readonly T[] }).default as T | readonly T[],
    ) as T[];
}

/** All executables and images, found by their folders. */
export const executables: readonly Executable[] = collect(programs);
export const images: readonly Image[] = collect(imageFiles);
