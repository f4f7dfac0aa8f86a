import type { LinkInfo } from '../../network/api.ts';
import { solicitedNode, groupMac } from '../../network/address6.ts';
import { help } from './help.ts';
import { inet6Of } from './link-text.ts';
import { cannotFind, notModelled, ok, type IpContext, type IpResult } from './options.ts';

/** `ip maddress show`: the groups that the kernel listens to by itself. */
export function maddress(words: readonly string[], context: IpContext): IpResult {
  const [command = 'show', ...rest] = words;
  if ('help'.startsWith(command)) return help('maddress');
  if (!['show', 'list', 'lst'].some((each) => each.startsWith(command))) {
    return notModelled(`maddress ${command}`);
  }
  const only = rest[0] === 'dev' ? rest[1] : rest[0];
  const links = [...context.network.links()].sort((a, b) => a.index - b.index);
  if (only !== undefined && !links.some(({ name }) => name === only)) return cannotFind(only);
  const shown = links.filter(({ name }) => only === undefined || name === only);
  return ok(shown.map((link) => text(link, context)).join(''));
}

function text(link: LinkInfo, context: IpContext): string {
  const { family } = context.options;
  const bridge = link.kind === 'bridge' && link.up;
  const groups = inet6Of(link, context)
    .filter(() => link.kind !== 'loopback')
    .map(({ address }) => solicitedNode(address))
    .reverse();
  const ether = !['loopback', 'ipip', 'wireguard'].includes(link.kind);
  const lines = [
    ...(ether
      ? [
          'link  33:33:00:00:00:01',
          ...(bridge ? ['link  01:00:5e:00:00:6a', 'link  33:33:00:00:00:6a'] : []),
          ...(link.up ? ['link  01:00:5e:00:00:01'] : []),
          ...groups.map((group) => `link  ${groupMac(group)}`),
        ]
      : []),
    ...(link.up ? ['inet  224.0.0.1', ...(bridge ? ['inet  224.0.0.106'] : [])] : []),
    ...groups.map((group) => `inet6 ${group}`),
    ...(bridge ? ['inet6 ff02::6a'] : []),
    'inet6 ff02::1',
    'inet6 ff01::1',
  ];
  const wanted = lines.filter((line) => family === undefined || line.split(' ')[0] === family);
  return `${link.index}:\t${link.name}\n${wanted.map((line) => `\t${line}\n`).join('')}`;
}
