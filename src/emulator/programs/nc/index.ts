import { isErrno, strerror } from '../../host/errno.ts';
import { gaiText, getaddrinfo } from '../../host/resolver/getaddrinfo.ts';
import type { Call, Process, Program, Sys } from '../../host/syscalls.ts';

/** nc of OpenBSD: `-z -v -w -n -l -k -u`. */
const program: Program = { name: 'nc', paths: ['/usr/bin/nc'], run };

export default program;

interface Flags {
  scan: boolean;
  verbose: boolean;
  numeric: boolean;
  listen: boolean;
  keep: boolean;
  udp: boolean;
  wait: number | undefined;
}

function* run(argv: readonly string[], sys: Sys): Process {
  const flags: Flags = {
    scan: false,
    verbose: false,
    numeric: false,
    listen: false,
    keep: false,
    udp: false,
    wait: undefined,
  };
  const rest: string[] = [];
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i] as string;
    if (!/^-./.test(word)) {
      rest.push(word);
      continue;
    }
    for (const [at, letter] of Array.from(word.slice(1)).entries()) {
      if (letter === 'w') {
        flags.wait = Number(word.slice(at + 2) || argv[++i]) * 1_000_000;
        break;
      }
      const name = (
        {
          z: 'scan',
          v: 'verbose',
          n: 'numeric',
          l: 'listen',
          k: 'keep',
          u: 'udp',
          N: 'numeric',
          '4': 'numeric',
        } as const
      )[letter];
      if (!name) {
        const known = 'bCDdFhIiMmNOPpqRrSsTtUVWXxZ6'.includes(letter);
        yield* sys.write(
          2,
          known
            ? `nc: -${letter} is not modelled here\n`
            : `nc: invalid option -- '${letter}'\nusage: nc ` +
                '[-46CDdFhklNnrStUuvZz] [destination] [port]\n',
        );
        return known ? 2 : 1;
      }
      if (letter !== 'N' && letter !== '4') flags[name] = true;
    }
  }
  if (flags.listen) return yield* listen(sys, flags, Number(rest.at(-1)));
  const [host, ports] = rest;
  if (host === undefined || ports === undefined) {
    yield* sys.write(2, 'usage: nc [-46CDdFhklNnrStUuvZz] [destination] [port]\n');
    return 1;
  }
  const [from = '', to = from] = ports.split('-');
  let code = 1;
  for (let port = Number(from); port <= Number(to); port++) {
    if ((yield* one(sys, flags, host, port)) === 0) code = 0;
  }
  return code;
}

function* one(sys: Sys, flags: Flags, host: string, port: number): Call<number> {
  const found = yield* getaddrinfo(sys, host, 'v4');
  if (!found.ok) {
    const why = gaiText[found.why];
    yield* sys.write(2, `nc: getaddrinfo for host "${host}" port ${port}: ${why}\n`);
    return 1;
  }
  const address = found.addresses[0] as string;
  const shown = address === host ? `${host} ${port} port` : `${host} (${address}) ${port} port`;
  if (flags.udp) {
    yield* sys.write(2, 'nc: -u is not modelled here\n');
    return 2;
  }
  const fd = yield* sys.connect(
    { address, port },
    flags.wait === undefined ? {} : { timeout: flags.wait },
  );
  if (isErrno(fd)) {
    const why =
      fd === 'ETIMEDOUT' && flags.wait !== undefined
        ? 'timed out: Operation now in progress'
        : `failed: ${strerror(fd)}`;
    if (flags.verbose || !flags.scan)
      yield* sys.write(
        2,
        `nc: connect to ${shown} (tcp) ${why}\n`
          .replace(' port (tcp)', ' port ' + port + ' (tcp)')
          .replace(`${port} port ${port}`, `port ${port}`),
      );
    return 1;
  }
  if (flags.verbose) yield* sys.write(2, `Connection to ${shown} [tcp/*] succeeded!\n`);
  if (!flags.scan) yield* pump(sys, fd);
  sys.close(fd);
  return 0;
}

/** Standard input to the peer, the peer's answer to standard output. */
function* pump(sys: Sys, fd: number): Call<void> {
  for (;;) {
    const ready = yield* sys.poll([0, fd]);
    if (ready.includes(0)) {
      const text = yield* sys.read(0);
      if (text === null || isErrno(text)) {
        sys.shutdown(fd);
        break;
      }
      yield* sys.write(fd, text);
    }
    if (ready.includes(fd)) {
      const text = yield* sys.read(fd);
      if (text === null || isErrno(text)) return;
      yield* sys.write(1, text);
    }
  }
  for (let text = yield* sys.read(fd); text !== null && !isErrno(text); text = yield* sys.read(fd))
    yield* sys.write(1, text);
}

function* listen(sys: Sys, flags: Flags, port: number): Call<number> {
  const listener = sys.listen({ address: '0.0.0.0', port });
  if (isErrno(listener)) {
    yield* sys.write(2, `nc: ${strerror(listener)}\n`);
    return 1;
  }
  if (flags.verbose) yield* sys.write(2, `Listening on 0.0.0.0 ${port}\n`);
  sys.setPace('stream');
  do {
    const accepted = yield* sys.accept(listener);
    if (isErrno(accepted)) return 1;
    if (flags.verbose)
      yield* sys.write(
        2,
        `Connection received on ${accepted.peer.address} ${accepted.peer.port}\n`,
      );
    yield* pump(sys, accepted.fd);
    sys.close(accepted.fd);
  } while (flags.keep);
  return 0;
}
