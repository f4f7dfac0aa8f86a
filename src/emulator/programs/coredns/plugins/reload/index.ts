import { isError } from '../../corefile/parse.ts';
import { parseDuration } from '../../go.ts';
import type { DnsPlugin } from '../../plugin.ts';

interface Config {
  readonly [name: string]: number;
  /** Microseconds between two looks at the Corefile, and how much they may differ. */
  readonly interval: number;
  readonly jitter: number;
}

const SECOND = 1_000_000;

/** reload: reads the Corefile again when it has changed. */
const plugin: DnsPlugin<Config> = {
  name: 'reload',
  setup(c) {
    c.next();
    const args = c.remainingArgs();
    if (args.length > 2) return c.argErr();
    const interval = args[0] === undefined ? 30 * SECOND : parseDuration(args[0]);
    if (isError(interval)) return { error: interval.error };
    if (interval < 2 * SECOND) return { error: 'interval value must be greater or equal to 2s' };
    const given = args[1] === undefined ? interval / 2 : parseDuration(args[1]);
    if (isError(given)) return { error: given.error };
    if (args[1] !== undefined && given < SECOND) {
      return { error: 'jitter value must be greater or equal to 1s' };
    }
    const jitter = given > interval / 2 ? interval / 2 : given;
    return { interval, jitter };
  },
  *start({ interval, jitter }, sys) {
    const delay = interval + Math.floor(sys.chance.number('reload') * jitter);
    if (sys.memory('reload') === undefined) sys.setTimer('reload', delay);
    sys.remember('reload', { interval, jitter });
  },
};

export default plugin;
