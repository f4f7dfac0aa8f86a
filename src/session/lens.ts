import type { Cluster } from '../emulator/cluster/api.ts';
import type { Json } from '../emulator/world/json.ts';
import { chainWalk, spread } from './chains/index.ts';
import { createMatrixReader } from './matrix/index.ts';
import type { LensQuestion, TranscriptEntry } from './protocol.ts';
import { lastAim, tracePacket } from './trace/index.ts';

/**
 * Answers the closer looks of a page at a cluster, which stays as it is. `fresh` makes the cluster
 * as it was at the start. A module of its own: a Worker loads it after the first prompt.
 */
export function createLens(
  cluster: Cluster,
  fresh: () => Cluster,
): (question: LensQuestion) => Json {
  const matrix = createMatrixReader(cluster, fresh);
  const answer = (question: LensQuestion): unknown => {
    switch (question.about) {
      case 'trace':
        return tracePacket(cluster, question.request);
      case 'chains':
        return chainWalk(cluster, question.request);
      case 'spread':
        return spread(cluster, question.request);
      case 'matrix':
        return matrix.plan();
      case 'matrix-row':
        return matrix.row(question.from, question.port, question.at);
      case 'aim': {
        const { terminal } = question;
        const lines = cluster.view('transcript', { terminal }) as unknown as TranscriptEntry[];
        return lastAim(lines) ?? null;
      }
    }
  };
  return (question) => answer(question) as Json;
}

export type LensMaker = typeof createLens;
