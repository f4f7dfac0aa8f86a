import { boot } from './boot.ts';
import type { Cluster } from './api.ts';

/** A booted cluster of two nodes, for tests that type commands. */
export interface Typed {
  readonly cluster: Cluster;
  /**
   * What the commands print, standard error after each command's output, and `[exit N]` where a
   * command fails: a transcript without its prompts.
   */
  type(...commands: readonly string[]): string;
  /** Lets everything come to rest. */
  settle(): void;
}

/** Boots the cluster; the same seed gives the same names. */
export function bootTyped(seed = 7): Typed {
  const cluster = boot('two-nodes', { seed });
  return {
    cluster,
    type: (...commands) =>
      commands
        .map((command) => {
          const { stdout, stderr, exit } = cluster.script(command);
          return stdout + stderr + (exit === 0 ? '' : `[exit ${exit}]\n`);
        })
        .join(''),
    settle: () => cluster.settle(),
  };
}

/** Masks what a run gives by lot or by time: suffixes of names, addresses of pods, ages. */
export function masked(text: string): string {
  return text
    .replaceAll(/-[bcdf-hj-np-tv-z2-9]{8,10}(-[bcdf-hj-np-tv-z2-9]{5})?\b/g, '-X')
    .replaceAll(/\b10\.244\.\d+\.\d+\b/g, '10.244.X')
    .replaceAll(/\b10\.(9[6-9]|1[01]\d)\.\d+\.\d+\b/g, '10.96.X')
    .replaceAll(/\bworker-[12]\b/g, 'worker-X')
    .replaceAll(/\b\d+m?s\b/g, 'T')
    .replaceAll(/ {2,}/g, '  ');
}
