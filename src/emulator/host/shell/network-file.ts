import { isErrno, strerror } from '../errno.ts';
import { gaiText, getaddrinfo } from '../resolver/getaddrinfo.ts';
import type { Call, Errno, Fd } from '../syscalls.ts';
import { servicePort } from '../../network/netfilter/iptables/names.ts';
import type { Shell } from './shell.ts';

/**
 * Opens `/dev/tcp/HOST/PORT`, a name that only bash knows in redirections (lib/sh/netopen.c).
 * Gives undefined where the path is no such name.
 */
export function* openNetworkFile(shell: Shell, path: string): Call<Fd | Errno | undefined> {
  const [, kind, host = '', service = ''] = /^\/dev\/(tcp|udp)\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (!shell.look.bash || kind === undefined) return undefined;
  const { sys } = shell;
  if (kind === 'udp') {
    yield* shell.complain('/dev/udp is not modelled here');
    return 'EINVAL';
  }
  const port = /^\d+$/.test(service) ? Number(service) : servicePort(service);
  if (port === undefined) {
    yield* shell.complain(`${service}: invalid service`);
    return 'EINVAL';
  }
  const found = yield* getaddrinfo(sys, host);
  if (!found.ok) {
    yield* shell.complain(`${host}: ${gaiText[found.why]}`);
    return 'EINVAL';
  }
  let failed: Errno = 'EINVAL';
  for (const address of found.addresses) {
    const fd = yield* sys.connect({ address, port });
    if (!isErrno(fd)) return fd;
    failed = fd;
  }
  yield* sys.write(2, `${shell.title}: connect: ${strerror(failed)}\n`);
  return failed;
}
