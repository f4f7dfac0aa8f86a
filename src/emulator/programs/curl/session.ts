import type { Call, Fd, Sys } from '../../host/syscalls.ts';
import type { TlsSession } from '../../host/tls/client.ts';
import type { Micros } from '../../world/json.ts';
import { METER_HEAD, meterLine, waitedLines, type Progress } from './meter.ts';
import type { Settings } from './settings.ts';
import type { Url } from './url.ts';

/** A connection that is kept for further requests to the same place. */
export interface Connection {
  readonly fd: Fd;
  readonly number: number;
  readonly host: string;
  readonly port: number;
  readonly address: string;
  readonly scheme: string;
  /** What secures it, for https. */
  readonly tls?: TlsSession;
}

/** What one run of curl has in hand; lives as long as the process. */
export interface Session {
  readonly sys: Sys;
  readonly settings: Settings;
  /** Addresses that `--resolve` put into the DNS cache, and those looked up. */
  readonly cache: Map<string, readonly string[]>;
  readonly connections: Connection[];
  connectionCount: number;
  /** Whether the progress meter is shown in this transfer. */
  meter: boolean;
  meterHeadShown: boolean;
  meterAt: Micros;
  /** Whether the note on data not shown was given since the last other line. */
  dataNoted: boolean;
  /** Session tickets that came, and the result of the last verification. */
  tickets: number;
  verifyResult: number;
  /** Streams of HTTP/2 so far, and connections whose settings were told of. */
  streams: number;
  readonly settled: Set<number>;
}

/** Times of a transfer, counted from its start, and what it counted; for `-w`. */
export interface Figures {
  start: Micros;
  looked: Micros;
  connected: Micros;
  secured: Micros;
  pretransfer: Micros;
  first: Micros;
  end: Micros;
  redirect: Micros;
  redirects: number;
  connects: number;
  headerSize: number;
  requestSize: number;
  uploaded: number;
  downloaded: number;
  expected: number | undefined;
  toSend: number;
  status: number;
  contentType: string;
  redirectUrl: string;
  remote: { readonly address: string; readonly port: number } | undefined;
  local: { readonly address: string; readonly port: number } | undefined;
  method: string;
  url: string;
  version: string;
}

/** How a transfer failed: curl's exit code and text. */
export interface Failure {
  readonly code: number;
  readonly text: string;
  /** It was said already, whatever `-s` wants. */
  readonly told?: boolean;
  /** What is said below it. */
  readonly more?: string;
  /** The session that has to be ended. */
  readonly after?: TlsSession;
}

export const has = ({ settings }: Session, flag: string): boolean => settings.flags.has(flag);

/** A `*` line of `-v`. */
export function* note(session: Session, text: string): Call<void> {
  if (!has(session, 'verbose')) return;
  session.dataNoted = false;
  yield* session.sys.write(2, `* ${text}\n`);
}

/** Header lines of `-v`, sent (`>`) or received (`<`); they keep their carriage returns. */
export function* traceHeader(session: Session, sign: '>' | '<', lines: readonly string[]) {
  if (!has(session, 'verbose')) return;
  session.dataNoted = false;
  yield* session.sys.write(2, lines.map((line) => `${sign} ${line}\r\n`).join(''));
}

/** `{ [21 bytes data]`: told instead of data that a terminal would show anyway. */
export function* traceData(session: Session, sign: '{' | '}', bytes: number): Call<void> {
  if (!has(session, 'verbose') || session.dataNoted) return;
  if (session.sys.isTerminal(1) && session.settings.outputs.length === 0) return;
  session.dataNoted = true;
  yield* session.sys.write(2, `${sign} [${bytes} bytes data]\n`);
}

/** Head and first line of the meter. */
export function* startMeter(session: Session): Call<void> {
  session.meterAt = session.sys.now;
  if (!session.meter) return;
  const head = session.meterHeadShown ? '' : METER_HEAD;
  session.meterHeadShown = true;
  yield* session.sys.write(2, head + meterLine({ elapsed: 0, received: 0, sent: 0, toSend: 0 }));
}

/** Last line of the meter, with those of the seconds that were waited. */
export function* endMeter(session: Session, progress: Progress): Call<void> {
  if (!session.meter) return;
  yield* session.sys.write(2, `${waitedLines(0, progress.elapsed)}${meterLine(progress)}\n`);
}

export function newFigures(now: Micros, url: Url, text: string, method: string): Figures {
  return {
    start: now,
    looked: 0,
    connected: 0,
    secured: 0,
    pretransfer: 0,
    first: 0,
    end: 0,
    redirect: 0,
    redirects: 0,
    connects: 0,
    headerSize: 0,
    requestSize: 0,
    uploaded: 0,
    downloaded: 0,
    expected: undefined,
    toSend: 0,
    status: 0,
    contentType: '',
    redirectUrl: '',
    remote: undefined,
    local: undefined,
    method,
    url: text,
    version: url.scheme === 'http' ? '0' : '0',
  };
}
