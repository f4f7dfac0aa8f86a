import type { DnsPlugin } from '../../plugin.ts';

/** root: the folder that other plugins look for their files in. */
const plugin: DnsPlugin = {
  name: 'root',
  setup(c) {
    let root = '.';
    while (c.next()) {
      if (!c.nextArg()) return c.argErr();
      root = c.val();
    }
    return { root };
  },
};

export default plugin;
