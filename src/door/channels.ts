import type { Channels } from './remote-command.ts';
import type { SpdyEnd, SpdyStream } from './spdy.ts';
import { translated, type Status } from './status.ts';
import type { WebSocketEnd } from './websocket.ts';

/** Subprotocols of `exec` and `attach`, the newest first. */
export const channelProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'channel.k8s.io'];

const [STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE] = [0, 1, 2, 3, 4, 255];

/** Channels in the messages of a WebSocket: the first byte tells which. */
export function overWebSocket(socket: WebSocketEnd, protocol: string, tty: boolean): Channels {
  const send = (channel: number, data: Buffer) =>
    socket.send(Buffer.concat([Buffer.of(channel), data]));
  const input = createListeners<Buffer>();
  const ended = createListeners<undefined>();
  const resized = createListeners<Buffer>();
  socket.onMessage(({ data }) => {
    const rest = data.subarray(1);
    if (data[0] === STDIN) input.tell(rest);
    else if (data[0] === RESIZE) resized.tell(rest);
    else if (data[0] === CLOSE && rest[0] === STDIN) ended.tell(undefined);
  });
  // The server tells first that it is there: an empty message on each of its channels.
  for (const channel of tty ? [STDOUT, ERROR] : [STDOUT, STDERR, ERROR]) {
    send(channel, Buffer.alloc(0));
  }
  return {
    stdout: (data) => send(STDOUT, data),
    stderr: (data) => send(STDERR, data),
    finish(ended) {
      const plain = protocol === 'channel.k8s.io';
      const status = translated(ended);
      if (!plain || status.status !== 'Success') send(ERROR, errorText(status, plain));
      socket.close();
    },
    onInput: input.add,
    onInputEnd: ended.add,
    onResize: (listener) => resized.add((data) => readSize(data, listener)),
    onClose: socket.onClose,
    waiting: () => socket.waiting,
    pause: socket.pause,
  };
}

function errorText(status: Status, plain: boolean): Buffer {
  return Buffer.from(plain ? (status.message ?? '') : JSON.stringify(status));
}

/** What is needed of the connection below SPDY. */
export interface Carrier {
  waiting(): number;
  pause(paused: boolean): void;
  onClose(listener: () => void): void;
  end(): void;
}

/** Channels as streams of SPDY, gathered until all that are wanted are there. */
export function overSpdy(
  spdy: SpdyEnd,
  carrier: Carrier,
  wanted: readonly string[],
  ready: (channels: Channels) => void,
): void {
  const streams = new Map<string, SpdyStream>();
  const closed = createListeners<undefined>();
  carrier.onClose(() => closed.tell(undefined));
  spdy.onStream((stream) => {
    const type = stream.headers['streamtype'] ?? '';
    if (!wanted.includes(type) || streams.has(type)) return stream.reset();
    streams.set(type, stream);
    if (streams.size < wanted.length) return;
    ready({
      stdout: (data) => streams.get('stdout')?.send(data),
      stderr: (data) => streams.get('stderr')?.send(data),
      finish(status) {
        streams.get('error')?.send(errorText(status, false));
        for (const each of streams.values()) each.finish();
        setTimeout(() => carrier.end(), 200);
      },
      onInput: (listener) => streams.get('stdin')?.onData(listener),
      onInputEnd: (listener) => streams.get('stdin')?.onEnd(listener),
      onResize: (listener) => streams.get('resize')?.onData((data) => readSize(data, listener)),
      onClose: closed.add,
      waiting: carrier.waiting,
      pause: carrier.pause,
    });
  });
}

function readSize(data: Buffer, listener: (columns: number, rows: number) => void): void {
  try {
    const { Width, Height } = JSON.parse(data.toString()) as Record<string, unknown>;
    listener(cells(Width), cells(Height));
  } catch {
    // What is no size changes none.
  }
}

function cells(value: unknown): number {
  return Math.max(10, Math.min(500, Math.floor(Number(value)) || 80));
}

/** Listeners, and what came before there was one. */
function createListeners<T>() {
  const listeners: ((value: T) => void)[] = [];
  const early: T[] = [];
  return {
    tell(value: T) {
      if (listeners.length === 0) early.push(value);
      for (const listener of listeners) listener(value);
    },
    add(listener: (value: T) => void) {
      listeners.push(listener);
      for (const value of early.splice(0)) listener(value);
    },
  };
}
