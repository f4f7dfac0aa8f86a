import { decodeDns } from '../../host/resolver/message.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import type { QueuedPacket } from '../../network/netfilter/queue/listener.ts';
import type { QueueProgram } from '../../network/netfilter/queue/program.ts';
import { SECOND } from '../../world/time.ts';
import { klog } from '../component.ts';

const PROTOCOLS: Readonly<Record<number, string>> = { 6: 'TCP', 17: 'UDP', 132: 'SCTP' };

/** What the log says of a packet that was asked about. */
export function tellPacket(
  sys: DaemonSys,
  packet: QueuedPacket,
  pods: QueueProgram['pods'],
  verbosity: number,
): void {
  const { id, answer } = packet;
  const verdict = answer.accepted ? 'accept' : 'drop';
  const protocol = PROTOCOLS[packet.protocol] ?? '';
  const family = packet.source.includes(':') ? 'IPv6' : 'IPv4';
  count(sys, `${protocol}/${family}/${verdict}`);
  if (verbosity < 2) return;
  const pod = (address: string) => pods[address]?.name ?? 'none';
  const say = (place: string, text: string) => klog(sys, 'I', place, text);
  say('controller.go:222', `"Processing sync for packet" id=${id}`);
  const ends = `srcPod="${pod(packet.source)}" dstPod="${pod(packet.destination)}"`;
  say('logging.go:30', `"Evaluating packet" id=${id} ${ends}`);
  const said = answer.accepted
    ? 'Packet accepted by policy'
    : `Packet denied by ${answer.by ?? 'ingress'} policy`;
  say(answer.accepted ? 'engine.go:74' : 'engine.go:58', `"${said}" id=${id}`);
  // Deciding takes a while; how long is drawn.
  const took = (40 + sys.chance.number(`took/${id}`) * 160).toFixed(3);
  const finished = `id=${id} duration="${took}µs" verdict="${verdict}"`;
  say('controller.go:239', `"Finished syncing packet" ${finished}`);
}

function count(sys: DaemonSys, key: string): void {
  const name = `packets/${key}`;
  sys.remember(name, (sys.memory<number>(name) ?? 0) + 1);
}

/** The longest that an answer counts, whatever its time to live (`dnsagent.go`). */
const LONGEST = 300;

/** Keeps the addresses of an answer of a name server; whether there was anything to keep. */
export function noteAnswer(sys: DaemonSys, { sourcePort, payload }: QueuedPacket): boolean {
  const message = sourcePort === 53 && payload ? decodeDns(payload) : undefined;
  const question = message?.question;
  if (!message || !question || !['A', 'AAAA'].includes(question.type)) return false;
  const name = question.name.replace(/\.$/, '').toLowerCase();
  const found = message.answers.filter(({ type }) => type === 'A' || type === 'AAAA');
  const ttl = Math.min(LONGEST, ...found.map((each) => each.ttl));
  for (const { data } of found) sys.remember(`name/${name}/${data}`, sys.now + ttl * SECOND);
  return found.length > 0;
}
