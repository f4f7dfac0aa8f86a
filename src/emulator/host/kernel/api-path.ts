import type { Endpoint, Errno, NetnsRef, Network } from '../../network/api.ts';

/** Whether an API request gets to its server, asked of the simulated network. */
export interface ApiPath {
  /** undefined when the way is open and the API server answers there. */
  check(from: NetnsRef, server: Endpoint): Errno | undefined;
}

/**
 * Asks the network with a probe, and remembers the answer until links, routes, rules or listeners
 * change. `isServer` tells whether a process is a kube-apiserver.
 */
export function createApiPath(network: Network, isServer: (owner: string) => boolean): ApiPath {
  let revision = -1;
  let answers = new Map<string, Errno | undefined>();
  return {
    check(from, server) {
      if (network.configRevision !== revision) {
        revision = network.configRevision;
        answers = new Map();
      }
      const key = `${from.host}/${from.netns}>${server.address}:${server.port}`;
      if (answers.has(key)) return answers.get(key);
      const answer = ask(network, isServer, from, server);
      answers.set(key, answer);
      return answer;
    },
  };
}

function ask(
  network: Network,
  isServer: (owner: string) => boolean,
  from: NetnsRef,
  server: Endpoint,
): Errno | undefined {
  const probe = network.probe(from, { protocol: 'TCP', to: server, purpose: 'api' });
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
