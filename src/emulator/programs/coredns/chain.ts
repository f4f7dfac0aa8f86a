import type { DnsMessage } from '../../host/resolver/message.ts';
import { makeQuestion } from '../../host/resolver/message.ts';
import { plugins } from './catalog.ts';
import type { Context, Next, Outcome, Query, ServerConfig, Steps } from './plugin.ts';
import { errorReply, nameOf } from './reply.ts';
import { matchZone } from './zones.ts';

/** The server block for a query: the longest zone at the port that it came to. */
export function chooseServer(
  servers: readonly ServerConfig[],
  query: Query,
): ServerConfig | undefined {
  const here = servers.filter(({ port }) => port === query.local.port);
  const zone = matchZone(
    here.map((each) => each.zone),
    nameOf(query),
  );
  return here.find((each) => each.zone === zone);
}

/**
 * Takes a query through the plugins of its server and gives the message to send; undefined where
 * nothing is sent. `contextOf` makes what the plugins of a server may use.
 */
export function* serve(
  servers: readonly ServerConfig[],
  query: Query,
  contextOf: (server: ServerConfig, again: Again) => Context,
): Steps<DnsMessage | undefined> {
  const { question } = query.request;
  if (question.type === 'AXFR' && query.protocol === 'udp')
    return errorReply(query.request, 'REFUSED');
  const server = chooseServer(servers, query);
  if (!server) return errorReply(query.request, 'REFUSED');
  if ((question.class ?? 'IN') !== 'IN' && !server.plugins.some(({ name }) => takesChaos.has(name)))
    return errorReply(query.request, 'REFUSED');
  const context = contextOf(server, (inner) => serve(servers, inner, contextOf));
  const outcome = yield* chain(server, context)(query);
  if (outcome.message) return outcome.message;
  if (outcome.dropped) return undefined;
  const writes = ['SERVFAIL', 'REFUSED', 'FORMERR', 'NOTIMP'].includes(outcome.rcode);
  return writes ? errorReply(query.request, outcome.rcode) : undefined;
}

/** Plugins that a server needs for questions of another class than IN. */
const takesChaos = new Set(['chaos', 'forward']);

/** Asks the servers again. */
export type Again = (query: Query) => Steps<DnsMessage | undefined>;

/** The first plugin of a server, which calls the second, and so on. */
function chain(server: ServerConfig, context: Context): Next {
  const handlers = server.plugins.filter(({ name }) => plugins.get(name)?.serve);
  const from = (index: number): Next => {
    const own = handlers[index];
    const previous = handlers[index - 1]?.name;
    if (!own) return (query) => ends(query, previous);
    const plugin = plugins.get(own.name);
    return (query) =>
      plugin?.serve?.(own.config, query, from(index + 1), context) ?? ends(query, own.name);
  };
  return from(0);
}

/** Behind the last plugin: SERVFAIL, or REFUSED where there is no plugin at all. */
// oxlint-disable-next-line require-yield -- it is one of many that may have to wait
function* ends(_query: Query, last: string | undefined): Steps<Outcome> {
  if (last === undefined) return { rcode: 'REFUSED' };
  return { rcode: 'SERVFAIL', error: `plugin/${last}: no next plugin found` };
}

/** The same query with another question, as upstream.Lookup asks it. */
export function withQuestion(query: Query, name: string, type: string): Query {
  const { request } = query;
  const { question: _question, size: _size, ...rest } = request;
  return { ...query, request: { ...rest, question: makeQuestion(0, name, type).question } };
}
