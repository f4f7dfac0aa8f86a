import type { FileStat, Files } from '../host/syscalls.ts';
import { createNetwork } from '../network/network.ts';
import { createWorld } from '../world/world.ts';
import { pluginBinary } from './binary.ts';
import { plugins } from './catalog.ts';
import type { CniNode } from './types.ts';

/** Files in memory, as much of them as plugins use. */
export function memoryFiles(): Files & { readonly all: Map<string, string> } {
  const all = new Map<string, string>();
  const folders = new Set<string>(['/']);
  const parents = (path: string) => {
    const parts = path.split('/').slice(1, -1);
    parts.reduce((before, part) => {
      const folder = `${before}/${part}`;
      folders.add(folder);
      return folder;
    }, '');
  };
  const stat = (path: string): FileStat | 'ENOENT' => {
    const text = all.get(path);
    if (text === undefined && !folders.has(path)) return 'ENOENT';
    const type = text === undefined ? 'directory' : 'file';
    const size = text?.length ?? 4096;
    return { type, size, mode: 0o755, owner: 'root', group: 'root', modified: 0 };
  };
  return {
    all,
    read: (path) => {
      const text = all.get(path);
      return text === undefined ? 'ENOENT' : { text };
    },
    write(path, text, options) {
      parents(path);
      all.set(path, (options?.append ? (all.get(path) ?? '') : '') + text);
      return undefined;
    },
    stat,
    list(path) {
      if (!folders.has(path)) return 'ENOENT';
      const names = new Set<string>();
      for (const each of [...all.keys(), ...folders]) {
        if (each !== path && each.startsWith(`${path}/`)) {
          names.add(each.slice(path.length + 1).split('/')[0] as string);
        }
      }
      return [...names].sort();
    },
    makeDirectory(path) {
      parents(`${path}/x`);
      return undefined;
    },
    remove: (path) => (all.delete(path) ? undefined : 'ENOENT'),
    rename: () => 'EINVAL',
    link: () => 'EINVAL',
    setMode: () => undefined,
    resolve: (path) => path,
    which: () => undefined,
  };
}

/** A node with the plugins installed; namespaces are made with `addNetns`. */
export function createTestNode(seed = 7) {
  const world = createWorld({ seed, start: 1_790_000_000_000_000 });
  const network = createNetwork(world);
  const host = { host: 'n1', netns: 'host' };
  network.addNetns(host);
  const config = network.config(host);
  config.setLink('lo', { up: true });
  config.addAddress('lo', { address: '127.0.0.1', prefix: 8, scope: 'host' });
  config.addLink({ name: 'eth0', kind: 'physical' });
  config.setLink('eth0', { up: true });
  config.addAddress('eth0', { address: '192.168.56.12', prefix: 24, scope: 'global' });
  const files = memoryFiles();
  const names = plugins.map(({ name }) => name);
  for (const name of names) files.write(`/opt/cni/bin/${name}`, pluginBinary(name));
  const refOf = (path: string) => ({ host: 'n1', netns: path.slice(path.lastIndexOf('/') + 1) });
  const node: CniNode = {
    files,
    host: config,
    netns: (path) => (network.hasNetns(refOf(path)) ? network.config(refOf(path)) : undefined),
    chance: world.chance,
  };
  return {
    world,
    network,
    node,
    files,
    addNetns: (path: string) => network.addNetns(refOf(path)),
  };
}
