import { decodeDns, encodeDns, type DnsRecord } from '../../host/resolver/message.ts';
import type { Daemon } from '../../host/syscalls.ts';

/** Names of the world outside; example domains are reserved for such use (RFC 2606). */
const names: Readonly<Record<string, string>> = {
  'example.com': '192.168.49.1',
  'www.example.com': '192.168.49.1',
  'my.database.example.com': '192.168.49.1',
  'shop.example': '192.168.49.1',
};

/** The resolver of the network outside the cluster: a few names, and NXDOMAIN for the rest. */
const daemon: Daemon = {
  name: 'dnsmasq',
  paths: ['/usr/sbin/dnsmasq'],
  // oxlint-disable-next-line require-yield -- a daemon is a generator
  *on(message, sys) {
    if (message.type === 'start') sys.openUdp({ address: '0.0.0.0', port: 53 });
    if (message.type === 'signal') return 0;
    if (message.type !== 'socket' || message.event !== 'datagram') return undefined;
    const asked = decodeDns(message.payload);
    if (!asked || asked.response) return undefined;
    const address = names[asked.question.name.replace(/\.$/, '')];
    const answers: DnsRecord[] =
      address && asked.question.type === 'A'
        ? [{ name: asked.question.name, type: 'A', ttl: 300, data: address }]
        : [];
    const answer = {
      ...asked,
      response: true,
      recursionAvailable: true,
      rcode: address ? 'NOERROR' : 'NXDOMAIN',
      answers,
    } as const;
    sys.sendTo(message.fd, message.from, encodeDns(answer));
    return undefined;
  },
};

export default daemon;
