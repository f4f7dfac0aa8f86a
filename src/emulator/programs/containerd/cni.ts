import { configFiles, loadNetwork } from '../../cni/spec.ts';
import { isErrno } from '../../host/errno.ts';
import type { DaemonSys } from '../../host/syscalls.ts';

/** What containerd says where its CNI configuration cannot be loaded; undefined where it can. */
export function loadProblem(sys: DaemonSys): string | undefined {
  const network = loadNetwork(sys.files);
  if (!('error' in network)) return undefined;
  return `cni config load failed: ${network.error}: failed to load cni config`;
}

type Stamps = Readonly<Record<string, string>>;

/**
 * Changes of the configuration folder since the last look, as fsnotify names them. Upstream is told
 * by inotify (`cniNetConfSyncer`); here the folder is looked at from time to time.
 */
export function configChanges(sys: DaemonSys): readonly string[] {
  const before = sys.memory<Stamps>('cni-config') ?? {};
  const now: Record<string, string> = {};
  for (const path of configFiles(sys.files)) {
    const stat = sys.files.stat(path);
    if (!isErrno(stat)) now[path] = `${stat.modified}/${stat.size}`;
  }
  const gone = Object.keys(before).filter((path) => now[path] === undefined);
  const fresh = Object.keys(now).filter((path) => before[path] !== now[path]);
  if (gone.length === 0 && fresh.length === 0) return [];
  sys.remember('cni-config', now);
  // A file that is there under another name, unchanged, was moved.
  const moved = gone.filter((path) => fresh.some((other) => now[other] === before[path]));
  const told = (operation: string, path: string) =>
    `${operation.padEnd(13)} ${JSON.stringify(path)}`;
  return [
    ...gone.map((path) => told(moved.includes(path) ? 'RENAME' : 'REMOVE', path)),
    ...fresh
      .filter((path) => !moved.some((old) => before[old] === now[path]))
      .map((path) => told('WRITE', path)),
  ];
}
