import { badRequestStatus, notFoundStatus } from '../apimachinery/status.ts';
import type { Pod } from '../resources/pod-template/shapes.ts';
import type { ApiRequest, ApiResponse } from './request.ts';
import { plain, refuse } from './responses.ts';
import type { Target } from './route.ts';
import type { Server } from './server.ts';

/** Subresources of a pod that are streams of one of its containers. */
const streams: ReadonlySet<string | undefined> = new Set(['log', 'exec', 'attach']);

/**
 * What the API server says of a stream before it asks a kubelet: whether there is such a pod, such
 * a container, and a node to ask (`LogLocation` of registry/core/pod/strategy.go). undefined where
 * the kubelet is to be asked, and for all other requests.
 */
export function podLocation(
  server: Server,
  { kind, namespace, name = '', subresource, query }: Target,
  { method }: ApiRequest,
): ApiResponse | undefined {
  if (kind.names.plural !== 'pods' || !streams.has(subresource)) return undefined;
  if (!/^(GET|HEAD|POST)$/.test(method) || (subresource === 'log' && method === 'POST')) {
    return undefined;
  }
  const pod = server.storage.get(kind, namespace, name) as Pod | undefined;
  if (!pod) return refuse(notFoundStatus(kind.names, name));
  const chosen = chooseContainer(pod, query.get('container'));
  if ('refused' in chosen) return refuse(badRequestStatus(chosen.refused));
  if (pod.spec.nodeName) return undefined;
  // Without a node there is nobody to ask: logs are empty, and nothing can run.
  if (subresource === 'log') return plain(200, '');
  return refuse(badRequestStatus(`pod ${name} does not have a host assigned`));
}

/** The container that is meant; a pod of several must be told which. */
export function chooseContainer(
  { metadata, spec }: Pod,
  asked: string | undefined,
): { readonly container: string } | { readonly refused: string } {
  const { containers, initContainers = [], ephemeralContainers = [] } = spec;
  const list = (of: readonly { readonly name: string }[]) => of.map(({ name }) => name).join(' ');
  if (asked === undefined) {
    if (containers.length === 1) return { container: containers[0]?.name ?? '' };
    const init =
      initContainers.length > 0 ? ` or one of the init containers: [${list(initContainers)}]` : '';
    const choice = `choose one of: [${list(containers)}]${init}`;
    return { refused: `a container name must be specified for pod ${metadata.name}, ${choice}` };
  }
  const known = [...containers, ...initContainers, ...ephemeralContainers];
  if (known.some(({ name }) => name === asked)) return { container: asked };
  return { refused: `container ${asked} is not valid for pod ${metadata.name}` };
}
