import { help } from './help.ts';
import { netnsId } from './link-text.ts';
import { denied, fail, notModelled, ok, type IpContext, type IpResult } from './options.ts';

const LISTS = ['list', 'show', 'lst', 'ls'];

/** `ip netns`: the namespaces that have a name here, newest first, and new ones. */
export function netns(words: readonly string[], context: IpContext): IpResult {
  const [command = 'list', ...rest] = words;
  if (LISTS.includes(command)) return list(context);
  if (command === 'help') return help('netns');
  if (command === 'list-id') return listIds(context);
  if (command === 'identify') return ok('\n');
  if (command === 'add') return add(rest, context);
  if (command === 'delete' || command === 'del') return remove(rest, context);
  if (['set', 'pids', 'monitor', 'attach'].includes(command)) {
    return notModelled(`netns ${command}`);
  }
  return fail(`Command "${command}" is unknown, try "ip netns help".`, 255);
}

function idsOf({ network, netnsNames }: IpContext): ReadonlyMap<string, number> {
  const links = network.links();
  const ids = new Map<string, number>();
  for (const name of netnsNames) {
    const link = links.find((each) => each.peer?.netns === name);
    const id = link && netnsId(link, links, { network } as IpContext);
    if (id !== undefined) ids.set(name, id);
  }
  return ids;
}

function list(context: IpContext): IpResult {
  const ids = idsOf(context);
  const lines = [...context.netnsNames].reverse().map((name) => {
    const id = ids.get(name);
    return id === undefined ? `${name}\n` : `${name} (id: ${id})\n`;
  });
  return ok(lines.join(''));
}

function listIds(context: IpContext): IpResult {
  const lines = [...idsOf(context)].map(
    ([name, id]) => `nsid ${id} (iproute2 netns name: ${name})\n`,
  );
  return ok(lines.join(''));
}

function add(words: readonly string[], context: IpContext): IpResult {
  const [name] = words;
  if (name === undefined) return fail('No netns name specified', 255);
  if (!context.root) {
    return fail('mkdir /run/netns failed: Permission denied', 1);
  }
  if (name.includes('/')) return fail(`Invalid netns name "${name}"`, 255);
  const errno = context.netnsNames.includes(name) ? 'EEXIST' : context.network.addNamespace(name);
  if (errno !== undefined) {
    return fail(`Cannot create namespace file "/run/netns/${name}": File exists`, 1);
  }
  context.nameNetns(name, true);
  return ok();
}

function remove(words: readonly string[], context: IpContext): IpResult {
  const [name] = words;
  if (name === undefined) return fail('No netns name specified', 255);
  if (!context.root) return denied;
  const errno = context.netnsNames.includes(name)
    ? context.network.removeNamespace(name)
    : 'ENOENT';
  if (errno !== undefined) {
    const why = 'No such file or directory';
    return fail(`Cannot remove namespace file "/run/netns/${name}": ${why}`, 1);
  }
  context.nameNetns(name, false);
  return ok();
}
