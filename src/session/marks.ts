import type { Cluster } from '../emulator/cluster/api.ts';
import type { Json } from '../emulator/world/json.ts';
import type { Mark } from './protocol.ts';

/** The restorable moments of a session: the start, and one before each command. */
export interface Marks {
  take(label: string): void;
  /** Forgets all and begins again at a moment that was marked elsewhere. */
  begin(label: string, data: Json): void;
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
  const add = (label: string, data: Json) =>
    void marks.push({ mark: { id: next++, at: cluster.world.clock.now, label }, data });
  return {
    take(label) {
      const data = cluster.mark();
      if (data === undefined) return;
      add(label, data);
      if (marks.length > KEPT + 1) marks.splice(1, 1);
    },
    begin(label, data) {
      cluster.rewind(data);
      marks = [];
      add(label, data);
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
