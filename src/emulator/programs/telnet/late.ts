import { isErrno, strerror } from '../../host/errno.ts';
import { gaiText, getaddrinfo } from '../../host/resolver/getaddrinfo.ts';
import type { Call, Fd, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { servicePort } from '../../network/netfilter/iptables/names.ts';

/** telnet: a connection, and lines to and fro. */
const program: ProgramCode = {
  run,
};

export default program;

const TELNET = 23;

function* run(argv: readonly string[], sys: Sys): Process {
  const words = argv.slice(1);
  const option = words.find((word) => word.startsWith('-'));
  if (option !== undefined) {
    yield* sys.write(2, `telnet: ${option} is not modelled here\n`);
    return 2;
  }
  const [host, service = String(TELNET)] = words;
  if (host === undefined) {
    yield* sys.write(2, 'telnet: the command mode is not modelled here\n');
    return 2;
  }
  const port = /^\d+$/.test(service) ? Number(service) : servicePort(service);
  const found = port === undefined ? undefined : yield* getaddrinfo(sys, host);
  if (!found?.ok || port === undefined) {
    const about = port === undefined ? 'Servname not supported for ai_socktype' : undefined;
    const why = about ?? (found && !found.ok ? gaiText[found.why] : '');
    yield* sys.write(2, `telnet: could not resolve ${host}/${service}: ${why}\n`);
    return 1;
  }
  for (const address of found.addresses) {
    yield* sys.write(1, `Trying ${address}...\n`);
    const fd = yield* sys.connect({ address, port });
    if (!isErrno(fd)) {
      yield* sys.write(1, `Connected to ${host}.\nEscape character is '^]'.\n`);
      return yield* converse(sys, fd);
    }
    yield* sys.write(2, `telnet: Unable to connect to remote host: ${strerror(fd)}\n`);
  }
  return 1;
}

function* converse(sys: Sys, fd: Fd): Call<number> {
  for (;;) {
    const ready = yield* sys.poll([0, fd]);
    if (ready.includes(0)) {
      const text = yield* sys.read(0);
      if (text === null || isErrno(text)) {
        yield* sys.write(1, 'Connection closed.\n');
        return 0;
      }
      yield* sys.write(fd, text.replaceAll(/\r?\n/g, '\r\n'));
    }
    if (!ready.includes(fd)) continue;
    const text = yield* sys.read(fd);
    if (text === null || isErrno(text)) {
      yield* sys.write(1, 'Connection closed by foreign host.\n');
      return 1;
    }
    yield* sys.write(1, text);
  }
}
