import type { Endpoint, Errno, NetnsRef, Network } from '../../network/api.ts';

/** Whether an API request gets to its server, asked of the simulated network. */
export interface ApiPath {
  /** undefined when the way is open and the API server answers there. */
  check(from: NetnsRef, server: Endpoint): Errno | undefined;
}

interface Answer {
  readonly errno: Errno | undefined;
  /** The network's revision at which it was known to hold. */
  revision: number;
  /** The namespaces that were asked: an open way holds until one of them changes. */
  readonly visited: readonly NetnsRef[];
  /** Whether all of them are hosts' own: pods that come and go do not matter there. */
  readonly outside: boolean;
}

/**
 * Asks the network with a probe, and remembers the answer until links, routes, rules or listeners
 * change: on the way if it is open, anywhere if it is not. `isServer` tells whether a process is a
 * kube-apiserver.
 */
export function createApiPath(network: Network, isServer: (owner: string) => boolean): ApiPath {
  const answers = new Map<string, Answer>();
  const holds = (answer: Answer) => {
    const { errno, revision, visited, outside } = answer;
    if (revision === network.configRevision) return true;
    const of = outside ? network.ownRevisionOf : network.revisionOf;
    if (errno !== undefined || !visited.every((ref) => of(ref) <= revision)) return false;
    answer.revision = network.configRevision;
    return true;
  };
  return {
    check(from, server) {
      const key = `${from.host}/${from.netns}>${server.address}:${server.port}`;
      const known = answers.get(key);
      if (known && holds(known)) return known.errno;
      const revision = network.configRevision;
      const visited = new Map<string, NetnsRef>();
      const note = (ref: NetnsRef) => visited.set(`${ref.host}/${ref.netns}`, ref);
      const errno = ask(network, isServer, from, server, note);
      const refs = [...visited.values()];
      const outside = refs.every(({ netns }) => netns === 'host');
      answers.set(key, { errno, revision, visited: refs, outside });
      return errno;
    },
  };
}

function ask(
  network: Network,
  isServer: (owner: string) => boolean,
  from: NetnsRef,
  server: Endpoint,
  visited: (ref: NetnsRef) => void,
): Errno | undefined {
  const probe = network.probe(from, { protocol: 'TCP', to: server, purpose: 'api' }, visited);
  switch (probe.ending) {
    case 'delivered':
      return probe.owner !== undefined && isServer(probe.owner) ? undefined : 'ECONNRESET';
    case 'refused':
      return 'ECONNREFUSED';
    case 'unreachable':
      return probe.where.host === from.host && probe.where.netns === from.netns
        ? 'ENETUNREACH'
        : 'EHOSTUNREACH';
    default:
      return 'ETIMEDOUT';
  }
}
