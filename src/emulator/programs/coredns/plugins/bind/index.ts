import { isIPv4, isIPv6 } from '../../../../host/resolver/getaddrinfo.ts';
import type { DnsPlugin } from '../../plugin.ts';

/** bind: the addresses to listen on, instead of all. */
const plugin: DnsPlugin = {
  name: 'bind',
  setup(c) {
    const addresses: string[] = [];
    while (c.next()) {
      const args = c.remainingArgs();
      while (c.nextBlock()) {
        if (c.val() !== 'except') return { error: `${c.err(`unknown option "${c.val()}"`).error}` };
        if (c.remainingArgs().length === 0)
          return { error: 'at least one argument is needed for except' };
      }
      for (const each of args) {
        if (!isIPv4(each) && !isIPv6(each))
          return { error: `not a valid IP address or interface name: "${each}"` };
        addresses.push(each);
      }
    }
    return { addresses };
  },
};

export default plugin;
