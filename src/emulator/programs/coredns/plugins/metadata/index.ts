import type { DnsPlugin } from '../../plugin.ts';

/** metadata: accepted; it has no effect that shows here. */
const plugin: DnsPlugin = {
  name: 'metadata',
  setup: () => undefined,
};

export default plugin;
