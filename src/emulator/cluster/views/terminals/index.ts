import type { Json } from '../../../world/json.ts';
import type { View } from '../catalog.ts';

/** Terminals that are open, with the machines they began on. */
const terminals: View = ({ world }) =>
  world.store
    .list<{ readonly id: string; readonly host: string }>('/terminal/')
    .map(([, { id, host }]) => ({ id, host })) satisfies Json;

export default terminals;
