import type { ApiObject, Labels } from '../../../emulator/apimachinery/object.ts';

interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

interface Rule {
  readonly from?: readonly {
    readonly podSelector?: Selector;
    readonly namespaceSelector?: Selector;
    readonly ipBlock?: unknown;
  }[];
  readonly ports?: readonly {
    readonly port?: number | string;
    readonly endPort?: number;
    readonly protocol?: string;
  }[];
}

/** What checks read of a NetworkPolicy. */
export interface PolicyObject extends ApiObject {
  readonly spec: {
    readonly podSelector?: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly Rule[];
  };
}

/** Who asks. */
export interface Peer {
  readonly labels: Labels;
  readonly namespace: string;
  readonly namespaceLabels: Labels;
}

/**
 * Whether policies of a pod's namespace let a peer in on a port: policies add up, and a pod that
 * none of them chooses takes everything.
 */
export function admitted(
  policies: readonly PolicyObject[],
  pod: Labels,
  peer: Peer,
  port: number,
  protocol: string,
): boolean {
  const chosen = policies.filter(
    ({ spec }) => spec.policyTypes?.includes('Ingress') && fits(spec.podSelector ?? {}, pod),
  );
  if (chosen.length === 0) return true;
  return chosen.some(({ spec, metadata }) =>
    spec.ingress?.some(
      (rule) =>
        portFits(rule, port, protocol) && peerFits(rule, peer, metadata.namespace ?? 'default'),
    ),
  );
}

function portFits({ ports = [] }: Rule, port: number, protocol: string): boolean {
  if (ports.length === 0) return true;
  return ports.some((each) => {
    if ((each.protocol ?? 'TCP') !== protocol) return false;
    if (each.port === undefined) return true;
    const from = Number(each.port);
    return port >= from && port <= (each.endPort ?? from);
  });
}

/** Both selectors of one entry must fit; entries are alternatives. Addresses are not looked at. */
function peerFits({ from = [] }: Rule, peer: Peer, namespace: string): boolean {
  if (from.length === 0) return true;
  return from.some(({ podSelector, namespaceSelector, ipBlock }) => {
    if (ipBlock) return false;
    const near = namespaceSelector
      ? fits(namespaceSelector, peer.namespaceLabels)
      : peer.namespace === namespace;
    return near && (!podSelector || fits(podSelector, peer.labels));
  });
}

function fits({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const own = labels[key];
      if (operator === 'Exists') return own !== undefined;
      if (operator === 'DoesNotExist') return own === undefined;
      const among = own !== undefined && values.includes(own);
      return operator === 'In' ? among : !among;
    })
  );
}
