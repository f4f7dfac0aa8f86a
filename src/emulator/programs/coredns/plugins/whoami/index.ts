import type { DnsPlugin } from '../../plugin.ts';
import { reply } from '../../reply.ts';

/** whoami: tells a client its own address and port, in the additional section. */
const plugin: DnsPlugin = {
  name: 'whoami',
  setup(c) {
    c.next();
    return c.nextArg() ? { error: c.argErr().error } : {};
  },
  // oxlint-disable-next-line require-yield -- it never waits
  *serve(_config, query) {
    const { client, protocol, request } = query;
    const { name } = request.question;
    const owner = name === '.' ? '' : name;
    const type = client.address.includes(':') ? 'AAAA' : 'A';
    return {
      rcode: 'NOERROR',
      message: reply(request, {
        authoritative: true,
        additional: [
          { name, type, ttl: 0, data: client.address },
          { name: `_${protocol}.${owner}`, type: 'SRV', ttl: 0, data: `0 0 ${client.port} .` },
        ],
      }),
    };
  },
};

export default plugin;
