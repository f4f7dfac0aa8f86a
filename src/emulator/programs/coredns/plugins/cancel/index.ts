import type { DnsPlugin } from '../../plugin.ts';

/** cancel: accepted; it has no effect that shows here. */
const plugin: DnsPlugin = {
  name: 'cancel',
  setup: () => undefined,
};

export default plugin;
