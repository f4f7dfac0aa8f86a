// A name server that answers from the zone of oracle/net/topologies/dns-zone.json.
import { sendDns } from '../../../src/emulator/host/resolver/exchange.ts';
import {
  decodeDns,
  type DnsMessage,
  type DnsRecord,
} from '../../../src/emulator/host/resolver/message.ts';
import type { Daemon } from '../../../src/emulator/host/syscalls.ts';

type Names<T> = { readonly [name: string]: T };

export interface Zone {
  readonly a: Names<readonly string[]>;
  readonly ext: Names<readonly string[]>;
  readonly cname: Names<string>;
  readonly extc: Names<string>;
  readonly ptr: Names<readonly string[]>;
  /** Names that are left unanswered, failed or refused. */
  readonly mode: Names<'drop' | 'servfail' | 'refused'>;
}

/** The server as a daemon; on the wire it behaves as the recorded one did. */
export function nameServer(zone: Zone): Daemon {
  return {
    name: 'name-server',
    paths: ['/usr/local/bin/name-server'],
    // oxlint-disable-next-line require-yield -- a daemon is a generator
    *on(message, sys) {
      if (message.type === 'start') {
        sys.openUdp({ address: '0.0.0.0', port: 53 });
        sys.listen({ address: '0.0.0.0', port: 53 });
      }
      if (message.type !== 'socket' || message.event !== 'datagram') return undefined;
      const asked = decodeDns(message.payload);
      const answer = asked && answerOf(zone, asked);
      if (answer) sendDns(sys, message.fd, message.from, answer);
      return undefined;
    },
  };
}

function answerOf(zone: Zone, asked: DnsMessage): DnsMessage | undefined {
  const name = asked.question.name.toLowerCase();
  const { type } = asked.question;
  const base: DnsMessage = { ...asked, response: true, answers: [], rcode: 'NOERROR' };
  const mode = zone.mode[name];
  if (mode === 'drop') return undefined;
  if (mode) return { ...base, rcode: mode === 'servfail' ? 'SERVFAIL' : 'REFUSED' };
  const answers: DnsRecord[] = [];
  const record = (owner: string, kind: string, data: string) =>
    void answers.push({ name: owner, type: kind, ttl: 30, data });
  let owner = name;
  const alias = zone.cname[owner] ?? zone.extc[owner];
  if (alias !== undefined) {
    record(owner, 'CNAME', alias);
    owner = alias;
  }
  const addresses = zone.a[owner] ?? zone.ext[owner];
  const names = zone.ptr[owner];
  if (type === 'A') for (const each of addresses ?? []) record(owner, 'A', each);
  if (type === 'PTR') for (const each of names ?? []) record(owner, 'PTR', each);
  const exists = addresses ?? names ?? alias;
  return { ...base, answers, rcode: exists === undefined ? 'NXDOMAIN' : 'NOERROR' };
}
