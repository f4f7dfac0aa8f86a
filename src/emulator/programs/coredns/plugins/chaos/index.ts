import type { DnsPlugin } from '../../plugin.ts';
import { nameOf, reply } from '../../reply.ts';

interface Config {
  readonly [name: string]: string | readonly string[];
  readonly version: string;
  readonly authors: readonly string[];
}

/** chaos: version and authors for TXT questions of class CH; all else passes. */
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
  *serve({ version, authors }, query, next) {
    const { type, class: named, name: asked } = query.request.question;
    const texts = named === 'CH' && type === 'TXT' ? textsOf(nameOf(query), version, authors) : [];
    if (texts.length === 0) return yield* next(query);
    const answers = texts.map((text) => ({
      name: asked,
      type: 'TXT',
      class: 'CH',
      ttl: 0,
      data: JSON.stringify(text),
    }));
    return { rcode: 'NOERROR', message: reply(query.request, { answers }) };
  },
};

export default plugin;

function textsOf(name: string, version: string, authors: readonly string[]): readonly string[] {
  if (name === 'version.bind.' || name === 'version.server.') return [version];
  if (name === 'authors.bind.') return authors;
  return name === 'hostname.bind.' || name === 'id.server.' ? ['localhost'] : [];
}
