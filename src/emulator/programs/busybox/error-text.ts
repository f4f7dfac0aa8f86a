import { isErrno, strerror } from '../../host/errno.ts';
import type { Sys } from '../../host/syscalls.ts';
import type { Errno } from '../../network/api.ts';

/** Where musl says it in its own words. */
const musl: Partial<Readonly<Record<Errno, string>>> = {
  EADDRNOTAVAIL: 'Address not available',
  EHOSTUNREACH: 'Host is unreachable',
  ENETUNREACH: 'Network unreachable',
  ENOTCONN: 'Socket not connected',
  ETIMEDOUT: 'Operation timed out',
};

/** What the C library of this machine says of an error: Alpine's is musl. */
export function errorText(sys: Sys, errno: Errno): string {
  const release = sys.files.read('/etc/os-release');
  const alpine = !isErrno(release) && /^ID=alpine$/m.test(release.text);
  return (alpine ? musl[errno] : undefined) ?? strerror(errno);
}
