import { describe, expect, it } from 'vitest';
import type { Frame, Packet } from '../../network/packet.ts';
import { frameOctets, newFlows } from './encode.ts';
import { words } from './filter-lexer.ts';
import { matches } from './filter-match.ts';
import { parseFilter } from './filter-parse.ts';
import { layersOf } from './layers.ts';
import { packetLine } from './print.ts';

const syn: Packet = {
  kind: 'ip',
  id: 1,
  ip: {
    source: '10.244.1.3',
    destination: '10.244.2.2',
    ttl: 64,
    identification: 0,
    dontFragment: true,
  },
  transport: {
    kind: 'tcp',
    sourcePort: 51_806,
    destinationPort: 8080,
    flags: ['SYN'],
    sequence: 628_088_224,
    acknowledgement: 0,
    window: 64_240,
  },
  payload: '',
  size: 60,
};
const frame: Frame = { source: '02:00:00:00:00:01', destination: '02:00:00:00:00:02', body: syn };
const bytes = Uint8Array.from(frameOctets(frame, 1_795_000_000_000_000, newFlows()));

/** Whether the SYN passes, or the complaint about the filter. */
function passes(text: string): boolean | string {
  const read = parseFilter(text, (name) => (name === 'web' ? ['10.244.2.2'] : undefined));
  if (!read.ok) return read.error;
  const packet = { ...layersOf(1, bytes), length: bytes.length, inbound: false };
  return read.filter === undefined || matches(read.filter, packet);
}

describe('filters', () => {
  it.each([
    ['', true],
    ['tcp', true],
    ['udp or icmp', false],
    ['tcp port 8080', true],
    ['udp port 8080', false],
    ['port 80 or 8080', true],
    ['src port 8080', false],
    ['portrange 8000-8100', true],
    ['tcp portrange 1-100', false],
    ['host 10.244.1.3 and not port 53', true],
    ['src host 10.244.2.2', false],
    ['dst 10.244.2.2', true],
    ['host web', true],
    ['net 10.244.0.0/16', true],
    ['net 10.244.1', true],
    ['dst net 10.244.1.0 mask 255.255.255.0', false],
    ['src or dst net 192.168.0.0/16', false],
    ['(tcp or udp) and (port 80 or port 8080)', true],
    ['tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn', true],
    ['tcp[tcpflags] & tcp-rst != 0', false],
    ['tcp[13] = 2 and ip[2:2] > 50 and ip[8] == 64', true],
    ['ip proto 4', false],
    ['proto 6', true],
    ['ip proto \\tcp', true],
    ['ether proto 0x0806', false],
    ['ether host 02:00:00:00:00:01', true],
    ['ether src 02:00:00:00:00:02', false],
    ['arp or rarp or ip6', false],
    ['greater 60 and less 100', true],
    ['len <= 74', true],
    ['outbound', true],
    ['broadcast or multicast', false],
    ['!tcp', false],
    ['tcp && ! port 53 || icmp', true],
    ['port', "can't parse filter expression: syntax error"],
    ['host nosuch', "unknown host 'nosuch'"],
    ['tcp porrt 80', "can't parse filter expression: syntax error"],
    ['port 70000', 'illegal port number 70000 > 65535'],
    ['net 10.244.1.5/16', 'non-network bits set in "10.244.1.5/16"'],
  ] as const)('%s', (text, wanted) => expect(passes(text)).toBe(wanted));

  it('are read as words', () => {
    expect(words('ip6 host fe80::1 and tcp[tcpflags]&(tcp-syn)!=0')).toEqual(
      'ip6 host fe80::1 and tcp [ tcpflags ] & ( tcp-syn ) != 0'.split(' '),
    );
  });
});

it('prints a segment as tcpdump does', () => {
  const style = { verbose: 0, quiet: false, link: false, absolute: false, numeric: true };
  const printer = { style, conversations: new Map(), names: new Map(), port: String };
  const line = packetLine(printer, 1, bytes, bytes.length).replace(/val \d+/, 'val N');
  expect(line).toBe(
    'IP 10.244.1.3.51806 > 10.244.2.2.8080: Flags [S], seq 628088224, win 64240, ' +
      'options [mss 1460,sackOK,TS val N ecr 0,nop,wscale 10], length 0',
  );
  const verbose = { ...printer, style: { ...style, verbose: 1 } };
  expect(packetLine(verbose, 1, bytes, bytes.length)).toContain('(correct), seq 628088224');
});
