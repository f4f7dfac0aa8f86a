import { isErrno, strerror } from '../../host/errno.ts';
import { gaiText, getaddrinfo, getnameinfo, isIPv4 } from '../../host/resolver/getaddrinfo.ts';
import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { serviceName, servicePort } from '../../network/netfilter/iptables/names.ts';
import { parseFlags, usage, type Flags } from './flags.ts';
import { pump } from './pump.ts';

/** nc of OpenBSD as Debian packs it (netcat-openbsd 1.219). */
const program: ProgramCode = {
  run,
};

export default program;

function* run(argv: readonly string[], sys: Sys): Process {
  const parsed = parseFlags(argv.slice(1));
  if ('said' in parsed) {
    yield* sys.write(2, parsed.said);
    return parsed.code;
  }
  const { flags, rest } = parsed;
  if (flags.listen) return yield* listen(sys, flags, rest);
  const [host, ports] = rest;
  if (host === undefined || ports === undefined || rest.length > 2) {
    yield* sys.write(2, usage);
    return 1;
  }
  const range = portsOf(ports);
  if (typeof range === 'string') {
    const unknown =
      `getaddrinfo for host "${host}" port ${ports}: Servname not ` + 'supported for ai_socktype';
    yield* sys.write(2, `nc: ${range === 'unknown' ? unknown : range}\n`);
    return 1;
  }
  let code = 1;
  for (const port of range) {
    const reached = yield* reach(sys, flags, host, port);
    if (reached === 'no host') return 1;
    if (reached === undefined) continue;
    code = 0;
    if (!flags.scan) {
      if (flags.udp) yield* pumpUdp(sys, flags, reached);
      else code = yield* pump(sys, reached.fd, flags);
      sys.close(reached.fd);
      break;
    }
    sys.close(reached.fd);
  }
  return code;
}

/** `80`, `http`, `8078-8082`, `80,443`. */
function portsOf(text: string): readonly number[] | string {
  const number = (word: string): number | string => {
    if (!/^\d+$/.test(word)) return servicePort(word) ?? 'unknown';
    if (Number(word) > 65_535) return `port number too large: ${word}`;
    return Number(word) < 1 ? `port number too small: ${word}` : Number(word);
  };
  const [from = '', to] = /^\d+-\d+$/.test(text) ? text.split('-') : [text];
  const low = number(from);
  const high = to === undefined ? low : number(to);
  if (typeof low === 'string') return low;
  if (typeof high === 'string') return high;
  const [first, last] = low <= high ? [low, high] : [high, low];
  return Array.from({ length: last - first + 1 }, (_each, index) => first + index);
}

interface Reached {
  readonly fd: number;
  readonly address: string;
  readonly port: number;
}

function* reach(
  sys: Sys,
  flags: Flags,
  host: string,
  port: number,
): Call<Reached | undefined | 'no host'> {
  const found =
    flags.numeric && !isIPv4(host)
      ? ({ ok: false, why: 'not-found' } as const)
      : yield* getaddrinfo(sys, host, flags.family);
  if (!found.ok) {
    yield* sys.write(2, `nc: getaddrinfo for host "${host}" port ${port}: ${gaiText[found.why]}\n`);
    return 'no host';
  }
  const kind = flags.udp ? 'udp' : 'tcp';
  for (const address of found.addresses) {
    const shown = address === host ? host : `${host} (${address})`;
    const opened = flags.udp
      ? yield* probeUdp(sys, flags, { address, port })
      : yield* connect(sys, flags, { address, port });
    if (!isErrno(opened)) {
      const service = flags.numeric ? '*' : (serviceName(port, kind) ?? '*');
      const told = `Connection to ${shown} ${port} port [${kind}/${service}] succeeded!\n`;
      if (flags.verbose) yield* sys.write(2, told);
      return { fd: opened, address, port };
    }
    const late = opened === 'ETIMEDOUT' && flags.wait !== undefined;
    const why = late ? 'timed out: Operation now in progress' : `failed: ${strerror(opened)}`;
    if (flags.verbose)
      yield* sys.write(2, `nc: connect to ${shown} port ${port} (${kind}) ${why}\n`);
  }
  return undefined;
}

function connect(sys: Sys, flags: Flags, to: { address: string; port: number }) {
  const from = {
    ...(flags.source && { address: flags.source }),
    ...(flags.sourcePort && { port: flags.sourcePort }),
  };
  return sys.connect(to, { ...(flags.wait !== undefined && { timeout: flags.wait }), from });
}

/** With `-z` four datagrams tell whether somebody says "port unreachable". */
function* probeUdp(sys: Sys, flags: Flags, to: { address: string; port: number }) {
  const fd = sys.openUdp(flags.sourcePort ? { port: flags.sourcePort } : {});
  if (isErrno(fd) || !(flags.scan || flags.verbose)) return fd;
  for (let i = 0; i < 4; i++) {
    const failed = sys.sendTo(fd, to, 'X');
    if (failed) return failed;
  }
  const event = yield* sys.receive(fd, 1_000);
  const refused =
    typeof event !== 'string' && event.event === 'icmp' && event.kind === 'port-unreachable';
  return refused ? ('ECONNREFUSED' as const) : fd;
}

function* pumpUdp(sys: Sys, flags: Flags, { fd, address, port }: Reached): Call<void> {
  let open = true;
  for (;;) {
    const ready = yield* sys.poll(open ? [0, fd] : [fd], flags.wait);
    if (ready.length === 0) return;
    if (ready.includes(0)) {
      const text = yield* sys.read(0);
      if (text === null || isErrno(text)) open = false;
      else sys.sendTo(fd, { address, port }, text);
    }
    if (!ready.includes(fd)) continue;
    const event = yield* sys.receive(fd);
    if (typeof event === 'string') return;
    if (event.event === 'datagram') yield* sys.write(1, event.payload);
    else if (event.event === 'icmp' && event.kind === 'port-unreachable') return;
  }
}

function* listen(sys: Sys, flags: Flags, rest: readonly string[]): Call<number> {
  const port = Number(rest.at(-1) ?? flags.sourcePort);
  if (!(port > 0)) {
    yield* sys.write(2, usage);
    return 1;
  }
  const address = rest.length > 1 ? (rest[0] as string) : (flags.source ?? '0.0.0.0');
  const fd = flags.udp ? sys.openUdp({ address, port }) : sys.listen({ address, port }, 1);
  if (isErrno(fd)) {
    yield* sys.write(2, `nc: ${strerror(fd)}\n`);
    return 1;
  }
  const word = flags.udp ? 'Bound' : 'Listening';
  if (flags.verbose) yield* sys.write(2, `${word} on ${address} ${port}\n`);
  sys.setPace('stream');
  if (flags.udp) return yield* listenUdp(sys, flags, fd);
  do {
    const accepted = yield* sys.accept(fd);
    if (isErrno(accepted)) return 1;
    const { peer } = accepted;
    if (flags.verbose) {
      const name = flags.numeric ? undefined : yield* getnameinfo(sys, peer.address);
      yield* sys.write(2, `Connection received on ${name ?? peer.address} ${peer.port}\n`);
    }
    yield* pump(sys, accepted.fd, flags);
    sys.close(accepted.fd);
  } while (flags.keep);
  return 0;
}

/** The first datagram makes its sender the peer. */
function* listenUdp(sys: Sys, flags: Flags, fd: number): Call<number> {
  const event = yield* sys.receive(fd);
  if (typeof event === 'string' || event.event !== 'datagram') return 1;
  const { address, port } = event.from;
  if (flags.verbose) yield* sys.write(2, `Connection received on ${address} ${port}\n`);
  yield* sys.write(1, event.payload);
  yield* pumpUdp(sys, flags, { fd, address, port });
  return 0;
}
