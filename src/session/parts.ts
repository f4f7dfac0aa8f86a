import type { EarlyCatalogs } from '../emulator/cluster/early.ts';
import type { PartCode } from '../emulator/host/parts.ts';

const loaders = import.meta.glob<{ default: PartCode }>('../emulator/programs/*/late.ts');

/** After a load that failed it is tried again, so long as somebody waits. */
const AGAIN_MILLIS = 2_000;

/** The code of programs that is loaded when a cluster runs them, or when nothing else is to do. */
export interface Parts {
  /** Whether all of it is there. */
  whole(): boolean;
  has(part: string): boolean;
  want(part: string): void;
  /** Loads what nobody has asked for yet, one after another; those of `first` before others. */
  prefetch(first: readonly string[]): Promise<void>;
}

/**
 * Loads parts into catalogs. `arrived` hears of each that is there, `failed` of each load that did
 * not succeed. Wall time only: a cluster stands still meanwhile.
 */
export function createParts(
  catalogs: EarlyCatalogs,
  arrived: () => void,
  failed: (part: string) => void,
): Parts {
  const names = Object.keys(loaders).map(folderOf).sort();
  const under = new Map<string, Promise<void>>();
  const load = async (part: string): Promise<void> => {
    const loader = loaders[`../emulator/programs/${part}/late.ts`];
    if (!loader || catalogs.has(part)) return;
    const loading = under.get(part) ?? loader().then((found) => catalogs.add(part, found.default));
    under.set(part, loading);
    try {
      await loading;
      arrived();
    } catch {
      failed(part);
      await new Promise((done) => setTimeout(done, AGAIN_MILLIS));
    } finally {
      under.delete(part);
    }
  };
  return {
    whole: () => names.every((each) => catalogs.has(each)),
    has: (part) => catalogs.has(part),
    want: (part) => void (under.has(part) || load(part)),
    async prefetch(first) {
      for (const part of new Set([...first, ...names])) {
        while (!catalogs.has(part)) await load(part);
      }
    },
  };
}

const folderOf = (path: string): string => path.split('/').at(-2) as string;
