import type { DnsMessage } from '../../../../host/resolver/message.ts';
import type { Json } from '../../../../world/json.ts';
import type { Controller, ConfigError } from '../../corefile/controller.ts';
import { isError } from '../../corefile/parse.ts';
import type { Context, DnsPlugin, Outcome, Query } from '../../plugin.ts';
import { flagsOf, nameOf, plainSize, scrub, sizeLimit } from '../../reply.ts';
import { isInZone, originsOf } from '../../zones.ts';

const COMMON =
  '{remote}:{port} - {>id} "{type} {class} {name} {proto} {size} ' +
  '{>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration}';
const COMBINED = `${COMMON} "{>opcode}"`;

interface Rule {
  readonly [name: string]: Json;
  readonly zone: string;
  readonly format: string;
  readonly classes: readonly string[];
}

/** log: a line for each query, in a format with {placeholders}. */
const plugin: DnsPlugin<readonly Rule[]> = {
  name: 'log',
  setup(c) {
    const rules: Rule[] = [];
    while (c.next()) {
      const own = readStanza(c);
      if (isError(own)) return own;
      rules.push(...own);
    }
    return rules;
  },
  *serve(rules, query, next, context) {
    const rule = rules.find(({ zone }) => isInZone(zone, nameOf(query)));
    if (!rule) return yield* next(query);
    const outcome = yield* next(query);
    const isAll = rule.classes.includes('all');
    if (isAll || rule.classes.includes(classOf(outcome.message))) {
      context.log(`[INFO] ${format(rule.format, query, outcome, context)}`);
    }
    return outcome;
  },
};

export default plugin;

function readStanza(c: Controller): readonly Rule[] | ConfigError {
  const args = c.remainingArgs();
  const isFormat = (text: string | undefined) => text?.includes('{') ?? false;
  let zones = ['.'];
  let text = '{common}';
  const last = args.at(-1);
  if (args.length > 0) {
    if (isFormat(last)) {
      text = last as string;
      zones = args.length > 1 ? originsOf(args.slice(0, -1), []) : ['.'];
    } else zones = originsOf(args, []);
  }
  const full = text.replaceAll('{common}', COMMON).replaceAll('{combined}', COMBINED);
  let classes: string[] = [];
  while (c.nextBlock()) {
    if (c.val() !== 'class') return c.argErr();
    const given = c.remainingArgs();
    if (given.length === 0) return c.argErr();
    for (const each of given) {
      if (!['all', 'success', 'denial', 'error'].includes(each)) {
        return { error: `invalid Class: ${each}` };
      }
      classes.push(each);
    }
  }
  if (classes.length === 0) classes = ['all'];
  return zones.map((zone) => ({ zone, format: full, classes }));
}

/** Class of an answer (pkg/response): success, denial or error. */
function classOf(message: DnsMessage | undefined): string {
  if (!message) return 'error';
  const { rcode, answers, authority } = message;
  if (rcode === 'NOERROR' && answers.length > 0) return 'success';
  const negative = authority.some(({ type }) => type === 'SOA');
  if (negative && (rcode === 'NOERROR' || rcode === 'NXDOMAIN')) return 'denial';
  return rcode === 'NOERROR' ? 'success' : 'error';
}

function format(text: string, query: Query, { message, rcode }: Outcome, context: Context): string {
  const { request, client, protocol, local } = query;
  const { question, edns } = request;
  const sent = message && scrub(query, message);
  const seconds =
    (context.now - query.started) / 1e6 + 0.000_1 + context.chance(query, 'log') / 1e4;
  const values: Readonly<Record<string, string>> = {
    '{type}': question.type,
    '{name}': nameOf(query),
    '{class}': question.class ?? 'IN',
    '{proto}': protocol,
    '{remote}': client.address,
    '{port}': String(client.port),
    '{local}': local.address,
    '{size}': String(request.size ?? plainSize(request)),
    '{rcode}': message ? (message.rcode as string) : '-',
    '{rsize}': message ? String(plainSize(message)) : '0',
    '{duration}': `${Number(seconds.toFixed(9))}s`,
    '{>rflags}': sent ? flagsOf(sent) : '-',
    '{>id}': String(request.id),
    '{>do}': String(edns?.dnssecOk ?? false),
    '{>bufsize}': String(sizeLimit(query)),
    '{>opcode}': '0',
  };
  void rcode;
  return text.replaceAll(/\{>?\w+\}/g, (whole) => values[whole] ?? whole);
}
