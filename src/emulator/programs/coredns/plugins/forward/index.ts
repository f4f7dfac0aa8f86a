import type { Json } from '../../../../world/json.ts';
import type { DnsPlugin } from '../../plugin.ts';
import { isError } from '../../corefile/parse.ts';
import { isInZone } from '../../zones.ts';
import { nameOf } from '../../reply.ts';
import { exchange } from './exchange.ts';
import { readForward, type Forward } from './setup.ts';

/** forward: asks other servers, and looks after which of them are well. */
const plugin: DnsPlugin<readonly Json[]> = {
  name: 'forward',
  setup(c) {
    const all: Json[] = [];
    while (c.next()) {
      const own = readForward(c);
      if (isError(own)) return own;
      if (own.to.length > 15) return { error: `more than 15 TOs configured: ${own.to.length}` };
      all.push(own as unknown as Json);
    }
    return all;
  },
  *serve(configs, query, next, context) {
    const name = nameOf(query);
    const stanzas = configs as unknown as readonly Forward[];
    for (const config of stanzas) {
      const own = isInZone(config.from, name);
      const excepted = config.except.some((zone) => isInZone(zone, name)) && name !== config.from;
      if (!own || excepted) continue;
      const outcome = yield* exchange(config, query, context);
      const rcode = outcome.message?.rcode;
      const goOn = rcode !== undefined && config.next.includes(rcode);
      if (!goOn || config === stanzas.at(-1)) return outcome;
    }
    return yield* next(query);
  },
};

export default plugin;
