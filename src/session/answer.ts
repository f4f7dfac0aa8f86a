import type { Cluster } from '../emulator/cluster/api.ts';
import type { Json } from '../emulator/world/json.ts';
import { chainWalk, spread } from './chains/index.ts';
import { createMatrixReader } from './matrix/index.ts';
import type { DryRunAnswer, Question, TranscriptEntry } from './protocol.ts';
import { createSchemaReader, type SchemaReader } from './schema.ts';
import { lastAim, tracePacket } from './trace/index.ts';

/** Documents of one text that are tried; more than that nobody edits by hand. */
const MOST_DOCUMENTS = 20;

/**
 * Answers what a page asks once: nothing of the cluster changes. `fresh` makes the cluster as it
 * was at the start.
 */
export function createAnswers(
  cluster: Cluster,
  fresh: () => Cluster,
): (question: Question) => Json {
  let schema: SchemaReader | undefined;
  const matrix = createMatrixReader(cluster, fresh);
  return (question) => {
    schema ??= createSchemaReader(cluster);
    switch (question.about) {
      case 'kinds':
        return schema.kinds() as unknown as Json;
      case 'fields': {
        const { apiVersion, kind, path } = question;
        return (schema.fields(apiVersion, kind, path) ?? null) as unknown as Json;
      }
      case 'dry-run':
        return dryRun(cluster, question.text) as unknown as Json;
      case 'trace':
        return tracePacket(cluster, question.request) as unknown as Json;
      case 'chains':
        return chainWalk(cluster, question.request) as unknown as Json;
      case 'spread':
        return spread(cluster, question.request) as unknown as Json;
      case 'matrix':
        return matrix.plan() as unknown as Json;
      case 'matrix-row':
        return matrix.row(question.from, question.port, question.at) as unknown as Json;
      case 'aim': {
        const { terminal } = question;
        const lines = cluster.view('transcript', { terminal }) as unknown as TranscriptEntry[];
        return (lastAim(lines) ?? null) as unknown as Json;
      }
    }
  };
}

/**
 * What the API server would say to a text of manifests, in kubectl's own words: each document is
 * applied by the learner's kubectl on a copy, as a dry run.
 */
function dryRun(cluster: Cluster, text: string): DryRunAnswer {
  const copy = cluster.fork();
  if (!copy) return { busy: true, refusals: [] };
  const documents = text.split(/^---.*$/m).slice(0, MOST_DOCUMENTS);
  const refusals = documents.flatMap((document, index) => {
    if (document.replaceAll(/^\s*#.*$/gm, '').trim() === '') return [];
    const done = copy.script('kubectl apply --dry-run=server -f -', { stdin: document });
    const said = done.stderr.trim();
    return said === '' ? [] : [{ document: index, text: said, warning: done.exit === 0 }];
  });
  return { busy: false, refusals };
}
