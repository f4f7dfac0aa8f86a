import type { Endpoint } from '../../network/api.ts';
import type { Micros } from '../../world/json.ts';
import { isErrno } from '../errno.ts';
import type { Call, Fd, Sys } from '../syscalls.ts';
import { decodeDns, encodeDns, type DnsMessage } from './message.ts';
import { wireSize } from './wire-size.ts';

/** Why a server gave no answer. `unreachable`: an ICMP error that only some clients listen to. */
export type NoAnswer = 'timeout' | 'refused' | 'unreachable' | 'closed';

/** Sends a message in one datagram; gives what `sendto` failed with. */
export function sendDns(sys: Sys, fd: Fd, to: Endpoint, message: DnsMessage) {
  const size = message.size ?? wireSize(message);
  return sys.sendTo(fd, to, encodeDns({ ...message, size }), { size });
}

/**
 * Sends questions from one socket and waits for all answers, at most so long. `heedIcmp`: also
 * "net unreachable" and the like end the wait, as with IP_RECVERR.
 */
export function* exchange(
  sys: Sys,
  server: Endpoint,
  questions: readonly DnsMessage[],
  timeout: Micros,
  heedIcmp = false,
): Call<readonly DnsMessage[] | NoAnswer> {
  const fd = sys.openUdp();
  if (isErrno(fd)) return 'unreachable';
  try {
    for (const question of questions) {
      const failed = sendDns(sys, fd, server, question);
      if (failed === 'ECONNREFUSED') return 'refused';
      if (failed === 'EPERM') continue;
      if (failed) return 'unreachable';
    }
    return yield* collect(sys, fd, questions, sys.now + timeout, heedIcmp);
  } finally {
    sys.close(fd);
  }
}

function* collect(
  sys: Sys,
  fd: Fd,
  questions: readonly DnsMessage[],
  until: Micros,
  heedIcmp: boolean,
): Call<readonly DnsMessage[] | NoAnswer> {
  const answers = new Map<number, DnsMessage>();
  while (answers.size < questions.length) {
    const left = until - sys.now;
    if (left <= 0) break;
    const event = yield* sys.receive(fd, left);
    if (typeof event === 'string') break;
    if (event.event === 'icmp') {
      if (event.kind === 'port-unreachable') return 'refused';
      if (event.kind === 'admin-prohibited' || heedIcmp) return 'unreachable';
      continue;
    }
    if (event.event === 'failed') return event.errno === 'ECONNREFUSED' ? 'refused' : 'unreachable';
    if (event.event !== 'datagram') continue;
    const message = decodeDns(event.payload);
    const asked = questions.find((each) => each.id === message?.id);
    if (message?.response && asked) answers.set(message.id, message);
  }
  const known = questions.flatMap(({ id }) => answers.get(id) ?? []);
  return known.length > 0 ? known : 'timeout';
}

/** Asks over TCP: one connection, the questions one after the other. */
export function* exchangeTcp(
  sys: Sys,
  server: Endpoint,
  questions: readonly DnsMessage[],
  timeout: Micros,
): Call<readonly DnsMessage[] | NoAnswer> {
  const until = sys.now + timeout;
  const fd = yield* sys.connect(server, { timeout });
  if (isErrno(fd)) {
    if (fd === 'ETIMEDOUT') return 'timeout';
    return fd === 'ECONNREFUSED' ? 'refused' : 'unreachable';
  }
  try {
    const lines = questions.map((each) => encodeDns({ ...each, size: wireSize(each) }));
    yield* sys.write(fd, lines.map((line) => `${line}\n`).join(''));
    const answers: DnsMessage[] = [];
    let buffer = '';
    while (answers.length < questions.length) {
      const piece = yield* sys.read(fd, Math.max(1, until - sys.now));
      if (piece === 'EAGAIN') return answers.length > 0 ? answers : 'timeout';
      if (piece === null || isErrno(piece)) return answers.length > 0 ? answers : 'closed';
      const whole = (buffer + piece).split('\n');
      buffer = whole.pop() ?? '';
      answers.push(...whole.flatMap((line) => decodeDns(line) ?? []));
    }
    return answers;
  } finally {
    sys.close(fd);
  }
}
