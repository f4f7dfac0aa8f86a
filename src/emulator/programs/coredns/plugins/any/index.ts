import type { DnsPlugin } from '../../plugin.ts';
import { reply } from '../../reply.ts';

/** any: a minimal answer to ANY (RFC 8482). */
const plugin: DnsPlugin = {
  name: 'any',
  setup: () => ({}),
  *serve(_config, query, next) {
    const { name, type } = query.request.question;
    if (type !== 'ANY') return yield* next(query);
    const answers = [{ name, type: 'HINFO', ttl: 8482, data: '"ANY obsoleted" "See RFC 8482"' }];
    return { rcode: 'NOERROR', message: reply(query.request, { authoritative: true, answers }) };
  },
};

export default plugin;
