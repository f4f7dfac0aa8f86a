import { netnsId } from './link-text.ts';
import { fail, notModelled, ok, type IpContext, type IpResult } from './options.ts';

/** `ip netns`: the namespaces that have a name here, newest first. */
export function netns(words: readonly string[], context: IpContext): IpResult {
  const [command = 'list'] = words;
  if (!['list', 'show', 'lst', 'ls'].includes(command)) {
    const known = [
      'add',
      'set',
      'delete',
      'del',
      'identify',
      'pids',
      'exec',
      'monitor',
      'list-id',
      'attach',
    ];
    if (known.includes(command)) return notModelled(`netns ${command}`);
    return fail(`Command "${command}" is unknown, try "ip netns help".`, 255);
  }
  const links = context.network.links();
  const lines = [...context.netnsNames].reverse().map((name) => {
    const link = links.find((each) => each.peer?.netns === name);
    const id = link && netnsId(link, links, context);
    return id === undefined ? `${name}\n` : `${name} (id: ${id})\n`;
  });
  return ok(lines.join(''));
}

/** `ip rule`: the three rules that every namespace begins with. */
export function rule(words: readonly string[], { options }: IpContext): IpResult {
  const [command = 'show'] = words;
  if (!['show', 'list', 'lst', 'ls'].includes(command)) return notModelled(`rule ${command}`);
  const rules: readonly (readonly [priority: number, table: string])[] = [
    [0, 'local'],
    [32766, 'main'],
    ...(options.family === 'inet6' ? [] : [[32767, 'default'] as const]),
  ];
  return ok(rules.map(([priority, table]) => `${priority}:\tfrom all lookup ${table}\n`).join(''));
}
