import type { Micros } from '../../../world/json.ts';
import { toNumber } from '../iptables/address.ts';
import { inKernelOrder, bucketCount } from './order.ts';
import { alive, findType, type SetEntry, type SetRecord } from './types.ts';

/** How sets are to be listed. */
export interface SetListing {
  readonly save: boolean;
  readonly terse: boolean;
  readonly sorted: boolean;
  readonly xml?: boolean;
}

/** One set as `ipset list` or `ipset save` prints it. */
export function printSet(
  set: SetRecord,
  references: number,
  listing: SetListing,
  now: Micros,
): string {
  const entries = inKernelOrder(set, alive(set, now));
  const shown = entries.map((entry) => entryText(set, entry, now));
  if (listing.sorted) shown.sort();
  if (listing.save) {
    const lines = [`create ${set.name} ${set.type} ${header(set)}`];
    if (!listing.terse) lines.push(...shown.map((text) => `add ${set.name} ${text}`));
    return lines.map((line) => `${line}\n`).join('');
  }
  if (listing.xml) return printXml(set, entries, shown, references, listing, now);
  const lines = [
    `Name: ${set.name}`,
    `Type: ${set.type}`,
    `Revision: ${findType(set.type)?.revision ?? 0}`,
    `Header: ${header(set)}`,
    `Size in memory: ${memory(set, entries.length)}`,
    `References: ${references}`,
    `Number of entries: ${entries.length}`,
    ...(listing.terse ? [] : ['Members:', ...shown]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** One set as XML; what stands behind an element has tags of its own. */
function printXml(
  set: SetRecord,
  entries: readonly SetEntry[],
  shown: readonly string[],
  references: number,
  listing: SetListing,
  now: Micros,
): string {
  const tags = (text: string) => {
    const words = [...text.matchAll(/(\S+)(?: ("[^"]*"|[^a-z\s]\S*))?/g)];
    return words
      .map(([, name, value]) =>
        value === undefined ? `<${name}/>` : `<${name}>${value}</${name}>`,
      )
      .join('');
  };
  const members = entries.map((entry, index) => {
    const tail = (shown[index] ?? entryText(set, entry, now)).slice(entry.text.length).trim();
    return `<member><elem>${entry.text}</elem>${tags(tail)}</member>\n`;
  });
  const head = header(set).replace(/family (\w+)/, '<family>$1</family>');
  const options = head
    .split(/ (?=[a-z<])/)
    .map((each) => (each.startsWith('<') ? each : tags(each)))
    .join('');
  return [
    `<ipset name="${set.name}">\n<type>${set.type}</type>\n`,
    `<revision>${findType(set.type)?.revision ?? 0}</revision>\n<header>${options}\n`,
    `<memsize>${memory(set, entries.length)}</memsize>\n<references>${references}</references>\n`,
    `<numentries>${entries.length}</numentries>\n</header>\n`,
    ...(listing.terse ? [] : ['<members>\n', ...members, '</members>\n']),
    '</ipset>\n',
  ].join('');
}

/** What a set was created with, in the order of libipset. */
function header({ type, options, entries }: SetRecord): string {
  const { hashsize = 1024, maxelem, bucketsize = 12, initval = 0 } = options;
  const common = [
    options.timeout === undefined ? '' : `timeout ${options.timeout}`,
    options.counters ? 'counters' : '',
    options.comment ? 'comment' : '',
    options.skbinfo ? 'skbinfo' : '',
  ];
  const mask = options.netmask === undefined ? '' : `netmask ${options.netmask}`;
  const marks = options.markmask === undefined ? '' : `markmask 0x${hex8(options.markmask)}`;
  const words = type.startsWith('hash')
    ? [
        `family ${options.family ?? 'inet'}`,
        `hashsize ${bucketCount(hashsize, entries.length, bucketsize)}`,
        ...(marks === '' ? [] : [marks]),
        `maxelem ${maxelem ?? 65_536}`,
        ...common.slice(0, 1),
        mask,
        ...common.slice(1),
        `bucketsize ${bucketsize}`,
        `initval 0x${initval.toString(16).padStart(8, '0')}`,
      ]
    : type === 'list:set'
      ? [`size ${options.size ?? 8}`, ...common]
      : [`range ${(options.range ?? []).join('-')}`, mask, ...common];
  return words.filter((word) => word !== '').join(' ');
}

const hex8 = (number: number) => (number >>> 0).toString(16).padStart(8, '0');

function entryText({ options }: SetRecord, entry: SetEntry, now: Micros): string {
  const { text, expires, comment, nomatch } = entry;
  const left = expires === undefined ? 0 : Math.max(1, Math.floor((expires - now) / 1_000_000));
  return [
    text,
    entry.wildcard ? ' wildcard' : '',
    nomatch ? ' nomatch' : '',
    options.timeout === undefined ? '' : ` timeout ${left}`,
    options.counters ? ` packets ${entry.packets ?? 0} bytes ${entry.bytes ?? 0}` : '',
    comment === undefined ? '' : ` comment "${comment}"`,
    options.skbinfo && entry.skb ? ` ${entry.skb}` : '',
  ].join('');
}

/** Bytes of the structures that hold an element, by kind, for IPv4 (ip_set_hash_*.c). */
const ELEMENTS: Readonly<Record<string, number>> = {
  'hash:ip': 4,
  'hash:net': 8,
  'hash:net,net': 12,
  'hash:ip,port': 8,
  'hash:net,port': 8,
  'hash:ip,port,ip': 12,
  'hash:ip,port,net': 12,
  'hash:net,port,net': 16,
  'hash:net,iface': 24,
  'hash:ip,mark': 8,
  'hash:mac': 8,
  'hash:ip,mac': 12,
};

const round8 = (size: number) => Math.ceil(size / 8) * 8;

/** The memory of a set as its kind computes it; each entry is counted with a bucket of two. */
function memory({ type, options, entries }: SetRecord, count: number): number {
  if (type === 'list:set') return 80 + 32 * count;
  if (type.startsWith('bitmap')) {
    const [low = '0', high = '0'] = options.range ?? [];
    const number = (text: string) => toNumber(text) ?? Number(text);
    return 72 + Math.ceil((number(high) - number(low) + 1) / 64) * 8;
  }
  const inet6 = options.family === 'inet6' ? 12 : 0;
  const addresses = type.match(/ip|net/g)?.length ?? 0;
  const element = (ELEMENTS[type] ?? 8) + (type === 'hash:mac' ? 0 : inet6 * addresses);
  const extra = (options.timeout === undefined ? 0 : 8) + (options.counters ? 16 : 0);
  const own =
    extra > 0 || options.comment ? round8(element) + extra + (options.comment ? 8 : 0) : element;
  const nets = type.includes('net') ? 8 * (options.family === 'inet6' ? 128 : 32) : 0;
  const doubled = bucketCount(options.hashsize ?? 1024, entries.length, options.bucketsize ?? 12);
  const locks = Math.max(1, doubled / 1024);
  return 176 + 16 * locks + round8(element) + nets + count * (32 + 2 * own);
}
