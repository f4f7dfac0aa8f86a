import type { Image } from '../host/runtime-api.ts';
import type { Executable, LateProgram, Program, ProgramCode } from '../host/syscalls.ts';
import type { ApiTexts } from '../resources/texts.ts';
import { assert } from '../world/assert.ts';

/** What hosts run and what lies in their images. */
export interface Catalogs {
  readonly executables: readonly Executable[];
  readonly images: readonly Image[];
  /** Texts of the API's schemas. */
  readonly texts: () => ApiTexts;
}

/** What may come after the first prompt. */
export interface Late {
  /** The code of programs that people type, by folder. */
  readonly programs: Readonly<Record<string, ProgramCode>>;
  readonly texts: ApiTexts;
}

/** Catalogs that know all names at once, and take in the code of some programs later. */
export interface EarlyCatalogs extends Catalogs {
  complete(late: Late): void;
}

type Found = Executable | LateProgram;

const programs = import.meta.glob<{ default: Found | readonly Found[] }>('../programs/*/index.ts', {
  eager: true,
});
const imageFiles = import.meta.glob<{ default: Image | readonly Image[] }>('../images/*/image.ts', {
  eager: true,
});

/** All executables and images, found by their folders; late code must be given before it runs. */
export function createEarlyCatalogs(): EarlyCatalogs {
  let late: Late | undefined;
  const find = (folder: string) => () => {
    const code = late?.programs[folder];
    assert(code, `the code of ${folder} is not loaded`);
    return code;
  };
  return {
    executables: collect(programs).map(([folder, found]) =>
      'late' in found ? withCode(found, find(folder)) : found,
    ),
    images: collect(imageFiles).map(([, image]) => image),
    texts() {
      assert(late, 'the texts of the API are not loaded');
      return late.texts;
    },
    complete: (given) => void (late = given),
  };
}

function withCode({ name, paths }: LateProgram, code: () => ProgramCode): Program {
  return {
    name,
    paths,
    run: (argv, sys) => code().run(argv, sys),
    complete: (words, sys) => code().complete?.(words, sys) ?? [],
  };
}

function collect<T extends object>(
  modules: Record<string, { default: T | readonly T[] }>,
): (readonly [folder: string, T])[] {
  return Object.keys(modules)
    .sort()
    .flatMap((path) => {
      const folder = path.split('/').at(-2) as string;
      return ([(modules[path] as { default: T | readonly T[] }).default].flat() as T[]).map(
        (each) => [folder, each] as const,
      );
    });
}
