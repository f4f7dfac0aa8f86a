import { errorReply } from '../../reply.ts';
import type { Answered, Context, Outcome, Query, Steps } from '../../plugin.ts';
import type { Forward } from './setup.ts';

/** How long one query may be tried, and how long one server is waited for. */
const PATIENCE = 5_000_000;
const READ_TIMEOUT = 2_000_000;
/**
 * Where a server refuses at once, upstream tries it again and again without a pause until its
 * health checks say it is down. Here it takes breath in between.
 */
const BREATH = 100_000;

type Target = Forward['to'][number];

/** Health of a server: failed checks in a row. Kept by `health.ts`. */
export const healthName = ({
  address,
  port,
}: {
  readonly address: string;
  readonly port: number;
}) => `health/${address}:${port}`;

/**
 * Goes through the servers until one answers (forward.go): one that is down is passed over, and if
 * all are, any is tried once.
 */
export function* exchange(config: Forward, query: Query, context: Context): Steps<Outcome> {
  if (config.maxConcurrent > 0 && busy(context) > config.maxConcurrent) {
    const error = `concurrent queries exceeded maximum ${config.maxConcurrent}`;
    return { rcode: 'REFUSED', error };
  }
  const list = order(config, query, context);
  const until = query.started + PATIENCE;
  let [index, fails, attempts, now] = [0, 0, 0, query.started];
  let error = 'no healthy proxies';
  while (now < until && (config.maxConnectAttempts === 0 || attempts < config.maxConnectAttempts)) {
    if (index >= list.length) [index, fails] = [0, 0];
    let target = list[index++] as Target;
    if (isDown(config, target, context)) {
      fails += 1;
      if (fails < list.length) continue;
      if (config.failfast) break;
      target = list[Math.floor(context.chance(query, `any/${attempts}`) * list.length)] as Target;
    }
    const answer = yield* connect(config, target, query, context, attempts);
    now = answer.at;
    if ('message' in answer) {
      const { rcode } = answer.message;
      if (config.failover.includes(rcode) && fails < list.length) {
        fails += 1;
        if (fails < list.length) continue;
      }
      return { rcode: 'NOERROR', message: adopt(query, answer.message) };
    }
    if ('waited' in answer) continue;
    attempts += 1;
    error = answer.text;
    if (config.maxFails > 0) suspect(config, target, context);
    if (fails >= list.length) break;
    if (answer.failed === 'refused' && list.length === 1)
      now = (yield { ask: 'wait', delay: BREATH }).at;
  }
  return { rcode: 'SERVFAIL', error };
}

function* connect(
  config: Forward,
  target: Target,
  query: Query,
  context: Context,
  attempt: number,
): Steps<Answered> {
  if (target.tls) {
    return { failed: 'refused', text: 'tls:// is not modelled here', at: context.now };
  }
  const id = Math.floor(context.chance(query, `id/${attempt}`) * 65_536);
  const protocol = config.forceTcp ? 'tcp' : config.preferUdp ? 'udp' : query.protocol;
  const { address, port } = target;
  const question = { ...query.request, id };
  const ask = {
    ask: 'upstream',
    server: { address, port },
    protocol,
    question,
    timeout: READ_TIMEOUT,
  } as const;
  const answer = yield ask;
  const truncated = 'message' in answer && answer.message.truncated;
  return truncated && protocol === 'udp' && config.preferUdp
    ? yield { ...ask, protocol: 'tcp' }
    : answer;
}

/** The answer of the other server, under the number of the client's question. */
function adopt(query: Query, message: import('../../../../host/resolver/message.ts').DnsMessage) {
  const same = message.question.name.toLowerCase() === query.request.question.name.toLowerCase();
  if (!same) return errorReply(query.request, 'FORMERR');
  const { size: _size, ...rest } = message;
  return { ...rest, id: query.request.id };
}

function isDown(config: Forward, target: Target, context: Context): boolean {
  const health = context.memory<{ readonly fails: number }>(healthName(target));
  return config.maxFails > 0 && (health?.fails ?? 0) > config.maxFails;
}

/** A server that gave no answer is checked until it does. */
function suspect(config: Forward, { address, port }: Target, context: Context): void {
  if (context.memory(healthName({ address, port }))) return;
  const { healthCheck, healthDomain, healthRecursion } = config;
  context.remember(`suspect/${address}:${port}`, {
    address,
    port,
    healthCheck,
    healthDomain,
    healthRecursion,
  });
}

const busy = (context: Context) => context.memories('pending/').length;

function order(config: Forward, query: Query, context: Context): readonly Target[] {
  const { to, policy } = config;
  if (policy === 'sequential' || to.length === 1) return to;
  const first =
    policy === 'round_robin'
      ? (query.number + 1) % to.length
      : Math.floor(context.chance(query, 'policy') * to.length);
  return [...to.slice(first), ...to.slice(0, first)];
}
