import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Related } from '../../resources/kind.ts';
import type { Micros } from '../../world/json.ts';
import type { Client, ClientRequest } from './client.ts';
import { hasReason, problemOf } from './failure.ts';
import { inZone } from './local-time.ts';
import { asJson, itemsOf } from './object.ts';
import { pathOf, resourceName, type Mapping } from './rest-mapper.ts';

/** The version whose descriptions are shown: 1.35. */
const MINOR = 35;

/** A request that `describe` needs before it can go on. */
class Needed extends Error {
  override readonly name = 'Needed';
  readonly request: ClientRequest;

  constructor(request: ClientRequest) {
    super('a request is needed');
    this.request = request;
  }
}

/** Lists that may be long are asked for in parts; pods by their labels are not. */
function inChunks(resource: string, fieldSelector: string | undefined): boolean {
  if (resource === 'pods') return fieldSelector !== undefined;
  return resource === 'events' || resource === 'replicasets.apps';
}

/** How a description asks. */
export interface Asking {
  readonly now: Micros;
  readonly showEvents: boolean;
  /** `TZ`, or UTC. */
  readonly zone: string;
  /** `--chunk-size`. */
  readonly chunkSize: number;
}

/**
 * Runs a pure description whose look-ups are requests: what is asked for and not there yet is
 * fetched, and the description starts again with it.
 */
export function* describeWith(
  client: Client,
  mappings: readonly Mapping[],
  asking: Asking,
  describe: (related: Related) => string,
): Call<string> {
  const answers = new Map<string, unknown>();
  for (;;) {
    try {
      return describe(createRelated(answers, mappings, asking));
    } catch (caught) {
      if (!(caught instanceof Needed)) throw caught;
      const { request } = caught;
      const answer = yield* answerTo(client, request);
      answers.set(JSON.stringify(request), inZone(answer, asking.zone));
    }
  }
}

function* answerTo(client: Client, request: ClientRequest): Call<unknown> {
  try {
    return yield* client.send<unknown>(request);
  } catch (caught) {
    if (hasReason(caught, 'NotFound') || hasReason(caught, 'Forbidden')) return null;
    problemOf(caught);
    throw caught;
  }
}

function createRelated(
  answers: ReadonlyMap<string, unknown>,
  mappings: readonly Mapping[],
  { now, showEvents, chunkSize, zone }: Asking,
): Related {
  const ask = (request: ClientRequest): unknown => {
    const key = JSON.stringify(request);
    if (!answers.has(key)) throw new Needed(request);
    return answers.get(key);
  };
  const find = (resource: string) => mappings.find((each) => resourceName(each) === resource);
  const list: Related['list'] = (resource, namespace, labelSelector, fieldSelector) => {
    const mapping = find(resource);
    if (!mapping) return [];
    const limit = inChunks(resource, fieldSelector) ? String(chunkSize) : undefined;
    const answer = ask({
      path: pathOf(mapping, namespace),
      query: { labelSelector, fieldSelector, limit },
    });
    return answer === null ? [] : (itemsOf(answer) as unknown as readonly ApiObject[]);
  };
  return {
    now,
    showEvents,
    minor: MINOR,
    zone,
    list,
    get: (resource, namespace, name) => {
      const mapping = find(resource);
      const answer = mapping && ask({ path: pathOf(mapping, namespace, name) });
      return answer ? (asJson(answer) as unknown as ApiObject) : undefined;
    },
    events(about) {
      const { name, namespace, uid } = about.metadata;
      const fields = [
        `involvedObject.name=${name}`,
        `involvedObject.namespace=${namespace ?? ''}`,
        // A pod's events may be told of by other kinds' names for it.
        ...(about.kind === 'Pod' ? [] : [`involvedObject.kind=${about.kind}`]),
        `involvedObject.uid=${uid}`,
      ];
      // Events of cluster-scoped objects lie in "default"; there they are asked of all namespaces.
      return list('events', namespace || undefined, undefined, fields.join(','));
    },
  };
}
