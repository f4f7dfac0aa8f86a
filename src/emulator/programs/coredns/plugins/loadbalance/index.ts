import type { DnsRecord } from '../../../../host/resolver/message.ts';
import type { ConfigError } from '../../corefile/controller.ts';
import type { Context, DnsPlugin, Query } from '../../plugin.ts';

interface Config {
  readonly [name: string]: string;
  readonly policy: string;
}

/** loadbalance: shuffles A, AAAA and MX records; aliases stay in front. */
const plugin: DnsPlugin<Config> = {
  name: 'loadbalance',
  setup(c): Config | ConfigError {
    let policy = 'round_robin';
    while (c.next()) {
      const args = c.remainingArgs();
      const [first, ...rest] = args;
      if (first === undefined) {
        if (c.nextBlock()) return { error: 'unknown property ' + `'${c.val()}'` };
        continue;
      }
      if (first === 'round_robin') {
        if (rest.length > 0) return { error: 'unknown property for round_robin' };
        policy = first;
      } else if (first === 'weighted') return { error: 'weighted is not modelled here' };
      else return { error: `unknown policy: ${first}` };
    }
    return { policy };
  },
  *serve(_config, query, next, context) {
    const outcome = yield* next(query);
    const { message } = outcome;
    const type = query.request.question.type;
    if (!message || message.rcode !== 'NOERROR' || type === 'AXFR' || type === 'IXFR')
      return outcome;
    return {
      ...outcome,
      message: {
        ...message,
        answers: shuffle(message.answers, query, context, 'answers'),
        additional: shuffle(message.additional, query, context, 'additional'),
      },
    };
  },
};

export default plugin;

/** CNAMEs first, then everything else, then addresses, then MX: the last two in random order. */
function shuffle(
  records: readonly DnsRecord[],
  query: Query,
  context: Context,
  section: string,
): readonly DnsRecord[] {
  const of = (...types: readonly string[]) => records.filter(({ type }) => types.includes(type));
  const rest = records.filter(({ type }) => !['CNAME', 'A', 'AAAA', 'MX'].includes(type));
  const mixed = (list: readonly DnsRecord[], name: string) =>
    list
      .map((record, index) => ({
        record,
        at: context.chance(query, `${section}/${name}/${index}`),
      }))
      .sort((a, b) => a.at - b.at)
      .map(({ record }) => record);
  return [...of('CNAME'), ...rest, ...mixed(of('A', 'AAAA'), 'address'), ...mixed(of('MX'), 'mx')];
}
