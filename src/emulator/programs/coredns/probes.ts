import { isErrno } from '../../host/errno.ts';
import { sendDns } from '../../host/resolver/exchange.ts';
import { decodeDns, makeQuestion } from '../../host/resolver/message.ts';
import type { DaemonMessage, DaemonSys } from '../../host/syscalls.ts';
import type { Json } from '../../world/json.ts';

/** A server that forward asks again and again until it answers. Durations in microseconds. */
interface Probe {
  readonly [name: string]: Json;
  readonly address: string;
  readonly port: number;
  readonly healthCheck: number;
  readonly healthDomain: string;
  readonly healthRecursion: boolean;
  readonly fails: number;
}

const TIMEOUT = 1_000_000;

const nameOf = ({ address, port }: Probe) => `${address}:${port}`;

/** Begins to check a server that a query found silent (proxy/health.go). */
export function startProbe(sys: DaemonSys, name: string, target: Json): void {
  sys.remember(name, undefined);
  const probe: Probe = { ...(target as unknown as Probe), fails: 0 };
  if (sys.memory(`health/${nameOf(probe)}`)) return;
  send(sys, probe);
}

function send(sys: DaemonSys, probe: Probe): void {
  const name = nameOf(probe);
  sys.remember(`health/${name}`, probe);
  const fd = sys.openUdp();
  if (isErrno(fd)) return;
  const id = sys.chance.integer(`probe/${name}/${sys.now}`, 65_536);
  const question = makeQuestion(id, probe.healthDomain, 'NS', {
    recursionDesired: probe.healthRecursion,
  });
  sendDns(sys, fd, probe, question);
  sys.remember(`probing/${fd}`, name);
  sys.setTimer(`probe/${name}`, TIMEOUT, { fd });
}

/** Whether a datagram or an ICMP message belonged to a check. */
export function takeProbeAnswer(
  sys: DaemonSys,
  message: DaemonMessage & { readonly type: 'socket' },
): boolean {
  const name = sys.memory<string>(`probing/${message.fd}`);
  if (name === undefined) return false;
  if (message.event === 'datagram' && decodeDns(message.payload)?.response) {
    end(sys, message.fd, name);
    sys.remember(`health/${name}`, undefined);
  } else if (message.event === 'icmp' && message.kind === 'port-unreachable') {
    end(sys, message.fd, name);
    fail(sys, name);
  }
  return true;
}

function end(sys: DaemonSys, fd: number, name: string): void {
  sys.cancelTimer(`probe/${name}`);
  sys.remember(`probing/${fd}`, undefined);
  sys.close(fd);
}

function fail(sys: DaemonSys, name: string): void {
  const probe = sys.memory<Probe>(`health/${name}`);
  if (!probe) return;
  sys.remember(`health/${name}`, { ...probe, fails: probe.fails + 1 });
  sys.setTimer(`probe/${name}`, probe.healthCheck);
}

/** Either a check had no answer in time, or the pause between two checks is over. */
export function onProbeTimer(sys: DaemonSys, timer: string): void {
  const name = timer.slice('probe/'.length);
  const open = sys.memories('probing/').find(([, value]) => value === name);
  if (open) {
    end(sys, Number(open[0].slice('probing/'.length)), name);
    fail(sys, name);
    return;
  }
  const probe = sys.memory<Probe>(`health/${name}`);
  if (probe) send(sys, probe);
}
