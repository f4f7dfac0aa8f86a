import { isErrno } from '../../host/errno.ts';
import { sendDns } from '../../host/resolver/exchange.ts';
import {
  decodeDns,
  encodeDns,
  makeQuestion,
  type DnsMessage,
} from '../../host/resolver/message.ts';
import type { Call, DaemonMessage, DaemonSys } from '../../host/syscalls.ts';
import type { Endpoint } from '../../network/api.ts';
import type { Json } from '../../world/json.ts';
import { chooseServer, serve, withQuestion, type Again } from './chain.ts';
import { clusterOf } from './informers.ts';
import type { Answered, Ask, Context, Query, ServerConfig } from './plugin.ts';
import { scrub, withKnownOptions } from './reply.ts';
import { serversOf } from './start.ts';
import { startProbe, takeProbeAnswer } from './probes.ts';

/**
 * A query that waits for another machine. Nothing but this record is kept of it: when an answer
 * comes the plugins are run again from the start with all answers so far.
 */
interface Pending {
  readonly query: Query;
  /** Socket to answer by; undefined for the server's own question (loop). */
  readonly fd?: number;
  readonly answers: readonly Answered[];
  /** The socket that an answer is waited for at. */
  readonly waiting?: number;
  /** Text of the place asked, for error messages: `A:p->B:q`. */
  readonly route?: string;
}

/** How long the server's own work on a query takes. */
const WORK = 60;

/** A datagram: a question of a client, or the answer of another server. */
export function* onDatagram(
  sys: DaemonSys,
  message: DaemonMessage & { readonly type: 'socket' },
): Call<void> {
  const { fd } = message;
  if (sys.memory(`upstream/${fd}`) !== undefined) {
    yield* onUpstream(sys, message);
    return;
  }
  if (takeProbeAnswer(sys, message)) return;
  const port = sys.memory<number>(`dns/${fd}`);
  if (message.event !== 'datagram' || port === undefined) return;
  const request = decodeDns(message.payload);
  if (!request || request.response) return;
  yield* run(sys, newPending(sys, request, message.from, port, 'udp', fd));
}

/** Bytes of a connection: questions over TCP, one a line. */
export function* onStream(
  sys: DaemonSys,
  message: DaemonMessage & { readonly type: 'socket' },
): Call<void> {
  const { fd } = message;
  if (message.event === 'accepted') {
    const port = sys.memory<number>(`dns/${fd}`);
    if (port === undefined || message.acceptedFd === undefined) return;
    const { address, port: from } = message.peer;
    sys.remember(`stream/${message.acceptedFd}`, { port, address, from });
    return;
  }
  if (sys.memory(`upstream/${fd}`) !== undefined) {
    yield* onUpstream(sys, message);
    return;
  }
  const stream = sys.memory<{
    readonly port: number;
    readonly address: string;
    readonly from: number;
  }>(`stream/${fd}`);
  if (!stream) return;
  if (message.event !== 'data') {
    sys.remember(`stream/${fd}`, undefined);
    sys.close(fd);
    return;
  }
  for (const line of message.payload.split('\n')) {
    const request = decodeDns(line);
    if (!request) continue;
    const client = { address: stream.address, port: stream.from };
    yield* run(sys, newPending(sys, request, client, stream.port, 'tcp', fd));
  }
}

function newPending(
  sys: DaemonSys,
  request: DnsMessage,
  client: Endpoint,
  port: number,
  protocol: 'udp' | 'tcp',
  fd?: number,
): Pending {
  const number = (sys.memory<number>('number') ?? 0) + 1;
  sys.remember('number', number);
  const address = sys.network.routeTo(client.address)?.source ?? '127.0.0.1';
  const local = { address, port };
  const known = withKnownOptions(request);
  return {
    query: { request: known, client, local, protocol, number, started: sys.now },
    ...(fd !== undefined && { fd }),
    answers: [],
  };
}

/** The loop plugin's question goes through this server as if a client had sent it. */
export function* startRun(
  sys: DaemonSys,
  { name, port }: { readonly name: string; readonly port: number },
): Call<void> {
  const id = sys.chance.integer(`loop/${sys.now}`, 65_536);
  const client = {
    address: '127.0.0.1',
    port: 32_768 + sys.chance.integer(`loop/port/${sys.now}`, 28_000),
  };
  yield* run(sys, newPending(sys, makeQuestion(id, name, 'HINFO'), client, port, 'udp'));
}

/** Runs the plugins with the answers so far: to the end, or to the next thing to wait for. */
function* run(sys: DaemonSys, pending: Pending): Call<void> {
  const { query, answers } = pending;
  const servers = serversOf(sys);
  const effects: (() => void)[] = [];
  const lines: string[] = [];
  const contextOf = contexts(sys, effects, lines);
  const steps = serve(servers, query, contextOf);
  let step = steps.next();
  for (const answer of answers) {
    if (step.done) break;
    step = steps.next(answer);
  }
  if (!step.done) {
    const left = ask(sys, pending, step.value);
    if (left) yield* run(sys, left);
    return;
  }
  sys.remember(`pending/${query.number}`, undefined);
  for (const effect of effects) effect();
  // What ends the program does so before anything else is told.
  const fatal = lines.find((line) => line.startsWith('[FATAL]'));
  if (fatal !== undefined) return void (yield* sys.write(1, `${fatal}\n`));
  for (const line of lines) yield* sys.write(1, `${line}\n`);
  for (const [name, target] of sys.memories('suspect/')) startProbe(sys, name, target);
  if (step.value) yield* send(sys, pending, step.value);
}

function* send(sys: DaemonSys, { query, fd }: Pending, message: DnsMessage): Call<void> {
  if (fd === undefined) return;
  const sized = sizedFor(serversOf(sys), query);
  const ready = scrub(sized, message);
  if (query.protocol === 'udp') sendDns(sys, fd, query.client, ready);
  else if (sys.memory(`stream/${fd}`)) yield* sys.write(fd, `${encodeDns(ready)}\n`);
}

/** bufsize lowers what the client offers for the whole way of the answer. */
function sizedFor(servers: readonly ServerConfig[], query: Query): Query {
  const server = chooseServer(servers, query);
  const config = server?.plugins.find(({ name }) => name === 'bufsize')?.config as
    { readonly size: number } | undefined;
  const { edns } = query.request;
  if (!config || !edns || edns.udpSize <= config.size) return query;
  return { ...query, request: { ...query.request, edns: { ...edns, udpSize: config.size } } };
}

function contexts(sys: DaemonSys, effects: (() => void)[], lines: string[]) {
  const cluster = clusterOf(sys);
  const localAddresses = sys.network
    .links()
    .filter(({ kind }) => kind !== 'loopback')
    .flatMap(({ addresses }) => addresses.map(({ address }) => address));
  return (server: ServerConfig, again: Again): Context => ({
    now: sys.now + WORK,
    server,
    files: sys.files,
    cluster,
    localAddresses,
    chance: (query, purpose) => sys.chance.number(`query/${query.number}/${purpose}`),
    memory: (name) => sys.memory(name),
    memories: (prefix) => sys.memories(prefix),
    remember: (name, value) => void effects.push(() => sys.remember(name, value)),
    rememberNow: (name, value) => sys.remember(name, value),
    log: (line) => void lines.push(line),
    *lookup(query, name, type) {
      return yield* again(withQuestion(query, name, type));
    },
  });
}

/** Starts to wait; gives the record back with an answer where there is one at once. */
function ask(sys: DaemonSys, pending: Pending, wanted: Ask): Pending | undefined {
  const { number } = pending.query;
  if (wanted.ask === 'wait') {
    sys.setTimer(`ask/${number}`, wanted.delay);
    sys.remember(`pending/${number}`, pending as unknown as Json);
    return undefined;
  }
  const { server, protocol, question, timeout } = wanted;
  const source = sys.network.routeTo(server.address)?.source ?? '0.0.0.0';
  const port = 32_768 + sys.chance.integer(`port/${number}/${pending.answers.length}`, 28_000);
  const route = `${source}:${port}->${server.address}:${server.port}`;
  const fd = protocol === 'tcp' ? sys.dial(server) : openSocket(sys, port);
  const fail = (text: string): Pending =>
    answered(pending, { failed: 'refused', text, at: sys.now });
  if (isErrno(fd))
    return fail(
      `dial ${protocol} ${server.address}:${server.port}: connect: network is unreachable`,
    );
  if (protocol === 'udp') {
    const failed = sendDns(sys, fd, server, question);
    if (failed && failed !== 'EPERM') {
      sys.close(fd);
      return fail(`dial udp ${server.address}:${server.port}: connect: network is unreachable`);
    }
  } else sys.remember(`ask/${number}`, question as unknown as Json);
  sys.remember(`upstream/${fd}`, number);
  sys.remember(`pending/${number}`, { ...pending, waiting: fd, route } as unknown as Json);
  sys.setTimer(`ask/${number}`, timeout);
  return undefined;
}

function openSocket(sys: DaemonSys, port: number) {
  const fd = sys.openUdp({ port });
  return fd === 'EADDRINUSE' ? sys.openUdp() : fd;
}

function answered(pending: Pending, answer: Answered): Pending {
  const { waiting: _waiting, route: _route, ...rest } = pending;
  return { ...rest, answers: [...pending.answers, answer] };
}

/** What another server said. */
function* onUpstream(
  sys: DaemonSys,
  message: DaemonMessage & { readonly type: 'socket' },
): Call<void> {
  const { fd } = message;
  const number = sys.memory<number>(`upstream/${fd}`);
  const pending = sys.memory(`pending/${number}`) as unknown as Pending | undefined;
  if (!pending || number === undefined) return;
  switch (message.event) {
    case 'connected':
      yield* sys.write(fd, `${encodeDns(sys.memory(`ask/${number}`) as unknown as DnsMessage)}\n`);
      return;
    case 'datagram':
    case 'data': {
      const found = decodeDns(message.payload.split('\n')[0] ?? '');
      if (!found?.response) return;
      yield* goOn(sys, pending, fd, { message: found, at: sys.now });
      return;
    }
    case 'icmp':
      if (message.kind !== 'port-unreachable') return;
      yield* goOn(sys, pending, fd, {
        failed: 'refused',
        text: `read udp ${pending.route}: read: connection refused`,
        at: sys.now,
      });
      return;
    case 'failed':
    case 'reset':
    case 'end': {
      const target = pending.route?.split('->')[1] ?? '';
      yield* goOn(sys, pending, fd, {
        failed: 'refused',
        text: `dial tcp ${target}: connect: connection refused`,
        at: sys.now,
      });
      return;
    }
    default:
  }
}

function* goOn(sys: DaemonSys, pending: Pending, fd: number, answer: Answered): Call<void> {
  const { number } = pending.query;
  sys.close(fd);
  sys.remember(`upstream/${fd}`, undefined);
  sys.remember(`ask/${number}`, undefined);
  sys.cancelTimer(`ask/${number}`);
  yield* run(sys, answered(pending, answer));
}

/** The time for an answer, or for a breath, is over. */
export function* onResult(sys: DaemonSys, name: string): Call<void> {
  const number = Number(name.slice('ask/'.length));
  const pending = sys.memory(`pending/${number}`) as unknown as Pending | undefined;
  if (!pending) return;
  if (pending.waiting === undefined) {
    yield* run(sys, answered(pending, { waited: true, at: sys.now }));
    return;
  }
  const text = `read udp ${pending.route}: i/o timeout`;
  yield* goOn(sys, pending, pending.waiting, { failed: 'timeout', text, at: sys.now });
}
