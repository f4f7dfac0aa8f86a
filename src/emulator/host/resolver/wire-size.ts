import type { DnsMessage, DnsRecord } from './message.ts';

/** How a packer writes names. */
export interface Packing {
  /** Whether names are compressed at all (RFC 1035, 4.1.4); they are unless told otherwise. */
  readonly compress?: boolean;
  /** Also the target of SRV, which RFC 2782 forbids and some servers do. */
  readonly compressSrv?: boolean;
}

const HEADER = 12;
const MAX_POINTER = 0x4000;

/** Bytes that a message has on the wire. */
export function wireSize(message: DnsMessage, packing: Packing = {}): number {
  const state: State = { size: HEADER, seen: new Set(), packing };
  putName(state, message.question.name, true);
  state.size += 4;
  for (const section of [message.answers, message.authority, message.additional]) {
    for (const record of section) putRecord(state, record);
  }
  const { edns } = message;
  if (edns) {
    state.size += 11;
    if (edns.cookie) state.size += 4 + edns.cookie.length / 2;
    for (const { data } of edns.options ?? []) state.size += 4 + data.length;
    if (edns.error) state.size += 4 + 2 + edns.error.text.length;
  }
  return state.size;
}

interface State {
  size: number;
  /** Name endings that a pointer can refer to. */
  readonly seen: Set<string>;
  readonly packing: Packing;
}

/** Adds a name: labels until an ending that was written before, and a pointer to that. */
function putName(state: State, name: string, mayPoint: boolean): void {
  const labels = name === '.' ? [] : name.replace(/\.$/, '').split('.');
  const compress = state.packing.compress !== false;
  for (let i = 0; i < labels.length; i++) {
    const ending = labels.slice(i).join('.');
    if (compress && mayPoint && state.seen.has(ending)) {
      state.size += 2;
      return;
    }
    if (state.size < MAX_POINTER) state.seen.add(ending);
    state.size += 1 + (labels[i] as string).length;
  }
  state.size += 1;
}

function putRecord(state: State, record: DnsRecord): void {
  putName(state, record.name, true);
  state.size += 10;
  const words = record.data.split(' ');
  const srv = state.packing.compressSrv ?? false;
  switch (record.type) {
    case 'A':
      state.size += 4;
      return;
    case 'AAAA':
      state.size += 16;
      return;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      putName(state, record.data, true);
      return;
    case 'DNAME':
      putName(state, record.data, false);
      return;
    case 'MX':
      state.size += 2;
      putName(state, words[1] ?? '.', true);
      return;
    case 'SRV':
      state.size += 6;
      putName(state, words[3] ?? '.', srv);
      return;
    case 'SOA':
      putName(state, words[0] ?? '.', true);
      putName(state, words[1] ?? '.', true);
      state.size += 20;
      return;
    case 'TXT':
      for (const [, text = ''] of record.data.matchAll(/"((?:[^"\\]|\\.)*)"/g)) {
        state.size += 1 + text.replaceAll(/\\(\d{3}|.)/g, 'x').length;
      }
      return;
    case 'HINFO':
      state.size += record.data.replaceAll('"', '').length + 1;
      return;
    default:
      state.size += record.data.length;
  }
}
