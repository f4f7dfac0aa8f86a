import type { DnsMessage, DnsRecord } from '../../../../host/resolver/message.ts';
import type { Json } from '../../../../world/json.ts';
import { isError } from '../../corefile/parse.ts';
import type { Context, DnsPlugin, Outcome, Query, Steps, Next } from '../../plugin.ts';
import { nameOf, reply } from '../../reply.ts';
import { matchZone } from '../../zones.ts';
import { readCache, type CacheConfig } from './setup.ts';
import { kindOf, lifetime } from './kind.ts';

/** What is kept of an answer. */
interface Item {
  readonly [name: string]: Json;
  readonly rcode: DnsMessage['rcode'];
  readonly recursionAvailable: boolean;
  readonly answers: readonly Json[];
  readonly authority: readonly Json[];
  readonly additional: readonly Json[];
  readonly stored: number;
  /** Seconds. */
  readonly ttl: number;
}

const SECOND = 1_000_000;
/** Items that are looked through for old ones when a new one is stored. */
const SWEEP = 200;

/** cache: keeps answers until their time to live is over. */
const plugin: DnsPlugin = {
  name: 'cache',
  setup(c) {
    const config = readCache(c);
    return isError(config) ? config : (config as unknown as Json);
  },
  *serve(json, query, next, context) {
    const config = json as unknown as CacheConfig;
    const { question } = query.request;
    const own = (question.class ?? 'IN') === 'IN' && matchZone(config.zones, nameOf(query));
    if (!own) return yield* next(query);
    const key = keyOf(query, context);
    const found = context.memory<Item>(`cache/s/${key}`) ?? context.memory<Item>(`cache/d/${key}`);
    const left = found ? leftOf(found, context) : 0;
    if (found && left > 0)
      return { rcode: 'NOERROR', message: fromItem(found, query, left, config) };
    if (found && config.staleFor > 0 && -left * SECOND < config.staleFor) {
      return yield* stale(config, found, query, next, context);
    }
    return yield* fresh(config, query, next, context);
  },
};

export default plugin;

/** DO and CD of the question belong to the key; UDP and TCP share. */
function keyOf(query: Query, { server }: Context): string {
  const { edns, checkingDisabled, question } = query.request;
  const bits = `${edns?.dnssecOk ? 1 : 0}${checkingDisabled ? 1 : 0}`;
  return `${server.block}/${bits}/${question.type}/${nameOf(query)}`;
}

const leftOf = ({ ttl, stored }: Item, { now }: Context) =>
  ttl - Math.floor((now - stored) / SECOND);

function fromItem(item: Item, { request }: Query, ttl: number, config: CacheConfig): DnsMessage {
  const aged = (records: readonly Json[]) =>
    (records as unknown as readonly DnsRecord[]).map((record) => ({
      ...record,
      ttl: config.keepTtl ? record.ttl : Math.max(0, ttl),
    }));
  return reply(request, {
    rcode: item.rcode,
    authoritative: true,
    ...(item.recursionAvailable && { recursionAvailable: true }),
    answers: aged(item.answers),
    authority: aged(item.authority),
    additional: aged(item.additional),
  });
}

function* fresh(config: CacheConfig, query: Query, next: Next, context: Context): Steps<Outcome> {
  const outcome = yield* next(query);
  return outcome.message
    ? { ...outcome, message: store(config, query, context, outcome.message) }
    : outcome;
}

/** serve_stale: the old answer with a TTL of 0; `verify` asks first and falls back on it. */
function* stale(
  config: CacheConfig,
  item: Item,
  query: Query,
  next: Next,
  context: Context,
): Steps<Outcome> {
  const old = { rcode: 'NOERROR', message: fromItem(item, query, 0, config) } as const;
  const outcome = yield* next(query);
  const { message } = outcome;
  const good = message && (message.rcode === 'NOERROR' || message.rcode === 'NXDOMAIN');
  const kept = good ? store(config, query, context, message) : undefined;
  return config.verify && kept ? { ...outcome, message: kept } : old;
}

/** Stores an answer and caps the times to live in it. */
function store(
  config: CacheConfig,
  query: Query,
  context: Context,
  message: DnsMessage,
): DnsMessage {
  const kind = kindOf(message);
  const duration = lifetime(config, message, kind);
  const ttl = Math.floor(duration / SECOND);
  const capped = (records: readonly DnsRecord[]) => records.map((record) => ({ ...record, ttl }));
  const { edns: _edns, ...rest } = message;
  const whole: DnsMessage = {
    ...rest,
    answers: capped(message.answers),
    authority: capped(message.authority),
    additional: capped(message.additional),
  };
  const denial = kind === 'nxdomain' || kind === 'nodata' || kind === 'servfail';
  const excepted = matchZone(denial ? config.denialExcept : config.successExcept, nameOf(query));
  const keep = kind !== 'other' && !message.truncated && duration > 0 && excepted === undefined;
  if (keep) {
    const item: Item = {
      rcode: whole.rcode,
      recursionAvailable: whole.recursionAvailable ?? false,
      answers: whole.answers as unknown as readonly Json[],
      authority: whole.authority as unknown as readonly Json[],
      additional: whole.additional as unknown as readonly Json[],
      stored: context.now,
      ttl,
    };
    sweep(context, config);
    context.remember(`cache/${denial ? 'd' : 's'}/${keyOf(query, context)}`, item);
    if (!denial) context.remember(`cache/d/${keyOf(query, context)}`, undefined);
  }
  return config.keepTtl ? rest : whole;
}

function sweep(context: Context, config: CacheConfig): void {
  const items = context.memories('cache/').slice(0, SWEEP);
  for (const [name, item] of items) {
    const left = leftOf(item as Item, context) * SECOND + config.staleFor;
    if (left <= 0) context.remember(name, undefined);
  }
}
