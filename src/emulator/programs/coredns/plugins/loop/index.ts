import { isError } from '../../corefile/parse.ts';
import type { DnsPlugin } from '../../plugin.ts';
import { nameOf } from '../../reply.ts';
import { normalizeHost } from '../../zones.ts';

interface Config {
  readonly [name: string]: string;
  readonly zone: string;
}

const WINDOW = 30_000_000;

/**
 * loop: sends itself a question with a random name at the start. Where it comes back more than
 * twice, queries go round in a circle, and CoreDNS gives up.
 */
const plugin: DnsPlugin<Config> = {
  name: 'loop',
  setup(c) {
    let count = 0;
    let zone = '.';
    while (c.next()) {
      if (count++ > 0) return { error: 'this plugin can only be used once per Server Block' };
      if (c.nextArg()) return c.argErr();
      const own = c.keys[0] === undefined ? undefined : normalizeHost(c.keys[0])[0];
      if (own !== undefined) zone = own;
    }
    return isError(zone) ? zone : { zone };
  },
  *serve(_config, query, next, context) {
    const probe = context.memory<{ readonly name: string; readonly until: number }>('loop/probe');
    const { type } = query.request.question;
    if (type !== 'HINFO' || !probe || context.now > probe.until || nameOf(query) !== probe.name) {
      return yield* next(query);
    }
    context.rememberNow(`loop/seen/${query.number}`, true);
    if (context.memories('loop/seen/').length > 2) {
      const { client } = query;
      const address = client.address === '127.0.0.1' ? '127.0.0.1' : client.address;
      const text =
        `[FATAL] plugin/loop: Loop (${address}:${client.port} -> :` +
        `${query.local.port}) detected for zone ` +
        (`"${context.server.zone}", see ` +
          'https://coredns.io/plugins/loop#troubleshooting. Query: ' +
          `"HINFO ${nameOf(query)}"`);
      context.log(text);
      context.remember('fatal', true);
      return { rcode: 'SERVFAIL', dropped: true };
    }
    return yield* next(query);
  },
  *start({ zone }, sys, server) {
    const part = (purpose: string) => {
      const high = sys.chance.integer(`loop/${purpose}/${sys.now}`, 9_000_000_000);
      const low = sys.chance.integer(`loop/${purpose}/low/${sys.now}`, 1_000_000_000);
      return `${1_000_000_000 + high}${String(low).padStart(9, '0')}`;
    };
    const name = `${part('a')}.${part('b')}.${zone === '.' ? '' : zone}`;
    sys.remember('loop/probe', { name, until: sys.now + WINDOW });
    for (const [seen] of sys.memories('loop/seen/')) sys.remember(seen, undefined);
    sys.remember('loop/ask', { name, port: server.port });
    sys.setTimer('loop', 1_000);
  },
};

export default plugin;
