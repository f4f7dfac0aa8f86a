import type { Files } from '../../host/syscalls.ts';

/** Leases as files: one per address, `<containerID>\r\n<ifname>`, in the network's folder. */
export interface Leases {
  reserve(ip: string, range: number): boolean;
  last(range: number): string | undefined;
  /** Addresses that this container's interface holds. */
  own(): readonly string[];
  release(): void;
  /** Gives back what belongs to none of these owners (`<containerID>\\r\\n<ifname>`). */
  keepOnly(owners: readonly string[]): void;
}

/** The leases of a network for one interface of one container (`disk.Store`). */
export function openLeases(
  files: Files,
  directory: string,
  containerID: string,
  ifName: string,
): Leases {
  files.makeDirectory(directory, { parents: true });
  const lock = `${directory}/lock`;
  if (typeof files.stat(lock) === 'string') files.write(lock, '');
  const owner = `${containerID}\r\n${ifName}`;
  const read = (name: string) => {
    const found = files.read(`${directory}/${name}`);
    return typeof found === 'string' ? undefined : found.text;
  };
  const all = () => {
    const names = files.list(directory);
    if (typeof names === 'string') return [];
    return names.filter((name) => name !== 'lock' && !name.startsWith('last_reserved_ip'));
  };
  const own = () =>
    all().filter((name) => {
      const text = read(name)?.trim();
      return text === owner || text === containerID;
    });
  return {
    own,
    last: (range) => read(`last_reserved_ip.${range}`),
    reserve(ip, range) {
      if (read(ip) !== undefined) return false;
      files.write(`${directory}/${ip}`, owner);
      files.write(`${directory}/last_reserved_ip.${range}`, ip);
      return true;
    },
    keepOnly(owners) {
      for (const name of all()) {
        if (!owners.includes(read(name)?.trim() ?? '')) files.remove(`${directory}/${name}`);
      }
    },
    release() {
      for (const name of own()) files.remove(`${directory}/${name}`);
    },
  };
}
