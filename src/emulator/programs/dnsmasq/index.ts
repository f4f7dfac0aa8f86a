import {
  decodeDns,
  encodeDns,
  type DnsMessage,
  type DnsRecord,
} from '../../host/resolver/message.ts';
import { wireSize } from '../../host/resolver/wire-size.ts';
import type { Daemon } from '../../host/syscalls.ts';

/** Names of the world outside; example domains are reserved for such use (RFC 2606). */
const names: Readonly<Record<string, string>> = {
  'example.com': '192.168.49.1',
  'www.example.com': '192.168.49.1',
  'my.database.example.com': '192.168.49.1',
  'shop.example': '192.168.49.1',
  'google.com': '192.168.49.1',
  'www.google.com': '192.168.49.1',
};

/** What the root says of a name that nobody has; without it, nobody remembers the "no". */
const ROOT: DnsRecord = {
  name: '.',
  type: 'SOA',
  ttl: 86_400,
  data: 'a.root-servers.net. nstld.verisign-grs.com. 2026112500 1800 900 604800 86400',
};

/** Bytes of a datagram that it offers to take. */
const UDP_SIZE = 1232;

/** The resolver of the network outside the cluster: a few names, and NXDOMAIN for the rest. */
const daemon: Daemon = {
  name: 'dnsmasq',
  paths: ['/usr/sbin/dnsmasq'],
  *on(message, sys) {
    if (message.type === 'start') {
      const local = { address: '0.0.0.0', port: 53 };
      sys.openUdp(local);
      sys.listen(local);
    }
    if (message.type === 'signal') return 0;
    if (message.type !== 'socket') return undefined;
    if (message.event === 'datagram') {
      const answer = answerTo(message.payload);
      const size = answer?.size ?? 0;
      if (answer) sys.sendTo(message.fd, message.from, encodeDns(answer), { size });
    } else if (message.event === 'data') {
      for (const line of message.payload.split('\n')) {
        const answer = answerTo(line);
        if (answer) yield* sys.write(message.fd, `${encodeDns(answer)}\n`);
      }
    } else if (message.event === 'end') sys.close(message.fd);
    return undefined;
  },
};

export default daemon;

/** The answer to a question; undefined for what is none. */
function answerTo(text: string): DnsMessage | undefined {
  const asked = decodeDns(text);
  if (!asked || asked.response) return undefined;
  const { name, type } = asked.question;
  const address = names[name.toLowerCase().replace(/\.$/, '')];
  const answers: DnsRecord[] =
    address !== undefined && type === 'A' ? [{ name, type: 'A', ttl: 300, data: address }] : [];
  const answer: DnsMessage = {
    id: asked.id,
    response: true,
    ...(asked.recursionDesired && { recursionDesired: true }),
    ...(asked.checkingDisabled && { checkingDisabled: true }),
    recursionAvailable: true,
    rcode: address === undefined ? 'NXDOMAIN' : 'NOERROR',
    question: asked.question,
    answers,
    authority: address === undefined ? [ROOT] : [],
    additional: [],
    ...(asked.edns && { edns: { udpSize: UDP_SIZE } }),
  };
  return { ...answer, size: wireSize(answer) };
}
