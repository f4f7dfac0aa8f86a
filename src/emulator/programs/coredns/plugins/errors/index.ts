import type { Json } from '../../../../world/json.ts';
import type { DnsPlugin } from '../../plugin.ts';

/** errors: tells errors that plugins behind it gave back. `consolidate` groups them. */
const plugin: DnsPlugin = {
  name: 'errors',
  setup(c) {
    const patterns: Json[] = [];
    let count = 0;
    while (c.next()) {
      if (count++ > 0) return { error: 'this plugin can only be used once per Server Block' };
      const args = c.remainingArgs();
      if (args.length > 1) return c.argErr();
      if (args.length === 1 && args[0] !== 'stdout') return c.err(`invalid log file: ${args[0]}`);
      while (c.nextBlock()) {
        const word = c.val();
        const rest = c.remainingArgs();
        if (word === 'stacktrace') continue;
        if (word !== 'consolidate') return c.err(`unknown property '${word}'`);
        if (rest.length < 2) return c.argErr();
        patterns.push({ duration: rest[0] as string, pattern: rest[1] as string });
      }
    }
    return { patterns };
  },
  *serve(config, query, next, context) {
    const outcome = yield* next(query);
    if (outcome.error === undefined) return outcome;
    const { name, type } = query.request.question;
    const { patterns } = config as { readonly patterns: readonly { readonly pattern: string }[] };
    if (!patterns.some(({ pattern }) => new RegExp(pattern).test(outcome.error ?? ''))) {
      const number = { SERVFAIL: 2, REFUSED: 5, NXDOMAIN: 3, NOTIMP: 4, FORMERR: 1 }[
        outcome.rcode as string
      ];
      context.log(
        `[ERROR] plugin/errors: ${number ?? 0} ${name.toLowerCase()} ${type}: ${outcome.error}`,
      );
    }
    return outcome;
  },
};

export default plugin;
