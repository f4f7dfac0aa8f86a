import type { LinkInfo } from '../../network/api.ts';
import { ownInet6 } from './link-text.ts';
import type { IpContext } from './options.ts';

/** Devices with addresses of the family, those that lead off the host first. */
function devices(
  context: IpContext,
): readonly { readonly link: LinkInfo; readonly address: string }[] {
  const { ref } = context.network;
  const isFar = ({ kind, peer }: LinkInfo) =>
    kind === 'physical' || (peer !== undefined && peer.host !== ref.host);
  const links = context.network.links();
  return [...links.filter(isFar), ...links.filter((link) => !isFar(link))].flatMap((link) =>
    ownInet6(link, context).map(({ address }) => ({ link, address })),
  );
}

/** Lines of the IPv6 tables that the kernel fills by itself; under `all` they name their table. */
export function inet6Routes(context: IpContext, table: string): readonly string[] {
  const own = devices(context);
  const outside = own.filter(({ link }) => link.kind !== 'loopback');
  const main = outside.map(
    ({ link }) => `fe80::/64 dev ${link.name} proto kernel metric 256 pref medium`,
  );
  const named = table === 'all' ? 'table local ' : '';
  const local = [...own]
    .sort((a, b) => (expand(a.address) < expand(b.address) ? -1 : 1))
    .map(
      ({ link, address }) =>
        `local ${address} dev ${link.name} ${named}proto kernel metric 0 pref medium`,
    );
  const groups = outside.map(
    ({ link }) => `multicast ff00::/8 dev ${link.name} ${named}proto kernel metric 256 pref medium`,
  );
  if (table === 'main') return main;
  if (table === 'local') return [...local, ...groups];
  return table === 'all' ? [...main, ...local, ...groups] : [];
}

/** An address with all its digits, for sorting. */
function expand(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const words = (text: string) => (text === '' ? [] : text.split(':'));
  const [left, right] = [words(head), words(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((word) => word.padStart(4, '0')).join(':');
}
