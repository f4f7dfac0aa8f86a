import { assert } from '../world/assert.ts';
import type { Micros } from '../world/json.ts';
import type { Cluster, SavedCluster } from './api.ts';
import { createCluster } from './cluster.ts';
import { findTopology, type Topology } from './topology.ts';
import { wire, type Variant, type Wired } from './wire.ts';

/** How a cluster begins: the seed of all chance, and a save if it is to go on from one. */
export interface Beginning {
  readonly seed: number;
  readonly saved?: SavedCluster;
  /** Virtual time of the boot, where it is another than the topology's. */
  readonly start?: Micros;
}

/** A cluster made again from a save that has a mark. Needs none of what a boot needs. */
export function resume(variant: Variant, name: string, options: Beginning): Cluster {
  const { saved } = options;
  assert(saved?.mark, 'only a save with a mark can be taken up');
  return assemble(variant, name, options, () => undefined);
}

/**
 * A cluster of these parts. `bringUp` is called before a save's inputs are done, when nothing is
 * there yet.
 */
export function assemble(
  variant: Variant,
  name: string,
  options: Beginning,
  bringUp: (topology: Topology, wired: Wired) => void,
): Cluster {
  const found = findTopology(name);
  assert(found, `there is no topology ${name}`);
  const topology = options.start === undefined ? found : { ...found, start: options.start };
  const wired = wire(topology, options.seed, variant);
  const cluster = createCluster(topology, options.seed, wired);
  if (!options.saved?.mark) bringUp(topology, wired);
  if (options.saved) cluster.restore(options.saved);
  return cluster;
}
