import { canonical6, isInet6 } from '../../address6.ts';
import type { Errno, WireguardInfo } from '../../api.ts';
import { infoOf, put, type ConfigState } from '../../config/state.ts';
import { publicKey } from './keys.ts';
import { recordKey, sessionKey, type WireguardPeer, type WireguardRecord } from './record.ts';

/** Where the kernel looks for a free port when none is told. */
const [LOW, COUNT] = [32_768, 28_232];

/**
 * Sets a wireguard device's key, port and peers all at once (`wg_set_device`). An address belongs
 * to one peer only: the last one that claims it. Gives the errno of what cannot be.
 */
export function setWireguard(
  state: ConfigState,
  device: string,
  wanted: Omit<WireguardInfo, 'peers' | 'publicKey'> & { readonly peers: readonly WireguardPeer[] },
): Errno | undefined {
  const { ref, store, world } = state;
  const link = state.view().links.get(device);
  if (!infoOf(state, ref) || !link) return 'ENODEV';
  if (link.kind !== 'wireguard') return 'EOPNOTSUPP';
  const before = store.get<WireguardRecord>(recordKey(ref, device));
  const own = wanted.privateKey === undefined ? undefined : publicKey(wanted.privateKey);
  const port =
    wanted.listenPort ||
    before?.listenPort ||
    LOW + world.chance.integer(`wireguard/${ref.host}/${ref.netns}/${device}`, COUNT);
  const peers = settle(wanted.peers).filter((peer) => peer.publicKey !== own);
  const record: WireguardRecord = {
    ...(wanted.privateKey === undefined ? {} : { privateKey: wanted.privateKey }),
    ...(own === undefined ? {} : { publicKey: own }),
    listenPort: port,
    ...(wanted.mark ? { mark: wanted.mark } : {}),
    peers,
  };
  const gone = (before?.peers ?? []).filter(
    (peer) => !peers.some((each) => each.publicKey === peer.publicKey),
  );
  const moved = peers.filter((peer) => {
    const known = before?.peers.find((each) => each.publicKey === peer.publicKey);
    return known && endpointOf(known) !== endpointOf(peer);
  });
  const changedKey = before?.privateKey !== wanted.privateKey ? (before?.peers ?? []) : [];
  state.commit([
    put(recordKey(ref, device), record),
    ...[...gone, ...moved, ...changedKey].map((peer) =>
      put(sessionKey(ref, device, peer.publicKey), undefined),
    ),
  ]);
  return undefined;
}

const endpointOf = ({ endpoint }: WireguardPeer) => `${endpoint?.address}:${endpoint?.port}`;

/** Allowed networks in their one form, each with the last peer that claims it. */
function settle(peers: readonly WireguardPeer[]): readonly WireguardPeer[] {
  const owner = new Map<string, string>();
  const normal = (text: string) => {
    const [address = '', prefix] = text.split('/');
    const six = isInet6(address);
    const length = prefix ?? (six ? '128' : '32');
    return `${six ? (canonical6(address) ?? address) : address}/${length}`;
  };
  for (const { publicKey: key, allowedIps } of peers) {
    for (const range of allowedIps) owner.set(normal(range), key);
  }
  return peers.map((peer) => ({
    ...peer,
    allowedIps: [...new Set(peer.allowedIps.map(normal))].filter(
      (range) => owner.get(range) === peer.publicKey,
    ),
  }));
}
