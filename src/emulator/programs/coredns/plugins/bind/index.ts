import { isIPv4, isIPv6 } from '../../../../host/resolver/getaddrinfo.ts';
import type { DnsPlugin } from '../../plugin.ts';

/** Interfaces that are known by name: others would have to be asked of the machine. */
const interfaces: Readonly<Record<string, readonly string[]>> = { lo: ['127.0.0.1', '::1'] };

/** bind: the addresses to listen on, instead of all. */
const plugin: DnsPlugin = {
  name: 'bind',
  setup(c) {
    const all: string[] = [];
    while (c.next()) {
      const args = c.remainingArgs();
      const except: string[] = [];
      while (c.nextBlock()) {
        if (c.val() !== 'except') return { error: `${c.err(`unknown option "${c.val()}"`).error}` };
        const given = c.remainingArgs();
        if (given.length === 0) return { error: 'at least one argument is needed for except' };
        except.push(...given);
      }
      for (const each of args) {
        const own = isIPv4(each) || isIPv6(each) ? [each] : interfaces[each];
        if (!own) return { error: `not a valid IP address or interface name: "${each}"` };
        all.push(...own.filter((address) => !except.includes(address)));
      }
    }
    return { addresses: all };
  },
};

export default plugin;
