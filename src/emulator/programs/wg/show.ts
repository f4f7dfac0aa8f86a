import type { Endpoint, NetworkConfig, WireguardInfo } from '../../network/api.ts';
import type { Micros } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import { showUsage } from './texts.ts';

export interface Result {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit: number;
}

type Peer = WireguardInfo['peers'][number];

/** `wg show`: devices, their peers, and what was spoken with each. */
export function show(words: readonly string[], network: NetworkConfig, now: Micros): Result {
  const [which = 'all', field] = words;
  if (words.length > 2 || which === '--help' || which === '-h' || which === 'help') {
    const asked = words.length === 1;
    return asked ? { stdout: showUsage, exit: 0 } : { stderr: showUsage, exit: 1 };
  }
  const names = network
    .links()
    .filter(({ kind }) => kind === 'wireguard')
    .map(({ name }) => name);
  if (which === 'interfaces') {
    if (field !== undefined) return { stderr: showUsage, exit: 1 };
    return { stdout: names.length > 0 ? `${names.join(' ')}\n` : '', exit: 0 };
  }
  if (which !== 'all' && !names.includes(which)) return noAccess(which, network);
  const shown = which === 'all' ? names : [which];
  const texts: string[] = [];
  for (const name of shown) {
    const info = network.wireguard(name);
    if (!info) continue;
    if (field === undefined) texts.push(whole(name, info, now));
    else {
      const lines = fieldLines(name, info, field, which === 'all');
      if (!lines) return { stderr: `Invalid parameter: \`${field}'\n${showUsage}`, exit: 1 };
      texts.push(lines);
    }
  }
  return { stdout: texts.join(field === undefined ? '\n' : ''), exit: 0 };
}

/** Why a device cannot be looked at. */
export function noAccess(name: string, network: NetworkConfig): Result {
  const exists = network.links().some((link) => link.name === name);
  const why = exists ? 'Operation not supported' : 'No such device';
  return { stderr: `Unable to access interface: ${why}\n`, exit: 1 };
}

export const endpointText = ({ address, port }: Endpoint) =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

const allowed = ({ allowedIps }: Peer, separator: string) =>
  allowedIps.length > 0 ? allowedIps.join(separator) : '(none)';

function whole(name: string, info: WireguardInfo, now: Micros): string {
  const { publicKey, privateKey, listenPort, mark, peers } = info;
  const head = [
    `interface: ${name}`,
    ...(publicKey === undefined ? [] : [`  public key: ${publicKey}`]),
    ...(privateKey === undefined ? [] : ['  private key: (hidden)']),
    ...(listenPort === 0 ? [] : [`  listening port: ${listenPort}`]),
    ...(mark ? [`  fwmark: 0x${mark.toString(16)}`] : []),
  ];
  // Who was spoken with last comes first.
  const sorted = peers.toSorted((a, b) => (b.latestHandshake ?? 0) - (a.latestHandshake ?? 0));
  const blocks = sorted.map((peer) => peerText(peer, now));
  return [head.join('\n'), ...blocks].map((block) => `${block}\n`).join('\n');
}

function peerText(peer: Peer, now: Micros): string {
  const { endpoint, latestHandshake, received, sent, persistentKeepalive } = peer;
  return [
    `peer: ${peer.publicKey}`,
    ...(peer.presharedKey === undefined ? [] : ['  preshared key: (hidden)']),
    ...(endpoint ? [`  endpoint: ${endpointText(endpoint)}`] : []),
    `  allowed ips: ${allowed(peer, ', ')}`,
    ...(latestHandshake === undefined ? [] : [`  latest handshake: ${ago(now - latestHandshake)}`]),
    ...(received > 0 || sent > 0
      ? [`  transfer: ${bytes(received)} received, ${bytes(sent)} sent`]
      : []),
    ...(persistentKeepalive
      ? [`  persistent keepalive: every ${period(persistentKeepalive)}`]
      : []),
  ].join('\n');
}

function ago(micros: Micros): string {
  const seconds = Math.floor(micros / SECOND);
  return seconds <= 0 ? 'Now' : `${period(seconds)} ago`;
}

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['year', 365 * 24 * 60 * 60],
  ['day', 24 * 60 * 60],
  ['hour', 60 * 60],
  ['minute', 60],
  ['second', 1],
];

function period(seconds: number): string {
  let left = seconds;
  const parts: string[] = [];
  for (const [name, size] of UNITS) {
    const count = Math.floor(left / size);
    left %= size;
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`);
  }
  return parts.join(', ');
}

function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = count / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(2)} ${units[unit]}`;
}

const time = (at: Micros | undefined) => (at === undefined ? 0 : Math.floor(at / SECOND));
const keepalive = ({ persistentKeepalive }: Peer) => persistentKeepalive || 'off';

/** The values of one field, by device and peer; undefined for a field that there is none of. */
function fieldLines(
  name: string,
  info: WireguardInfo,
  field: string,
  all: boolean,
): string | undefined {
  const start = all ? `${name}\t` : '';
  const device: Readonly<Record<string, string | number>> = {
    'public-key': info.publicKey ?? '(none)',
    'private-key': info.privateKey ?? '(none)',
    'listen-port': info.listenPort,
    fwmark: info.mark ? `0x${info.mark.toString(16)}` : 'off',
  };
  if (device[field] !== undefined) return `${start}${device[field]}\n`;
  if (field === 'dump') return dump(start, info, device);
  const of: Readonly<Record<string, (peer: Peer) => string>> = {
    peers: () => '',
    'preshared-keys': (peer) => `\t${peer.presharedKey ?? '(none)'}`,
    endpoints: ({ endpoint }) => `\t${endpoint ? endpointText(endpoint) : '(none)'}`,
    'allowed-ips': (peer) => `\t${allowed(peer, ' ')}`,
    'latest-handshakes': ({ latestHandshake }) => `\t${time(latestHandshake)}`,
    transfer: ({ received, sent }) => `\t${received}\t${sent}`,
    'persistent-keepalive': (peer) => `\t${keepalive(peer)}`,
  };
  const text = of[field];
  return text && info.peers.map((peer) => `${start}${peer.publicKey}${text(peer)}\n`).join('');
}

function dump(
  start: string,
  info: WireguardInfo,
  device: Readonly<Record<string, string | number>>,
): string {
  const head = ['private-key', 'public-key', 'listen-port', 'fwmark'].map((name) => device[name]);
  const lines = info.peers.map((peer) =>
    [
      peer.publicKey,
      peer.presharedKey ?? '(none)',
      peer.endpoint ? endpointText(peer.endpoint) : '(none)',
      allowed(peer, ','),
      time(peer.latestHandshake),
      peer.received,
      peer.sent,
      keepalive(peer),
    ].join('\t'),
  );
  return [head.join('\t'), ...lines].map((line) => `${start}${line}\n`).join('');
}

/** `wg showconf`: a device in the words that `setconf` reads. */
export function showConf(name: string, info: WireguardInfo): string {
  const { listenPort, mark, privateKey, peers } = info;
  const head = [
    '[Interface]',
    ...(listenPort === 0 ? [] : [`ListenPort = ${listenPort}`]),
    ...(mark ? [`FwMark = 0x${mark.toString(16)}`] : []),
    ...(privateKey === undefined ? [] : [`PrivateKey = ${privateKey}`]),
  ];
  const blocks = peers.map((peer) =>
    [
      '[Peer]',
      `PublicKey = ${peer.publicKey}`,
      ...(peer.presharedKey === undefined ? [] : [`PresharedKey = ${peer.presharedKey}`]),
      ...(peer.allowedIps.length > 0 ? [`AllowedIPs = ${peer.allowedIps.join(', ')}`] : []),
      ...(peer.endpoint ? [`Endpoint = ${endpointText(peer.endpoint)}`] : []),
      ...(peer.persistentKeepalive ? [`PersistentKeepalive = ${peer.persistentKeepalive}`] : []),
    ].join('\n'),
  );
  return `${[head.join('\n'), ...blocks].join('\n\n')}\n${blocks.length === 0 ? '\n' : ''}`;
}
