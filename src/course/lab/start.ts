import type { SavedCluster } from '../../emulator/cluster/api.ts';
import { boot } from '../../emulator/cluster/boot.ts';
import { loadLab } from './load.ts';
import { createLabRun } from './run.ts';

/** A lab's cluster at its start, as a save. The same for every language. */
export function labStart(slug: string): SavedCluster {
  const lab = loadLab(slug);
  const { topology, seed } = lab.definition;
  const cluster = boot(topology, { seed });
  createLabRun(lab, 'en').start(cluster);
  return cluster.save();
}
