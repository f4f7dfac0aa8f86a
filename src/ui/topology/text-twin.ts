import type { TopologyView, TraceView } from '../../session/protocol.ts';
import type { Language } from '../strings/strings.ts';
import { podName } from './layout.ts';
import { topologyTexts } from './texts.ts';

/** The picture in words: Services with their endpoints, nodes with their pods. */
export function topologyText(
  view: TopologyView,
  language: Language,
  system: boolean,
): { readonly title: string; readonly items: readonly string[] }[] {
  const t = topologyTexts[language];
  const services = view.services.filter((each) => system || !each.system);
  const nodes = view.nodes.filter((node) => system || !node.controlPlane);
  return [
    {
      title: t.service,
      items: services.map((service) => {
        const ends = service.endpoints.map(
          ({ pod, address, ready }) => `${pod ?? address}${ready ? '' : ` (${t.notReady})`}`,
        );
        const list = ends.length === 0 ? t.noEndpoints : ends.join(', ');
        const { namespace, name, clusterIP, ports } = service;
        return `${namespace}/${name} ${clusterIP} ${ports.join(', ')}: ${list}`;
      }),
    },
    ...nodes.map((node) => ({
      title: `${node.name} ${node.address}${node.controlPlane ? ` (${t.controlPlane})` : ''}`,
      items: node.pods
        .filter((pod) => system || !pod.system)
        .map((pod) => {
          const where = pod.hostNetwork ? t.hostNetwork : pod.address;
          return `${podName(pod)} ${where}${pod.ready ? '' : ` (${t.notReady})`}`;
        }),
    })),
  ];
}

/** A packet's way as lines: the place, what happened, what changed, the rule that decided. */
export function traceText(trace: TraceView): {
  readonly layer: string;
  readonly place: string;
  readonly what: string;
  readonly changed?: string;
  readonly rule?: string;
}[] {
  return trace.hops.map((hop) => {
    const changed = Object.entries(hop.changed ?? {})
      .map(([field, [before, after]]) => `${field}: ${before} → ${after}`)
      .join(', ');
    return {
      layer: hop.layer,
      place: [hop.pod ?? hop.node, hop.device].filter(Boolean).join(' '),
      what: hop.what,
      ...(changed && { changed }),
      ...(hop.rule && { rule: `${hop.rule.table}: ${hop.rule.text}` }),
    };
  });
}
