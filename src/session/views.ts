import type { Cluster } from '../emulator/cluster/api.ts';
import type { Json } from '../emulator/world/json.ts';
import type { FromEmulator } from './protocol.ts';

/** The read models that the page looks at; a changed one is sent, at most every 100 ms. */
export interface Views {
  observe(view: string, args: Json | undefined): void;
  unobserve(view: string): void;
  flush(wallMillis: number): void;
}

const EVERY_MILLIS = 100;

/** No views yet, of this cluster. */
export function createViews(cluster: Cluster, emit: (message: FromEmulator) => void): Views {
  const observed = new Map<string, { args: Json | undefined; sent: string }>();
  let last = -EVERY_MILLIS;
  const send = (view: string) => {
    const entry = observed.get(view);
    if (!entry) return;
    const value = cluster.view(view, entry.args);
    const text = JSON.stringify(value);
    if (text === entry.sent) return;
    entry.sent = text;
    emit({ type: 'view', view, value });
  };
  return {
    observe(view, args) {
      observed.set(view, { args, sent: '' });
      send(view);
    },
    unobserve: (view) => void observed.delete(view),
    flush(wall) {
      if (wall - last < EVERY_MILLIS) return;
      last = wall;
      for (const view of observed.keys()) send(view);
    },
  };
}
