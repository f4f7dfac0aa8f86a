import type { DnsPlugin } from '../../plugin.ts';
import { nameOf, reply } from '../../reply.ts';

const zones = ['localhost.', '0.in-addr.arpa.', '127.in-addr.arpa.', '255.in-addr.arpa.'];

/** local: answers for localhost and the reverse zones of this machine, so that none leaks out. */
const plugin: DnsPlugin = {
  name: 'local',
  setup(c) {
    c.next();
    return c.remainingArgs().length > 0 ? c.argErr() : {};
  },
  *serve(_config, query, next) {
    const name = nameOf(query);
    const { type } = query.request.question;
    const zone = zones.find((each) => name === each || name.endsWith(`.${each}`));
    const first = name.startsWith('localhost.');
    if (!zone && !first) return yield* next(query);
    const owner = query.request.question.name;
    const data = { A: '127.0.0.1', AAAA: '::1' }[type];
    const soa = {
      name: zone ?? name.slice('localhost.'.length),
      type: 'SOA',
      ttl: 86_400,
      data: `localhost. root.localhost. 1 0 0 0 0`,
    };
    const answers =
      data && (first || zone === 'localhost.')
        ? [{ name: owner, type, ttl: 86_400, data }]
        : type === 'PTR' && name === '1.0.0.127.in-addr.arpa.'
          ? [{ name: owner, type, ttl: 86_400, data: 'localhost.' }]
          : [];
    const authority = answers.length === 0 ? [soa] : [];
    return {
      rcode: 'NOERROR',
      message: reply(query.request, { authoritative: true, answers, authority }),
    };
  },
};

export default plugin;
