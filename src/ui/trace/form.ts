import type { TopologyView } from '../../session/protocol.ts';

/** What stands in the tracer's form. */
export interface TracerForm {
  readonly from: string;
  readonly to: string;
  readonly port: string;
  readonly protocol: 'TCP' | 'UDP' | 'ICMP';
}

/** Who can send: the learner's pods first, then the system's, then the nodes. */
export function senders(
  view: TopologyView | undefined,
): readonly { value: string; text: string }[] {
  const nodes = view?.nodes ?? [];
  const pods = nodes
    .flatMap((node) => node.pods)
    .filter(({ phase, hostNetwork }) => phase === 'Running' && !hostNetwork)
    .map(({ namespace, name, system }) => ({ value: `${namespace}/${name}`, system }));
  const named = (system: boolean) =>
    pods
      .filter((pod) => pod.system === system)
      .map(({ value }) => ({ value, text: value.replace(/^default\//, '') }))
      .sort((a, b) => (a.value < b.value ? -1 : 1));
  const machines = nodes.map(({ name }) => ({ value: `node/${name}`, text: name }));
  return [...named(false), ...named(true), ...machines];
}

/** Names and addresses that one might send to. */
export function targets(view: TopologyView | undefined): readonly string[] {
  const services = (view?.services ?? []).map(({ namespace, name }) =>
    namespace === 'default' ? name : `${name}.${namespace}`,
  );
  const pods = (view?.nodes ?? [])
    .flatMap((node) => node.pods)
    .filter(({ hostNetwork, address }) => !hostNetwork && address)
    .map(({ address }) => address);
  return [...new Set([...services, ...pods])];
}
