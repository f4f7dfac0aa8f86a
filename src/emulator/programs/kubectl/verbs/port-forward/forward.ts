import { isErrno } from '../../../../host/errno.ts';
import type { Call, Fd, Process, Sys } from '../../../../host/syscalls.ts';
import type { Context } from '../../command.ts';
import { dialError } from '../../client.ts';
import { failed, Failure, problemOf, textOf } from '../../failure.ts';
import { klogLine } from '../../klog.ts';
import type { PodObject } from '../../pods.ts';
import type { Forwarded } from './ports.ts';

/** Where the pod's network namespace is, as its kubelet says. */
interface Place {
  readonly host: string;
  readonly sandbox: string;
}

interface Listener extends Forwarded {
  readonly fd: Fd;
}

/**
 * Listens here and hands each connection to the pod, for as long as kubectl runs. The API server
 * and the kubelet are asked once, as one stream carries all connections; a connection in the pod
 * that fails ends it.
 */
export function* forward(
  context: Context,
  pod: PodObject,
  ports: readonly Forwarded[],
  addresses: readonly string[],
): Call<void> {
  const { sys } = context;
  const place = yield* placeOf(context, pod);
  const listeners: Listener[] = [];
  for (const port of ports) listeners.push(...(yield* listenOn(context, port, addresses)));
  if (listeners.length === 0) {
    const list = ports.map(({ local, remote }) => `{${local} ${remote}}`).join(' ');
    throw failed(`unable to listen on any of the requested ports: [${list}]`);
  }
  sys.setPace('stream');
  const news = sys.pipe();
  let open: readonly Connection[] = [];
  for (;;) {
    const waiting = open.flatMap(({ socket, back, ended }) => (ended ? [back] : [socket, back]));
    const listening = listeners.map(({ fd }) => fd);
    const ready: readonly Fd[] = yield* sys.poll([news.read, ...waiting, ...listening]);
    if (ready.includes(news.read)) yield* lose(context, news.read);
    for (const connection of open) yield* carryOn(sys, connection, ready);
    open = open.filter(({ closed }) => !closed);
    for (const listener of listeners.filter(({ fd }) => ready.includes(fd))) {
      const taken = yield* take(context, listener, place, news.write);
      if (taken) open = [...open, taken];
    }
  }
}

/** A connection here and the two pipes to its end in the pod. */
interface Connection {
  readonly socket: Fd;
  readonly there: Fd;
  readonly back: Fd;
  /** The client sends no more. */
  ended: boolean;
  closed: boolean;
}

/** A connection in the pod that failed ends the whole stream. */
function* lose(context: Context, news: Fd): Call<void> {
  const { sys } = context;
  const text = yield* sys.read(news);
  const error = `"Unhandled Error" err="${typeof text === 'string' ? text.trimEnd() : ''} "`;
  yield* context.err(klogLine(sys, 'E', 'portforward.go:424', error));
  throw failed('lost connection to pod');
}

/** Hands on what has come from either end. */
function* carryOn(sys: Sys, connection: Connection, ready: readonly Fd[]): Call<void> {
  const { socket, there, back } = connection;
  if (ready.includes(socket)) {
    const text = yield* sys.read(socket);
    if (text === null || isErrno(text)) {
      connection.ended = true;
      sys.close(there);
    } else yield* sys.write(there, text);
  }
  if (!ready.includes(back)) return;
  const text = yield* sys.read(back);
  if (text !== null && !isErrno(text)) {
    yield* sys.write(socket, text);
    return;
  }
  connection.closed = true;
  for (const fd of connection.ended ? [socket, back] : [socket, back, there]) sys.close(fd);
}

function* placeOf(context: Context, pod: PodObject): Call<Place> {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/portforward`;
  try {
    return yield* context.client().send<Place>({ method: 'POST', path });
  } catch (caught) {
    if (!(caught instanceof Failure) || caught.problem.type !== 'status') throw caught;
    const why = textOf(problemOf(caught)).replace(
      /^.*?(dial tcp .*)$/,
      'error dialing backend: $1',
    );
    throw failed(`error upgrading connection: ${why}`);
  }
}

function* listenOn(
  context: Context,
  port: Forwarded,
  addresses: readonly string[],
): Call<readonly Listener[]> {
  const { sys } = context;
  const made: Listener[] = [];
  const errors: string[] = [];
  let { local } = port;
  for (const address of addresses) {
    const six = address.includes(':');
    if (local === 0) local = chosenPort(sys, address);
    const fd = sys.listen({ address, port: local });
    if (isErrno(fd)) {
      const where = six ? `[${address}]:${local}` : `${address}:${local}`;
      const why = dialError(fd, where).replace(/^dial tcp .*: connect: /, 'bind: ');
      errors.push(`unable to create listener: Error listen tcp${six ? '6' : '4'} ${where}: ${why}`);
      continue;
    }
    made.push({ fd, local, remote: port.remote });
    const shown = six ? `[${address}]` : address;
    yield* context.out(`Forwarding from ${shown}:${local} -> ${port.remote}\n`);
  }
  if (made.length === 0) {
    yield* context.err(
      `Unable to listen on port ${port.local}: Listeners failed to create with the following ` +
        `errors: [${errors.join(' ')}]\n`,
    );
  }
  return made;
}

/** A free port of the range that the kernel chooses from. */
function chosenPort(sys: Sys, address: string): number {
  for (let i = 0; i < 100; i++) {
    const port = 32_768 + Math.trunc(sys.chance.number(`port ${sys.now} ${i}`) * 28_232);
    const fd = sys.listen({ address, port });
    if (isErrno(fd)) continue;
    sys.close(fd);
    return port;
  }
  return 0;
}

/** Takes a connection: its other end is a process in the pod's network namespace. */
function* take(
  context: Context,
  listener: Listener,
  place: Place,
  news: Fd,
): Call<Connection | undefined> {
  const { sys } = context;
  const accepted = yield* sys.accept(listener.fd, 0);
  if (isErrno(accepted)) return undefined;
  yield* context.out(`Handling connection for ${listener.local}\n`);
  const [there, back] = [sys.pipe(), sys.pipe()];
  sys.spawn(['portforward'], {
    sandbox: `${place.host}:${place.sandbox}`,
    fds: { 0: there.read, 1: back.write, 2: news },
    background: true,
    fork: (child) => carry(child, listener, place),
  });
  sys.close(there.read);
  sys.close(back.write);
  return {
    socket: accepted.fd,
    there: there.write,
    back: back.read,
    ended: false,
    closed: false,
  };
}

/** The pod's end: connects to the port and carries on. */
function* carry(sys: Sys, { local, remote }: Forwarded, place: Place): Process {
  const fd = yield* sys.connect({ address: '127.0.0.1', port: remote });
  if (isErrno(fd)) {
    const namespace = `/var/run/netns/cni-${sys.chance.hex(`netns ${place.sandbox}`, 8)}`;
    const why = dialError(fd, `127.0.0.1:${remote}`).replace('dial tcp', 'dial tcp4');
    const six = why.replace('tcp4', 'tcp6').replace('127.0.0.1', '[::1]');
    yield* sys.write(
      2,
      `an error occurred forwarding ${local} -> ${remote}: error forwarding port ${remote} to ` +
        `pod ${place.sandbox}, uid : failed to execute portforward in network namespace ` +
        `\\"${namespace}\\": failed to connect to localhost:${remote} inside namespace ` +
        `\\"${namespace}\\", IPv4: ${why} IPv6 ${six} \n`,
    );
    return 1;
  }
  let open = true;
  for (;;) {
    const ready: readonly Fd[] = yield* sys.poll(open ? [0, fd] : [fd]);
    if (ready.includes(0)) {
      const text = yield* sys.read(0);
      if (text === null || isErrno(text)) {
        open = false;
        sys.shutdown(fd);
      } else if (isErrno((yield* sys.write(fd, text)) ?? '')) return 1;
    }
    if (ready.includes(fd)) {
      const text = yield* sys.read(fd);
      if (text === null || isErrno(text)) return 0;
      if (isErrno((yield* sys.write(1, text)) ?? '')) return 1;
    }
  }
}
