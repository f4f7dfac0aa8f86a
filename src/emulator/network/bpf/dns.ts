import type { Json, Micros } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import type { NetnsRef } from '../api.ts';
import type { Engine } from '../engine.ts';
import { packetSize, type Packet, type Udp } from '../packet.ts';
import { bpfKey, type EndpointPolicy, type NameMatch } from './maps.ts';

/** An address that a name was answered with, as the agent's cache keeps it for an endpoint. */
export interface FqdnEntry {
  readonly endpoint: number;
  /** With its final dot. */
  readonly name: string;
  readonly address: string;
  readonly ttl: number;
  readonly expires: Micros;
}

const PORT = 53;

interface Message {
  readonly response: boolean;
  readonly rcode: string;
  readonly question: { readonly name: string; readonly type: string };
  readonly answers: readonly {
    readonly name: string;
    readonly type: string;
    readonly ttl: number;
    readonly data: string;
  }[];
}

/** A message of the domain name system in a packet; undefined for what is none. */
export function dnsOf({ transport, payload }: Packet): Message | undefined {
  if (transport.kind !== 'udp' || !payload.startsWith('{')) return undefined;
  if (transport.sourcePort !== PORT && transport.destinationPort !== PORT) return undefined;
  try {
    const found = JSON.parse(payload) as Message;
    return typeof found.question?.name === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}

const plain = (name: string) => name.replace(/\.$/, '').toLowerCase();

/** Whether a name fits a selector (`matchpattern.ToAnchoredRegexp`). */
export function nameFits({ matchName, matchPattern }: NameMatch, name: string): boolean {
  if (matchName !== undefined) return plain(matchName) === plain(name);
  if (matchPattern === undefined) return false;
  if (matchPattern === '*') return true;
  const text = plain(matchPattern)
    .replaceAll('.', '[.]')
    .replace(/^\*\*\[\.\]/, '([-a-z0-9_]+([.][-a-z0-9_]+)*[.])')
    .replace(/(?<![\])])\*/g, '[-a-z0-9_]*');
  return new RegExp(`^${text}$`).test(plain(name));
}

/** Names that an endpoint looked an address up by, as long as they count. */
export function namesOf(
  engine: Engine,
  ref: NetnsRef,
  endpoint: number,
  address: string,
): readonly string[] {
  return engine.records
    .list<FqdnEntry>(bpfKey(ref, 'fqdn'))
    .filter(([, entry]) => entry.endpoint === endpoint && entry.address === address)
    .filter(([, { expires }]) => expires > engine.now)
    .map(([, { name }]) => name);
}

/** Keeps what an endpoint was answered, where its policy has the proxy look at its questions. */
export function noteAnswer(
  engine: Engine,
  ref: NetnsRef,
  endpoint: number,
  policy: EndpointPolicy | undefined,
  packet: Packet,
): Message | undefined {
  if (!policy?.egress.entries.some(({ dns }) => dns)) return undefined;
  const message = dnsOf(packet);
  if (!message?.response) return undefined;
  const { name } = message.question;
  for (const { type, ttl, data } of message.answers) {
    if (type !== 'A' && type !== 'AAAA') continue;
    const expires = engine.now + ttl * SECOND;
    const entry: FqdnEntry = { endpoint, name, address: data, ttl, expires };
    engine.records.put(
      bpfKey(ref, 'fqdn', `${endpoint}/${name}/${data}`),
      entry as unknown as Json,
    );
  }
  return message;
}

/** The answer of the proxy to a question that no rule lets pass. */
export function refusal(engine: Engine, question: Packet): Packet {
  const udp = question.transport as Udp;
  const transport: Udp = {
    kind: 'udp',
    sourcePort: udp.destinationPort,
    destinationPort: udp.sourcePort,
  };
  const { trace: _trace, ...rest } = question;
  const message = { ...(JSON.parse(question.payload) as object), response: true, rcode: 'REFUSED' };
  const payload = JSON.stringify(message);
  const { source, destination } = question.ip;
  return {
    ...rest,
    id: engine.nextId(),
    ip: { ...question.ip, source: destination, destination: source, ttl: 64 },
    transport,
    payload,
    size: packetSize(transport, '', question.size - 28, source),
  };
}
