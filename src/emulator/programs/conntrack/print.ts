import {
  idOf,
  isFlow6,
  protocolNumbers,
  secondsOf,
  trackerOf,
  type Flow,
  type Tuple,
} from '../../network/conntrack/line.ts';
import type { Micros } from '../../world/index.ts';

export { printFlow, protocolNumbers, type Flow, type Tuple } from '../../network/conntrack/line.ts';

/** A flow as XML; `type` is that of an event. */
export function xmlFlow(flow: Flow, now: Micros, type?: string): string {
  const { original, reply } = flow;
  const way = (direction: string, tuple: Tuple) => {
    const six = isFlow6(tuple);
    const ports =
      tuple.icmp || tuple.protocol === 'ipip'
        ? ''
        : `<sport>${tuple.sourcePort}</sport><dport>${tuple.destinationPort}</dport>`;
    return (
      `<meta direction="${direction}">` +
      `<layer3 protonum="${six ? 10 : 2}" protoname="${six ? 'ipv6' : 'ipv4'}">` +
      `<src>${tuple.source}</src><dst>${tuple.destination}</dst></layer3>` +
      `<layer4 protonum="${protocolNumbers[tuple.protocol]}" protoname="${trackerOf(tuple)}">` +
      `${ports}</layer4></meta>`
    );
  };
  const own = [
    flow.state === undefined ? '' : `<state>${flow.state}</state>`,
    `<timeout>${secondsOf(flow, now)}</timeout>`,
    type === undefined || flow.mark !== 0 ? `<mark>${flow.mark}</mark>` : '',
    original.zone ? `<zone>${original.zone}</zone>` : '',
    type === undefined ? '<use>1</use>' : '',
    `<id>${idOf(flow)}</id>`,
    flow.assured ? '<assured/>' : '',
    flow.replied ? '' : '<unreplied/>',
  ].join('');
  const kind = type === undefined ? '' : ` type="${type}"`;
  return (
    `<flow${kind}>${way('original', original)}${way('reply', reply)}` +
    `<meta direction="independent">${own}</meta></flow>`
  );
}

/** A flow as the command that would make it (`-o save`). */
export function saveFlow(flow: Flow, now: Micros): string {
  const { original, reply } = flow;
  const status = [...(flow.replied ? ['SEEN_REPLY'] : []), ...(flow.assured ? ['ASSURED'] : [])];
  const transport = original.icmp
    ? `--icmp-type ${original.icmp.type} --icmp-code ${original.icmp.code} ` +
      `--icmp-id ${original.sourcePort}`
    : `--sport ${original.sourcePort} --dport ${original.destinationPort} ` +
      `--reply-port-src ${reply.sourcePort} --reply-port-dst ${reply.destinationPort}`;
  return [
    `-A -t ${secondsOf(flow, now)} -u ${status.length > 0 ? status.join(',') : 'UNSET'}`,
    `-s ${original.source} -d ${original.destination}`,
    `-r ${reply.source} -q ${reply.destination} -p ${trackerOf(original)} ${transport}`,
    ...(flow.state === undefined ? [] : [`--state ${flow.state}`]),
    ...(flow.mark === 0 ? [] : [`-m ${flow.mark}`]),
    ...(original.zone ? [`-w ${original.zone}`] : []),
  ].join(' ');
}
