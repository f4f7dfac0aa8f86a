import type { Image } from '../host/runtime-api.ts';
import type { DaemonCode, PartCode, ProgramSource } from '../host/parts.ts';
import type { Executable, LateProgram, ProgramCode } from '../host/syscalls.ts';
import shells from '../programs/shell/index.ts';
import type { ApiTexts } from '../resources/texts.ts';
import { assert } from '../world/assert.ts';

/** What hosts run and what lies in their images. */
export interface Catalogs {
  readonly executables: readonly Executable[] | ProgramSource;
  readonly images: readonly Image[];
  /** Texts of the API's schemas. */
  readonly texts: () => ApiTexts;
}

/** What every cluster needs once time passes in it, and no prompt does. */
export interface Rest {
  /** All programs, by folder; those that are `late` without their code. */
  readonly programs: readonly (readonly [folder: string, Executable | LateProgram])[];
  readonly texts: ApiTexts;
}

/** Catalogs that begin with a login shell, and take in all other programs later. */
export interface EarlyCatalogs extends Catalogs {
  readonly executables: ProgramSource;
  complete(rest: Rest): void;
  /** Takes in the code of a folder's `late.ts`. */
  add(folder: string, code: PartCode): void;
  has(folder: string): boolean;
}

/** The part that brings all programs but the shells. */
export const REST = 'rest';

const imageFiles = import.meta.glob<{ default: Image | readonly Image[] }>('../images/*/image.ts', {
  eager: true,
});

/** Images, and the shells that a prompt needs. Everything else is given before it can run. */
export function createEarlyCatalogs(): EarlyCatalogs {
  let rest: Rest | undefined;
  const programs = new Map<string, Executable>(shells.map((each) => [each.name, each]));
  const code = new Map<string, PartCode>();
  return {
    executables: {
      get: (name) => programs.get(name),
      get size() {
        return programs.size;
      },
      get awaited() {
        return rest ? undefined : REST;
      },
    },
    images: collect(imageFiles).map(([, image]) => image),
    texts() {
      assert(rest, 'the texts of the API are not loaded');
      return rest.texts;
    },
    complete(given) {
      rest = given;
      for (const [folder, found] of given.programs) {
        programs.set(found.name, 'late' in found ? withCode(found, folder, code) : found);
      }
    },
    add: (folder, given) => void code.set(folder, given),
    has: (folder) => code.has(folder),
  };
}

/** A program whose code is looked up when it runs: the kernel waits until it is there. */
function withCode(
  { name, paths, late }: LateProgram,
  folder: string,
  parts: ReadonlyMap<string, PartCode>,
): Executable {
  const absent = () => (parts.has(folder) ? undefined : folder);
  const code = <T extends ProgramCode | DaemonCode>() => {
    const part = parts.get(folder);
    const found = part && 'programs' in part ? part.programs[name] : part;
    assert(found, `the code of ${name} in ${folder} is not loaded`);
    return found as T;
  };
  if (late === 'daemon') {
    return {
      ...{ name, paths, absent },
      on: (message, sys) => code<DaemonCode>().on(message, sys),
    };
  }
  return {
    ...{ name, paths, absent },
    *run(argv, sys) {
      return yield* code<ProgramCode>().run(argv, sys);
    },
    complete: (words, sys) => code<ProgramCode>().complete?.(words, sys) ?? [],
  };
}

/** What modules of folders have as their defaults, in order of the folders' names. */
export function collect<T extends object>(
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
