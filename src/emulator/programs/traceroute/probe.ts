import { isErrno } from '../../host/errno.ts';
import type { Call, Fd, Sys } from '../../host/syscalls.ts';
import type { SocketEvent } from '../../network/api.ts';
import type { Micros } from '../../world/json.ts';
import type { TraceOptions } from './options.ts';

/** A probe of one hop, and what came of it. */
export interface Probe {
  readonly sentAt: Micros;
  readonly fd: Fd | undefined;
  answer?: {
    readonly from: string;
    readonly took: Micros;
    /** `!N` and the like. */
    readonly note: string;
    readonly final: boolean;
  };
  given?: 'up';
}

type Icmp = Extract<SocketEvent, { event: 'icmp' }>;

/** UDP and IP headers, which the packet's length counts. */
const HEADERS = 28;

/** Sends the probe with this number, counted from 0 over all hops. */
export function send(
  sys: Sys,
  options: TraceOptions,
  address: string,
  number: number,
  echo: Fd | undefined,
): Probe {
  const ttl = options.first + Math.floor(number / options.probes);
  const size = Math.max(0, options.length - HEADERS);
  if (options.icmp) {
    const request = { sequence: number + 1, size, ttl };
    if (echo !== undefined) sys.echo(echo, address, request);
    return { sentAt: sys.now, fd: undefined };
  }
  if (options.tcp) {
    const opened = sys.probeTcp({ address, port: options.port }, ttl);
    return { sentAt: sys.now, fd: isErrno(opened) ? undefined : opened };
  }
  const opened = sys.openUdp();
  const fd = isErrno(opened) ? undefined : opened;
  const to = { address, port: options.port + number };
  if (fd !== undefined) sys.sendTo(fd, to, '@'.repeat(size), { ttl });
  return { sentAt: sys.now, fd };
}

/** Waits for the next answer until then and notes it with its probe. */
export function* take(
  sys: Sys,
  probes: readonly Probe[],
  echo: Fd | undefined,
  until: Micros,
  address: string,
): Call<void> {
  const fds =
    echo === undefined ? probes.flatMap(({ fd, answer }) => (answer ? [] : (fd ?? []))) : [echo];
  const [ready] = yield* sys.poll(fds, Math.max(0, until - sys.now));
  if (ready === undefined) return;
  const event = yield* sys.receive(ready, 0);
  if (typeof event === 'string') return;
  const reached = event.event === 'connected' || event.event === 'failed';
  if (event.event !== 'icmp' && !reached) return;
  const sequence = event.event === 'icmp' ? (event.sequence ?? 0) : 0;
  const probe = echo === undefined ? probes.find(({ fd }) => fd === ready) : probes[sequence - 1];
  if (!probe || probe.answer) return;
  const took = sys.now - probe.sentAt;
  probe.answer =
    event.event === 'icmp'
      ? { from: event.from, took, note: noteOf(event), final: isFinal(event) }
      : { from: address, took, note: '', final: true };
  if (probe.fd !== undefined) sys.close(probe.fd);
}

const NOTES: Readonly<Partial<Record<Icmp['kind'], string>>> = {
  'net-unreachable': ' !N',
  'host-unreachable': ' !H',
  'admin-prohibited': ' !X',
  'frag-needed': ' !F',
};

const noteOf = ({ kind }: Icmp) => NOTES[kind] ?? '';
const isFinal = ({ kind }: Icmp) => kind !== 'time-exceeded';
