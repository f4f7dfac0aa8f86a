import type { DnsPlugin } from '../../plugin.ts';

/** debug: accepted; it has no effect that shows here. */
const plugin: DnsPlugin = {
  name: 'debug',
  setup: () => undefined,
};

export default plugin;
