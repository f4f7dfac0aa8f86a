import type { Endpoint, NetworkConfig, WireguardInfo } from '../../network/api.ts';
import { isInet6, parse6 } from '../../network/address6.ts';
import { parseCidr, toNumber } from '../../network/address.ts';
import { parseCidr6 } from '../../network/address6.ts';
import { keyBytes } from '../../network/link/wireguard/keys.ts';
import type { WireguardPeer } from '../../network/link/wireguard/record.ts';

/** A device's settings while they are changed. */
export interface Draft {
  privateKey?: string | undefined;
  listenPort: number;
  mark?: number;
  peers: WireguardPeer[];
}

/** What a change needs to read: the text of a file, undefined where there is none. */
export type ReadFile = (path: string) => string | undefined;

export const draftOf = (info: WireguardInfo): Draft => ({
  ...(info.privateKey === undefined ? {} : { privateKey: info.privateKey }),
  listenPort: info.listenPort,
  ...(info.mark === undefined ? {} : { mark: info.mark }),
  peers: info.peers.map(
    ({ latestHandshake: _at, received: _received, sent: _sent, ...peer }) => peer,
  ),
});

/** Writes a changed device; the errno of what the kernel refuses. */
export const apply = (network: NetworkConfig, device: string, draft: Draft) =>
  network.setWireguard(device, draft);

const badKey = (text: string) => `Key is not the correct length or format: \`${text}'\n`;

/** The words of `wg set` behind the device; the text of what is wrong with them. */
export function changeByWords(
  words: readonly string[],
  draft: Draft,
  file: ReadFile,
): string | undefined {
  let peer: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === 'remove' && peer !== undefined) {
      draft.peers = draft.peers.filter(({ publicKey }) => publicKey !== peer);
      continue;
    }
    const value = words[++i];
    if (value === undefined) return `Invalid argument: ${word}\n`;
    if (word === 'peer') {
      if (!keyBytes(value)) return badKey(value);
      peer = value;
      withPeer(draft, value, {});
      continue;
    }
    const failed =
      peer === undefined
        ? changeDevice(word, value, draft, file)
        : changePeer(word, value, peer, draft, file);
    if (failed !== undefined) return failed;
  }
  return undefined;
}

function withPeer(draft: Draft, publicKey: string, change: Partial<WireguardPeer>): void {
  const known = draft.peers.find((each) => each.publicKey === publicKey);
  const next = { publicKey, allowedIps: [], ...known, ...change };
  draft.peers = known
    ? draft.peers.map((each) => (each === known ? next : each))
    : [...draft.peers, next];
}

function changeDevice(
  word: string,
  value: string,
  draft: Draft,
  file: ReadFile,
): string | undefined {
  if (word === 'listen-port') {
    if (!/^\d+$/.test(value) || Number(value) > 65535) {
      return `Unable to parse port: \`${value}'\n`;
    }
    draft.listenPort = Number(value);
  } else if (word === 'fwmark') {
    const mark = value === 'off' ? 0 : Number(value);
    if (!Number.isInteger(mark)) return `Fwmark is neither 0/off nor 0-0xffffffff: \`${value}'\n`;
    draft.mark = mark;
  } else if (word === 'private-key') {
    const text = file(value);
    if (text === undefined) return 'fopen: No such file or directory\n';
    const key = text.trim();
    if (key !== '' && !keyBytes(key)) return badKey(key);
    draft.privateKey = key === '' ? undefined : key;
  } else return `Invalid argument: ${word}\n`;
  return undefined;
}

function changePeer(
  word: string,
  value: string,
  peer: string,
  draft: Draft,
  file: ReadFile,
): string | undefined {
  if (word === 'endpoint') {
    const endpoint = readEndpoint(value);
    if (typeof endpoint === 'string') return endpoint;
    withPeer(draft, peer, { endpoint });
  } else if (word === 'allowed-ips') {
    const ranges = readRanges(value);
    if (typeof ranges === 'string') return ranges;
    // An address has one peer: the last that claims it.
    draft.peers = draft.peers.map((each) => ({
      ...each,
      allowedIps: each.allowedIps.filter((range) => !ranges.includes(range)),
    }));
    withPeer(draft, peer, { allowedIps: ranges });
  } else if (word === 'persistent-keepalive') {
    const seconds = value === 'off' ? 0 : Number(value);
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > 65535) {
      return `Persistent keepalive interval is neither 0/off nor 1-65535: \`${value}'\n`;
    }
    withPeer(draft, peer, { persistentKeepalive: seconds });
  } else if (word === 'preshared-key') {
    const text = file(value);
    if (text === undefined) return 'fopen: No such file or directory\n';
    if (!keyBytes(text.trim())) return badKey(text.trim());
    withPeer(draft, peer, { presharedKey: text.trim() });
  } else return `Invalid argument: ${word}\n`;
  return undefined;
}

/** `192.0.2.1:51820` or `[2001:db8::1]:51820`. */
export function readEndpoint(text: string): Endpoint | string {
  const match = /^\[([^\]]+)\]:(\d+)$/.exec(text) ?? /^([^:]+):(\d+)$/.exec(text);
  const [, address = '', port = ''] = match ?? [];
  if (!match) return `Unable to find port of endpoint: \`${text}'\n`;
  const fine = isInet6(address) ? parse6(address) !== undefined : toNumber(address) !== undefined;
  if (!fine) return `Name or service not known: \`${text}'\nConfiguration parsing error\n`;
  return { address, port: Number(port) };
}

/** Networks with commas between them, each with its length. */
export function readRanges(text: string): string[] | string {
  const ranges: string[] = [];
  for (const word of text.split(',').map((each) => each.trim())) {
    if (word === '') continue;
    const six = isInet6(word);
    const whole = word.includes('/') ? word : `${word}/${six ? 128 : 32}`;
    const range = six ? parseCidr6(whole) : parseCidr(whole);
    if (!range) return `Unable to parse IP address: \`${word.split('/')[0]}'\n`;
    ranges.push(whole);
  }
  return ranges;
}

/** A configuration file; `replace` begins with no peers, and without what the file does not say. */
export function changeByFile(text: string, draft: Draft, replace: boolean): string | undefined {
  if (replace) draft.peers = [];
  let section = '';
  let fields = new Map<string, string>();
  const failed: string[] = [];
  const close = () => {
    const said = section === 'peer' ? closePeer(fields, draft) : undefined;
    if (said !== undefined) failed.push(said);
    fields = new Map();
  };
  for (const raw of text.split('\n')) {
    const line = raw.replace(/#.*$/, '').trim();
    if (line === '') continue;
    if (/^\[(interface|peer)\]$/i.test(line)) {
      close();
      section = line.slice(1, -1).toLowerCase();
      continue;
    }
    const [, name = '', value = ''] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
    const key = name.toLowerCase();
    if (section === 'interface') {
      const said = closeInterface(key, value, draft);
      if (said === undefined) continue;
      return said === '' ? unrecognised(line) : said;
    }
    if (section !== 'peer' || !PEER_FIELDS.includes(key)) return unrecognised(line);
    const before = fields.get(key);
    fields.set(key, before === undefined ? value : `${before},${value}`);
  }
  close();
  return failed[0];
}

const unrecognised = (line: string) =>
  `Line unrecognized: \`${line.replaceAll(/\s/g, '')}'\nConfiguration parsing error\n`;
const PEER_FIELDS = ['publickey', 'presharedkey', 'allowedips', 'endpoint', 'persistentkeepalive'];

/** A line of [Interface]; '' for a name that there is none of. */
function closeInterface(key: string, value: string, draft: Draft): string | undefined {
  if (key === 'listenport') return changeDevice('listen-port', value, draft, () => undefined);
  if (key === 'fwmark') return changeDevice('fwmark', value, draft, () => undefined);
  if (key !== 'privatekey') return '';
  if (!keyBytes(value)) return `${badKey(value)}Configuration parsing error\n`;
  draft.privateKey = value;
  return undefined;
}

function closePeer(fields: ReadonlyMap<string, string>, draft: Draft): string | undefined {
  const publicKey = fields.get('publickey');
  if (publicKey === undefined) return 'A peer is missing a public key\n';
  if (!keyBytes(publicKey)) return `${badKey(publicKey)}Configuration parsing error\n`;
  withPeer(draft, publicKey, {});
  const words: readonly (readonly [field: string, word: string])[] = [
    ['endpoint', 'endpoint'],
    ['allowedips', 'allowed-ips'],
    ['persistentkeepalive', 'persistent-keepalive'],
  ];
  for (const [field, word] of words) {
    const value = fields.get(field);
    if (value === undefined) continue;
    const failed = changePeer(word, value, publicKey, draft, () => undefined);
    if (failed !== undefined) return failed;
  }
  const shared = fields.get('presharedkey');
  if (shared !== undefined) withPeer(draft, publicKey, { presharedKey: shared });
  return undefined;
}
