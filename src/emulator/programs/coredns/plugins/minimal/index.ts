import type { DnsPlugin } from '../../plugin.ts';

/** minimal: leaves out the authority and additional sections of answers that have data. */
const plugin: DnsPlugin = {
  name: 'minimal',
  setup(c) {
    c.next();
    return c.remainingArgs().length > 0 ? c.argErr() : {};
  },
  *serve(_config, query, next) {
    const outcome = yield* next(query);
    const { message } = outcome;
    if (!message || message.rcode !== 'NOERROR' || message.answers.length === 0) return outcome;
    return { ...outcome, message: { ...message, authority: [], additional: [] } };
  },
};

export default plugin;
