import { isErrno } from '../errno.ts';
import type { Sys } from '../syscalls.ts';

export interface HostsLine {
  readonly address: string;
  readonly names: readonly string[];
}

/** Lines of /etc/hosts in order; comments and empty lines are left out. */
export function readHosts(sys: Sys): readonly HostsLine[] {
  const found = sys.files.read('/etc/hosts');
  if (isErrno(found)) return [];
  return found.text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*$/, '').trim().split(/\s+/);
    return names.length > 0 ? [{ address, names }] : [];
  });
}

/** Lines that name a host, whatever the case of its letters. */
export function hostsEntries(sys: Sys, name: string): readonly HostsLine[] {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  return readHosts(sys).filter(({ names }) => names.some((each) => each.toLowerCase() === wanted));
}
