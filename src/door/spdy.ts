import { constants, createDeflate, createInflate } from 'node:zlib';
import { spdyDictionary } from './spdy-dictionary.ts';

/** One stream that a client has opened. */
export interface SpdyStream {
  readonly id: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  send(data: Buffer): void;
  /** Sends no more. */
  finish(): void;
  reset(): void;
  onData(listener: (data: Buffer) => void): void;
  /** The client sends no more on it. */
  onEnd(listener: () => void): void;
}

/** The server's end of a SPDY/3.1 connection over some channel of bytes. */
export interface SpdyEnd {
  /** Bytes of the client. */
  receive(bytes: Buffer): void;
  onStream(listener: (stream: SpdyStream) => void): void;
  /** The channel is gone: all streams have ended. */
  closed(): void;
}

const [SYN_STREAM, SYN_REPLY, RST_STREAM, PING, GOAWAY, HEADERS] = [1, 2, 3, 6, 7, 8];
const FIN = 1;
/** Bytes of one frame; more ends the connection. */
const LARGEST = 1024 * 1024;
/** Bytes of one data frame of ours. */
const PIECE = 32 * 1024;
const STREAMS = 2_000;

interface Open {
  readonly stream: SpdyStream;
  data: (data: Buffer) => void;
  end: () => void;
  /** What came before anybody listened. */
  early: Buffer[] | undefined;
  ended: boolean;
}

/**
 * Speaks SPDY/3.1 as port-forward and older `exec` use it. `write` takes bytes for the client,
 * `fail` ends the connection. Frames are handled one after another: header blocks share one
 * compressed stream, and its decompression takes a turn of the event loop.
 */
export function createSpdy(write: (bytes: Buffer) => void, fail: () => void): SpdyEnd {
  const streams = new Map<number, Open>();
  const inflate = createInflate({ dictionary: spdyDictionary });
  const deflate = createDeflate({ dictionary: spdyDictionary });
  let onStream: (stream: SpdyStream) => void = () => undefined;
  let buffer: Buffer = Buffer.alloc(0);
  let work = Promise.resolve();
  let over = false;
  const stop = () => {
    if (over) return;
    over = true;
    inflate.close();
    deflate.close();
    for (const open of streams.values()) open.end();
    streams.clear();
  };
  const abort = () => {
    stop();
    fail();
  };
  inflate.on('error', abort);
  const control = (type: number, flags: number, body: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt16BE(0x8003, 0);
    head.writeUInt16BE(type, 2);
    head.writeUInt32BE(((flags << 24) | body.length) >>> 0, 4);
    if (!over) write(Buffer.concat([head, body]));
  };
  const open = async (id: number, flags: number, block: Buffer) => {
    const headers = readHeaders(await through(inflate, block));
    if (over || streams.size >= STREAMS) return abort();
    const made = createStream(id, headers, { control, write: (bytes) => over || write(bytes) });
    streams.set(id, made);
    const reply = Buffer.alloc(4);
    reply.writeUInt32BE(id);
    control(SYN_REPLY, 0, Buffer.concat([reply, await through(deflate, Buffer.alloc(4))]));
    onStream(made.stream);
    if (flags & FIN) ended(made);
  };
  const handle = async (head: Buffer, body: Buffer): Promise<void> => {
    const flags = head[4] as number;
    if ((head[0] as number) < 0x80) {
      const found = streams.get(head.readUInt32BE(0));
      if (found && body.length > 0) {
        if (found.early) found.early.push(body);
        else found.data(body);
      }
      if (found && flags & FIN) ended(found);
      return;
    }
    const id = body.length >= 4 ? body.readUInt32BE(0) & 0x7fffffff : 0;
    switch (head.readUInt16BE(2)) {
      case SYN_STREAM:
        return open(id, flags, body.subarray(10));
      case HEADERS:
        await through(inflate, body.subarray(4));
        return;
      case RST_STREAM: {
        const found = streams.get(id);
        streams.delete(id);
        if (found) ended(found);
        return;
      }
      case PING:
        return control(PING, 0, body);
      case GOAWAY:
        return abort();
      default:
    }
  };
  return {
    receive(bytes) {
      buffer = buffer.length === 0 ? bytes : Buffer.concat([buffer, bytes]);
      while (buffer.length >= 8 && !over) {
        const length = buffer.readUInt32BE(4) & 0xffffff;
        if (length > LARGEST) return abort();
        if (buffer.length < 8 + length) return;
        const [head, body] = [buffer.subarray(0, 8), buffer.subarray(8, 8 + length)];
        buffer = buffer.subarray(8 + length);
        work = work.then(() => (over ? undefined : handle(head, body))).catch(abort);
      }
    },
    onStream: (listener) => void (onStream = listener),
    closed: stop,
  };
}

function ended(open: Open): void {
  if (open.ended) return;
  open.ended = true;
  open.end();
}

interface Out {
  control(type: number, flags: number, body: Buffer): void;
  write(bytes: Buffer): void;
}

function createStream(id: number, headers: Record<string, string>, out: Out): Open {
  let finished = false;
  const data = (flags: number, bytes: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id, 0);
    head.writeUInt32BE(((flags << 24) | bytes.length) >>> 0, 4);
    out.write(Buffer.concat([head, bytes]));
  };
  const stream: SpdyStream = {
    id,
    headers,
    send(bytes) {
      for (let at = 0; at < bytes.length && !finished; at += PIECE) {
        data(0, bytes.subarray(at, at + PIECE));
      }
    },
    finish() {
      if (!finished) data(FIN, Buffer.alloc(0));
      finished = true;
    },
    reset() {
      finished = true;
      const body = Buffer.alloc(8);
      body.writeUInt32BE(id, 0);
      body.writeUInt32BE(5, 4);
      out.control(RST_STREAM, 0, body);
    },
    onData(listener) {
      made.data = listener;
      const early = made.early ?? [];
      made.early = undefined;
      for (const each of early) listener(each);
    },
    onEnd(listener) {
      made.end = listener;
      if (made.ended) listener();
    },
  };
  const made: Open = {
    stream,
    data: () => undefined,
    end: () => undefined,
    early: [],
    ended: false,
  };
  return made;
}

/** One block through a compressor that remembers the blocks before. */
function through(
  transform: ReturnType<typeof createInflate> | ReturnType<typeof createDeflate>,
  block: Buffer,
): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const take = (part: Buffer) => void parts.push(part);
    transform.on('data', take);
    transform.write(block, () =>
      transform.flush(constants.Z_SYNC_FLUSH, () => {
        transform.off('data', take);
        resolve(Buffer.concat(parts));
      }),
    );
  });
}

function readHeaders(block: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  if (block.length < 4) return headers;
  let at = 4;
  const text = () => {
    const length = block.readUInt32BE(at);
    at += 4 + length;
    return block.toString('utf8', at - length, at);
  };
  for (let left = block.readUInt32BE(0); left > 0; left -= 1) {
    const name = text().toLowerCase();
    headers[name] = text();
  }
  return headers;
}
