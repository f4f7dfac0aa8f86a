import { isError } from '../../corefile/parse.ts';
import { readAddress } from '../../http-address.ts';
import { parseDuration } from '../../go.ts';
import type { DnsPlugin } from '../../plugin.ts';

interface Config {
  readonly [name: string]: string | number;
  readonly address: string;
  readonly port: number;
  readonly lameduck: number;
}

/** health: answers OK at :8080/health, and keeps the server a while after SIGTERM. */
const plugin: DnsPlugin<Config> = {
  name: 'health',
  setup(c) {
    let text = ':8080';
    let lameduck = 0;
    while (c.next()) {
      const args = c.remainingArgs();
      if (args.length > 1) return c.argErr();
      if (args.length === 1) {
        text = args[0] as string;
        const wrong = readAddress(text);
        if (isError(wrong)) return wrong;
      }
      while (c.nextBlock()) {
        if (c.val() !== 'lameduck') return c.argErr();
        const rest = c.remainingArgs();
        if (rest.length !== 1) return c.argErr();
        const duration = parseDuration(rest[0] as string);
        if (isError(duration)) {
          return {
            error: `unable to parse lameduck duration value: '${rest[0]}' : ${duration.error}`,
          };
        }
        lameduck = duration;
      }
    }
    const at = readAddress(text);
    return isError(at) ? at : { ...at, lameduck };
  },
  endpoints: ({ address, port }) => [{ address, port }],
  answer: (path) => (path === '/health' ? { status: 200, body: 'OK' } : undefined),
  lameduck: ({ lameduck }) => (lameduck > 0 ? lameduck : undefined),
};

export default plugin;
