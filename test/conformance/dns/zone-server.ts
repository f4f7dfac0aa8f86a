// A small DNS server whose answers a test gives.
import {
  decodeDns,
  encodeDns,
  type DnsMessage,
} from '../../../src/emulator/host/resolver/message.ts';
import { wireSize } from '../../../src/emulator/host/resolver/wire-size.ts';
import { isErrno } from '../../../src/emulator/host/errno.ts';
import type { Daemon } from '../../../src/emulator/host/syscalls.ts';

export interface Asked {
  readonly qname: string;
  readonly qtype: string;
  readonly proto: 'udp' | 'tcp';
  readonly rcode: string;
}

export type Answer = Partial<DnsMessage> | 'drop';

/** A daemon of this name that answers at port 53, and notes what it was asked. */
export function zoneServer(
  name: string,
  answer: (request: DnsMessage) => Answer,
  asked: Asked[] = [],
  compressSrv = true,
): Daemon {
  const reply = (request: DnsMessage, proto: 'udp' | 'tcp'): DnsMessage | undefined => {
    const said = answer(request);
    const { name: qname, type: qtype } = request.question;
    const rcode = said === 'drop' ? 'DROPPED' : (said.rcode ?? 'NOERROR');
    asked.push({ qname, qtype, proto, rcode });
    if (said === 'drop') return undefined;
    const message: DnsMessage = {
      id: request.id,
      response: true,
      ...(request.recursionDesired && { recursionDesired: true }),
      rcode: 'NOERROR',
      question: request.question,
      answers: [],
      authority: [],
      additional: [],
      ...(request.edns && { edns: request.edns }),
      ...said,
    };
    return { ...message, size: wireSize(message, { compressSrv }) };
  };
  return {
    name,
    paths: [`/usr/sbin/${name}`],
    *on(message, sys) {
      if (message.type === 'start') {
        const local = { address: '0.0.0.0', port: 53 };
        if (isErrno(sys.openUdp(local)) || isErrno(sys.listen(local))) return 1;
      }
      if (message.type !== 'socket') return undefined;
      if (message.event === 'datagram') {
        const request = decodeDns(message.payload);
        const response = request && reply(request, 'udp');
        if (response)
          sys.sendTo(message.fd, message.from, encodeDns(response), { size: response.size ?? 0 });
      } else if (message.event === 'data') {
        const request = decodeDns(message.payload.trim());
        const response = request && reply(request, 'tcp');
        if (response) yield* sys.write(message.fd, `${encodeDns(response)}\n`);
      } else if (message.event === 'end') sys.close(message.fd);
      return undefined;
    },
  };
}
