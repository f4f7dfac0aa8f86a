import { bytesOf, createDecoder } from './bytes.ts';
import type { DoorParts } from './parts.ts';
import type { SpdyEnd, SpdyStream } from './spdy.ts';

/** Subprotocol inside the SPDY connection, and its name where a WebSocket carries that. */
export const forwardProtocol = 'portforward.k8s.io';
export const tunnelProtocol = `SPDY/3.1+${forwardProtocol}`;

/**
 * Serves `port-forward`: for each connection of the client a stream for errors and one for data,
 * which belong together by their `requestID`. The data goes to the pod's own loopback.
 */
export function servePortForward(parts: DoorParts, pod: string, spdy: SpdyEnd): void {
  const errors = new Map<string, SpdyStream>();
  spdy.onStream((stream) => {
    const { streamtype, requestid = '', port = '' } = stream.headers;
    if (streamtype === 'error') errors.set(requestid, stream);
    else if (streamtype === 'data') {
      const error = errors.get(requestid);
      errors.delete(requestid);
      forward(parts, pod, Number(port), stream, error);
    } else stream.reset();
  });
}

function forward(
  { cluster, pace }: DoorParts,
  pod: string,
  port: number,
  data: SpdyStream,
  error: SpdyStream | undefined,
): void {
  let connected = false;
  let over = false;
  const refuse = (why: string) => {
    error?.send(
      Buffer.from(
        `an error occurred forwarding ${port} -> ${port}: error forwarding port ${port} to pod ` +
          `${sandboxOf(cluster.world.chance.hex(`sandbox ${pod}`, 64))}, uid : ${why}`,
      ),
    );
    end();
  };
  const end = () => {
    if (over) return;
    over = true;
    pace.waits(-1);
    error?.finish();
    data.finish();
  };
  pace.waits(1);
  pace.catchUp();
  const connection = cluster.outside.forward(pod, port, {
    connected: () => void (connected = true),
    data: (text) => data.send(bytesOf(text)),
    ended(errno) {
      if (connected || errno === undefined) return end();
      refuse(
        `failed to connect to localhost:${port} inside namespace, ` +
          `IPv4: dial tcp4 127.0.0.1:${port}: ${reasonOf(errno)} `,
      );
    },
  });
  if (!connection) return refuse('network namespace for sandbox is closed');
  const decode = createDecoder();
  data.onData((bytes) => {
    if (over) return;
    connection.send(decode(bytes));
    pace.catchUp();
  });
  data.onEnd(() => {
    if (!over) connection.shutdown();
    pace.catchUp();
  });
  pace.catchUp();
}

const sandboxOf = (id: string) => id;

function reasonOf(errno: string): string {
  return errno === 'ECONNREFUSED' ? 'connect: connection refused' : 'i/o timeout';
}
