import type { DnsPlugin } from '../../plugin.ts';

interface Config {
  readonly [name: string]: string | readonly string[];
  readonly version: string;
  readonly authors: readonly string[];
}

/**
 * chaos: version and authors for questions of class CH, which are not modelled: all else passes.
 */
const plugin: DnsPlugin<Config> = {
  name: 'chaos',
  setup(c) {
    let version = 'CoreDNS-1.14.2';
    let authors: string[] = [];
    while (c.next()) {
      const [first, ...rest] = c.remainingArgs();
      if (first === undefined) continue;
      version = first;
      authors = rest;
    }
    return { version, authors };
  },
};

export default plugin;
