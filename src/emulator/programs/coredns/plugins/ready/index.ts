import { isError } from '../../corefile/parse.ts';
import { readAddress } from '../../http-address.ts';
import type { DnsPlugin } from '../../plugin.ts';

interface Config {
  readonly [name: string]: string | number;
  readonly address: string;
  readonly port: number;
  readonly monitor: string;
}

/**
 * ready: 200 at :8181/ready once all plugins are, else 503 with the names of those that are not.
 */
const plugin: DnsPlugin<Config> = {
  name: 'ready',
  setup(c) {
    let text = ':8181';
    let monitor = 'until-ready';
    let count = 0;
    while (c.next()) {
      if (count++ > 0) return { error: 'this plugin can only be used once per Server Block' };
      const args = c.remainingArgs();
      if (args.length > 1) return c.argErr();
      if (args.length === 1) {
        text = args[0] as string;
        const wrong = readAddress(text);
        if (isError(wrong)) return wrong;
      }
      while (c.nextBlock()) {
        if (c.val() !== 'monitor') return c.argErr();
        const rest = c.remainingArgs();
        if (rest.length !== 1) return c.argErr();
        const [value = ''] = rest;
        if (value !== 'until-ready' && value !== 'continuously') {
          return c.err(`monitor type '${value}' not supported`);
        }
        monitor = value;
      }
    }
    const at = readAddress(text);
    return isError(at) ? at : { ...at, monitor };
  },
  endpoints: ({ address, port }) => [{ address, port }],
  answer(path, { synced }) {
    if (path !== '/ready') return undefined;
    return synced ? { status: 200, body: 'OK' } : { status: 503, body: 'kubernetes' };
  },
};

export default plugin;
