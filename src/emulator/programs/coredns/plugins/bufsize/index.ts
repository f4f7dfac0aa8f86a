import { isError } from '../../corefile/parse.ts';
import { atoi } from '../../go.ts';
import type { DnsPlugin } from '../../plugin.ts';
import type { ConfigError } from '../../corefile/controller.ts';

interface Config {
  readonly [name: string]: number;
  readonly size: number;
}

/** bufsize: no answer over UDP is larger, whatever the client offers. */
const plugin: DnsPlugin<Config> = {
  name: 'bufsize',
  setup(c): Config | ConfigError {
    let size = 1232;
    while (c.next()) {
      const args = c.remainingArgs();
      if (args.length > 1) return { error: `plugin/bufsize: ${c.argErr().error}` };
      if (args[0] === undefined) continue;
      const value = atoi(args[0]);
      if (isError(value)) return { error: `plugin/bufsize: ${value.error}` };
      if (value < 512 || value > 4096) return { error: `plugin/bufsize: ${c.argErr().error}` };
      size = value;
    }
    return { size };
  },
  *serve({ size }, query, next) {
    const { edns } = query.request;
    if (!edns || edns.udpSize <= size) return yield* next(query);
    return yield* next({
      ...query,
      request: { ...query.request, edns: { ...edns, udpSize: size } },
    });
  },
};

export default plugin;
