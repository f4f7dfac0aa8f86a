import type { Errno } from '../network/api.ts';

const texts: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EAFNOSUPPORT: 'Address family not supported by protocol',
  EAGAIN: 'Resource temporarily unavailable',
  EBADF: 'Bad file descriptor',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EEXIST: 'File exists',
  EHOSTUNREACH: 'No route to host',
  EINTR: 'Interrupted system call',
  EINVAL: 'Invalid argument',
  EISCONN: 'Transport endpoint is already connected',
  EISDIR: 'Is a directory',
  EMFILE: 'Too many open files',
  EMSGSIZE: 'Message too long',
  ENETUNREACH: 'Network is unreachable',
  ENETDOWN: 'Network is down',
  ENODEV: 'No such device',
  ENOENT: 'No such file or directory',
  ENOEXEC: 'Exec format error',
  ENOSPC: 'No space left on device',
  ENOTCONN: 'Transport endpoint is not connected',
  ENOTDIR: 'Not a directory',
  ENOTEMPTY: 'Directory not empty',
  EPERM: 'Operation not permitted',
  EPIPE: 'Broken pipe',
  EROFS: 'Read-only file system',
  ESRCH: 'No such process',
  ETIMEDOUT: 'Connection timed out',
};

/** Whether a result is an errno: of all texts only these names are. */
export function isErrno(value: unknown): value is Errno {
  return typeof value === 'string' && value.length < 16 && Object.hasOwn(texts, value);
}

/** What libc's strerror says. */
export function strerror(errno: Errno): string {
  return texts[errno] ?? errno;
}
