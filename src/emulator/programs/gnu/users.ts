import { isErrno } from '../../host/errno.ts';
import type { Sys } from '../../host/syscalls.ts';

/** A user as /etc/passwd has it. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** All users of /etc/passwd; root is always there. */
export function usersOf({ files }: Sys): readonly User[] {
  const found = files.read('/etc/passwd');
  const lines = isErrno(found) ? [] : found.text.split('\n').filter((line) => line.includes(':'));
  const users = lines.map((line) => {
    const [name = '', , uid, gid, , home = '/', shell = '/bin/sh'] = line.split(':');
    return { name, uid: Number(uid), gid: Number(gid), home, shell };
  });
  if (users.some(({ name }) => name === 'root')) return users;
  return [{ name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/sh' }, ...users];
}

/** A user by name or number; a number without an entry has no name but itself. */
export function findUser(sys: Sys, who: string): User | undefined {
  const users = usersOf(sys);
  const found = users.find(({ name, uid }) => name === who || String(uid) === who);
  if (found || !/^\d+$/.test(who)) return found;
  return { name: who, uid: Number(who), gid: 0, home: '/', shell: '/bin/sh' };
}

/** Names of groups by number, from /etc/group. */
export function groupName({ files }: Sys, gid: number): string | undefined {
  if (gid === 0) return 'root';
  const found = files.read('/etc/group');
  const lines = isErrno(found) ? [] : found.text.split('\n');
  return lines.map((line) => line.split(':')).find(([, , id]) => id === String(gid))?.[0];
}
