import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** One message of a client. */
export interface Message {
  readonly binary: boolean;
  readonly data: Buffer;
}

/** The server's end of a WebSocket (RFC 6455). */
export interface WebSocketEnd {
  send(data: Buffer | string): void;
  close(code?: number): void;
  onMessage(listener: (message: Message) => void): void;
  onClose(listener: () => void): void;
  /** Bytes that the client has not taken yet. */
  readonly waiting: number;
  /** Takes no more from the client until told otherwise. */
  pause(paused: boolean): void;
}

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Bytes of one message; more ends the connection. */
const LARGEST = 4 * 1024 * 1024;
const PING_MILLIS = 30_000;

/** The subprotocols that a client offers, in its order. */
export function offeredProtocols({ headers }: IncomingMessage): string[] {
  const text = headers['sec-websocket-protocol'] ?? '';
  return text.split(',').map((each) => each.trim());
}

/** Answers the handshake. undefined: what came is none, and the connection is closed. */
export function acceptWebSocket(
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string | undefined,
): WebSocketEnd | undefined {
  const key = incoming.headers['sec-websocket-key'];
  if (incoming.headers['sec-websocket-version'] !== '13' || !key) {
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    return undefined;
  }
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\n` +
      (protocol ? `Sec-WebSocket-Protocol: ${protocol}\r\n\r\n` : '\r\n'),
  );
  return createEnd(socket, head);
}

function createEnd(socket: Duplex, head: Buffer): WebSocketEnd {
  let onMessage: (message: Message) => void = () => undefined;
  const closers: (() => void)[] = [];
  let over = false;
  const gone = () => {
    if (over) return;
    over = true;
    clearInterval(ping);
    for (const closer of closers) closer();
  };
  const frame = (opcode: number, data: Buffer) => {
    if (!over && socket.writable) socket.write(frameOf(opcode, data));
  };
  const close = (code = 1000) => {
    if (over) return;
    const body = Buffer.alloc(2);
    body.writeUInt16BE(code);
    frame(8, body);
    socket.end();
    gone();
  };
  const ping = setInterval(() => frame(9, Buffer.alloc(0)), PING_MILLIS);
  const read = createReader({
    message: (message) => onMessage(message),
    ping: (data) => frame(10, data),
    close,
  });
  socket.on('data', read);
  socket.on('error', () => socket.destroy());
  socket.on('end', () => close());
  socket.on('close', gone);
  if (head.length > 0) queueMicrotask(() => read(head));
  return {
    send: (data) => (typeof data === 'string' ? frame(1, Buffer.from(data)) : frame(2, data)),
    close,
    onMessage: (listener) => void (onMessage = listener),
    onClose: (listener) => void closers.push(listener),
    get waiting() {
      return socket.writableLength;
    },
    pause: (paused) => void (paused ? socket.pause() : socket.resume()),
  };
}

function frameOf(opcode: number, data: Buffer): Buffer {
  const { length } = data;
  const size = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const head = Buffer.alloc(size);
  head[0] = 0x80 | opcode;
  head[1] = size === 2 ? length : size === 4 ? 126 : 127;
  if (size === 4) head.writeUInt16BE(length, 2);
  if (size === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, data]);
}

interface Handlers {
  message(message: Message): void;
  ping(data: Buffer): void;
  close(code?: number): void;
}

/** Puts frames together from pieces of bytes. */
function createReader(handlers: Handlers): (piece: Buffer) => void {
  let buffer: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let binary = false;
  const take = (): boolean => {
    if (buffer.length < 2) return false;
    const [first, second] = [buffer[0] as number, buffer[1] as number];
    const short = second & 0x7f;
    const wide = short === 126 ? 2 : short === 127 ? 8 : 0;
    const start = 2 + wide + 4;
    if (buffer.length < start) return false;
    const length =
      wide === 0 ? short : wide === 2 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
    // A client's frames are masked, and of a size that is to be kept in memory.
    if ((second & 0x80) === 0 || length > LARGEST) return (handlers.close(1002), false);
    if (buffer.length < start + length) return false;
    const data = Buffer.from(buffer.subarray(start, start + length));
    for (let at = 0; at < length; at += 1) {
      data[at] = (data[at] as number) ^ (buffer[start - 4 + (at % 4)] as number);
    }
    buffer = buffer.subarray(start + length);
    dispatch(first & 0x0f, (first & 0x80) !== 0, data);
    return true;
  };
  const dispatch = (opcode: number, last: boolean, data: Buffer) => {
    if (opcode === 8) return handlers.close();
    if (opcode === 9) return handlers.ping(data);
    if (opcode === 10) return;
    if (opcode !== 0) {
      parts = [];
      binary = opcode === 2;
    }
    parts.push(data);
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    if (size > LARGEST) return handlers.close(1009);
    if (!last) return;
    const whole = parts.length === 1 ? data : Buffer.concat(parts);
    parts = [];
    handlers.message({ binary, data: whole });
  };
  return (piece) => {
    buffer = buffer.length === 0 ? piece : Buffer.concat([buffer, piece]);
    while (take());
  };
}
