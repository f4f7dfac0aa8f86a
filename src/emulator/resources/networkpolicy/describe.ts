import { formatSelector } from '../../apimachinery/selector.ts';
import { zoneAbbreviation } from '../../apimachinery/time-zone.ts';
import { parseRfc3339 } from '../../world/time.ts';
import { annotationLines, createWriter, mapLines, type Writer } from '../describe/writer.ts';
import type { Related } from '../kind.ts';
import type { NetworkPolicy, Peer, PolicyPort } from './shapes.ts';

const INDENT = '    ';

/** `NetworkPolicyDescriber`; it shows no events. */
export function describe({ metadata, spec }: NetworkPolicy, { zone }: Related): string {
  const writer = createWriter();
  const time = goTime(metadata.creationTimestamp, zone);
  writer.line(0, `Name:\t${metadata.name}`);
  writer.line(0, `Namespace:\t${metadata.namespace}`);
  writer.line(0, `Created on:\t${time}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  writer.line(0, 'Spec:');
  const selector = formatSelector(spec.podSelector);
  const all = ' (Allowing the specific traffic to all pods in this namespace)';
  writer.line(1, `PodSelector: ${INDENT}${selector}${selector === '<none>' ? all : ''}`);
  const types = spec.policyTypes ?? [];
  if (types.includes('Ingress') || types.length === 0) {
    writer.line(1, 'Allowing ingress traffic:');
    const rules = (spec.ingress ?? []).map(({ ports, from }) => ({ ports, peers: from }));
    ruleLines(writer, rules, { way: 'ingress', peer: 'From', end: 'source' });
  } else writer.line(1, 'Not affecting ingress traffic');
  if (types.includes('Egress')) {
    writer.line(1, 'Allowing egress traffic:');
    const rules = (spec.egress ?? []).map(({ ports, to }) => ({ ports, peers: to }));
    ruleLines(writer, rules, { way: 'egress', peer: 'To', end: 'destination' });
  } else writer.line(1, 'Not affecting egress traffic');
  writer.line(1, `Policy Types: ${types.join(', ')}`);
  return writer.text();
}

/** `2017-06-04 21:45:56 -0700 PDT`: how Go prints a time of a zone. */
function goTime(text: string, zone: string): string {
  const at = parseRfc3339(text) ?? 0;
  const [, date, time, offset] = /^(.*)T(.{8}).*?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  const numbers = offset === 'Z' ? '+0000' : offset?.replace(':', '');
  return `${date} ${time} ${numbers} ${zoneAbbreviation(zone, at)}`;
}

interface Rule {
  readonly ports?: readonly PolicyPort[] | undefined;
  readonly peers?: readonly Peer[] | undefined;
}

interface Words {
  readonly way: string;
  readonly peer: string;
  readonly end: string;
}

function ruleLines(writer: Writer, rules: readonly Rule[], { way, peer, end }: Words): void {
  const say = (text: string) => writer.line(0, `${INDENT}${text}`);
  if (rules.length === 0) say(`<none> (Selected pods are isolated for ${way} connectivity)`);
  rules.forEach(({ ports = [], peers = [] }, index) => {
    if (ports.length === 0) say('To Port: <any> (traffic allowed to all ports)');
    for (const { port = '<nil>', endPort, protocol = 'TCP' } of ports) {
      if (endPort === undefined) say(`To Port: ${port}/${protocol}`);
      else say(`To Port Range: ${port}-${endPort}/${protocol}`);
    }
    if (peers.length === 0) say(`${peer}: <any> (traffic not restricted by ${end})`);
    for (const each of peers) {
      say(`${peer}:`);
      for (const line of peerLines(each)) say(`  ${line}`);
    }
    if (index < rules.length - 1) say('----------');
  });
}

function peerLines({ podSelector, namespaceSelector, ipBlock }: Peer): string[] {
  if (!podSelector && !namespaceSelector && ipBlock) {
    return [
      'IPBlock:',
      `  CIDR: ${ipBlock.cidr}`,
      `  Except: ${(ipBlock.except ?? []).join(', ')}`,
    ];
  }
  return [
    ...(namespaceSelector ? [`NamespaceSelector: ${formatSelector(namespaceSelector)}`] : []),
    ...(podSelector ? [`PodSelector: ${formatSelector(podSelector)}`] : []),
  ];
}
