import type { DnsPlugin } from '../../plugin.ts';
import { reply } from '../../reply.ts';

/** erratic: an address for everything; dropping and delaying by number is not modelled. */
const plugin: DnsPlugin = {
  name: 'erratic',
  setup(c) {
    c.next();
    if (c.nextBlock()) return { error: `${c.val()} is not modelled here` };
    return {};
  },
  // oxlint-disable-next-line require-yield -- it never waits
  *serve(_config, query) {
    const { name, type } = query.request.question;
    const data = { A: '192.0.2.53', AAAA: '2001:db8::1' }[type];
    const answers = data ? [{ name, type, ttl: 0, data }] : [];
    return { rcode: 'NOERROR', message: reply(query.request, { authoritative: true, answers }) };
  },
};

export default plugin;
