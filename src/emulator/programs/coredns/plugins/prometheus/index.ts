import { isError } from '../../corefile/parse.ts';
import { readAddress } from '../../http-address.ts';
import type { DnsPlugin } from '../../plugin.ts';

interface Config {
  readonly [name: string]: string | number;
  readonly address: string;
  readonly port: number;
}

/** prometheus: counters at :9153/metrics, localhost unless an address is given. */
const plugin: DnsPlugin<Config> = {
  name: 'prometheus',
  setup(c) {
    let text = 'localhost:9153';
    let count = 0;
    while (c.next()) {
      if (count++ > 0) return { error: 'this plugin can only be used once per Server Block' };
      const args = c.remainingArgs();
      if (args.length > 1) return c.argErr();
      if (args.length === 1) text = args[0] as string;
      const wrong = readAddress(text);
      if (isError(wrong)) return wrong;
      if (c.nextBlock()) return c.err(`unknown property '${c.val()}'`);
    }
    return readAddress(text) as Config;
  },
  endpoints: ({ address, port }) => [{ address, port }],
  answer: (path, { metrics }) =>
    path === '/metrics'
      ? { status: 200, body: metrics, type: 'text/plain; version=0.0.4; charset=utf-8' }
      : undefined,
  *serve(_config, query, next, context) {
    const outcome = yield* next(query);
    const { type } = query.request.question;
    const rcode = outcome.message?.rcode ?? outcome.rcode;
    for (const name of [
      `requests/${context.server.zone}/${type}`,
      `responses/${context.server.zone}/${rcode}`,
    ]) {
      context.remember(`count/${name}`, (context.memory<number>(`count/${name}`) ?? 0) + 1);
    }
    return outcome;
  },
};

export default plugin;
