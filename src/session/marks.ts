import type { Cluster } from '../emulator/cluster/api.ts';
import type { Json } from '../emulator/world/json.ts';
import type { Mark } from './protocol.ts';

/** The restorable moments of a session: the start, and one before each command. */
export interface Marks {
  take(label: string): void;
  list(): readonly Mark[];
  /** Goes back; whether there was such a mark. `undo` is the newest, `start` the oldest. */
  rewind(to: number | 'undo' | 'start'): boolean;
}

/** Marks that are kept besides the first; older ones are given up. */
const KEPT = 50;

/** No marks yet, of this cluster. */
export function createMarks(cluster: Cluster): Marks {
  let next = 1;
  let marks: { readonly mark: Mark; readonly data: Json }[] = [];
  return {
    take(label) {
      const data = cluster.mark();
      if (data === undefined) return;
      const mark = { id: next++, at: cluster.world.clock.now, label };
      marks.push({ mark, data });
      if (marks.length > KEPT + 1) marks.splice(1, 1);
    },
    list: () => marks.map(({ mark }) => mark),
    rewind(to) {
      const index =
        to === 'start'
          ? 0
          : to === 'undo'
            ? marks.length - 1
            : marks.findIndex(({ mark }) => mark.id === to);
      const found = marks[index];
      if (!found) return false;
      cluster.rewind(found.data);
      // The start stays; any other moment is used up, so that the next undo goes further back.
      marks = marks.slice(0, Math.max(index, 1));
      return true;
    },
  };
}
