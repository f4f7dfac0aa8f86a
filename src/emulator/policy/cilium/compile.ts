import type { DirectionPolicy, EndpointPolicy, PolicyEntry } from '../../network/bpf/maps.ts';
import { contains, parseCidr } from '../cidr.ts';
import type { Identity } from './identity.ts';
import type { AgentPolicy, AgentPort, AgentRule, CidrPeer } from './rules.ts';

/** What a policy map is made from. */
export interface MapInput {
  readonly policies: readonly AgentPolicy[];
  /** Everybody that the node knows of, CIDRs among them. */
  readonly identities: readonly (Identity & { readonly cidr?: string })[];
  /** Numbers of a named port of the pods of an identity. */
  namedPort(identity: number, name: string, protocol: number): readonly number[];
  readonly enforcement: 'default' | 'always' | 'never';
}

/** All CIDRs that policies speak of, exceptions among them: each gets an identity. */
export function cidrsOf(policies: readonly AgentPolicy[]): readonly string[] {
  const rules = policies.flatMap(({ ingress = [], egress = [] }) => [...ingress, ...egress]);
  return rules.flatMap(({ peers }) => peers.cidrs.flatMap(({ cidr, except }) => [cidr, ...except]));
}

/** The policy map of an endpoint with this identity. */
export function endpointPolicy(input: MapInput, self: Identity): EndpointPolicy {
  const own = input.policies.filter((policy) => policy.subject(self));
  const side = (direction: 'ingress' | 'egress'): DirectionPolicy => {
    const speaking = own.filter((policy) => policy[direction] !== undefined);
    const enforced =
      input.enforcement === 'always' ||
      (input.enforcement === 'default' && speaking.some(({ denies }) => denies[direction]));
    const entries = speaking.flatMap((policy) =>
      (policy[direction] ?? []).flatMap((rule) => entriesOf(input, self, policy, rule, direction)),
    );
    // One that denies counts where nothing else is denied, too.
    const denying = entries.filter(({ deny }) => deny);
    if (enforced || denying.length === 0) return { enforced, entries: enforced ? entries : [] };
    const any: PolicyEntry = { identity: 0, protocol: 0, port: 0, origin: [] };
    return { enforced: input.enforcement !== 'never', entries: [...denying, any] };
  };
  return { ingress: side('ingress'), egress: side('egress') };
}

function entriesOf(
  input: MapInput,
  self: Identity,
  { origin }: AgentPolicy,
  rule: AgentRule,
  direction: 'ingress' | 'egress',
): readonly PolicyEntry[] {
  const more = {
    ...(rule.deny ? { deny: true } : {}),
    ...(rule.http ? { http: rule.http } : {}),
    ...(rule.dns ? { dns: rule.dns } : {}),
    ...(rule.fqdns ? { fqdns: rule.fqdns } : {}),
    origin: [origin],
  };
  const ports: readonly AgentPort[] = rule.ports.length > 0 ? rule.ports : [{ protocol: 0 }];
  return peersOf(input, rule).flatMap((identity) =>
    ports.flatMap((port) =>
      numbersOf(input, port, direction === 'ingress' ? self.id : identity).map((range) => ({
        identity,
        protocol: port.protocol,
        ...range,
        ...more,
      })),
    ),
  );
}

function peersOf({ identities }: MapInput, { peers, fqdns }: AgentRule): readonly number[] {
  // Whoever has a name's address: the name decides.
  if (fqdns) return [0];
  const { test, cidrs } = peers;
  if (!test && cidrs.length === 0) return [0];
  return identities
    .filter((each) => test?.(each) || cidrs.some((cidr) => lies(each.cidr, cidr)))
    .map(({ id }) => id);
}

/** Whether a CIDR's identity is within a peer, and not within an exception. */
function lies(own: string | undefined, { cidr, except }: CidrPeer): boolean {
  if (own === undefined) return false;
  const inner = parseCidr(own);
  const within = (outer: string) => {
    const net = parseCidr(outer);
    return Boolean(inner && net && inner.prefix >= net.prefix && contains(net, inner));
  };
  return within(cidr) && !except.some(within);
}

function numbersOf(
  input: MapInput,
  { port, protocol }: AgentPort,
  identity: number,
): readonly { readonly port: number; readonly endPort?: number }[] {
  if (!port) return [{ port: 0 }];
  if ('name' in port) {
    return input.namedPort(identity, port.name, protocol).map((number) => ({ port: number }));
  }
  const { from, to } = port;
  return [to === from ? { port: from } : { port: from, endPort: to }];
}
