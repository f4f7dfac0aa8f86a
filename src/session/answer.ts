import type { Cluster } from '../emulator/cluster/api.ts';
import type { Json } from '../emulator/world/json.ts';
import type { DryRunAnswer, LensQuestion, Question } from './protocol.ts';
import { createSchemaReader, type SchemaReader } from './schema.ts';

/** Documents of one text that are tried; more than that nobody edits by hand. */
const MOST_DOCUMENTS = 20;

/**
 * Answers what a page asks once: nothing of the cluster changes. `lens` gives what answers the
 * closer looks; its code comes after the first prompt.
 */
export function createAnswers(
  cluster: Cluster,
  lens: () => ((question: LensQuestion) => Json) | undefined,
): (question: Question) => Json {
  let schema: SchemaReader | undefined;
  let looks: ((question: LensQuestion) => Json) | undefined;
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
      default:
        looks ??= lens();
        return looks?.(question) ?? null;
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
