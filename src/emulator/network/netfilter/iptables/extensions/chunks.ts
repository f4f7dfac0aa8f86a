// Chunk types of SCTP, which `-m sctp` can ask for; nothing speaks it here.
import type { OptionDefinition, Options } from '../extension.ts';
import { option } from '../extension.ts';
import { bang } from './values.ts';

/** Chunk types of SCTP with their numbers (libxt_sctp). */
const CHUNKS: readonly (readonly [name: string, number: number, flags: string])[] = [
  ['DATA', 0, '----IUBE'],
  ['INIT', 1, '--------'],
  ['INIT_ACK', 2, '--------'],
  ['SACK', 3, '--------'],
  ['HEARTBEAT', 4, '--------'],
  ['HEARTBEAT_ACK', 5, '--------'],
  ['ABORT', 6, '-------T'],
  ['SHUTDOWN', 7, '--------'],
  ['SHUTDOWN_ACK', 8, '--------'],
  ['ERROR', 9, '--------'],
  ['COOKIE_ECHO', 10, '--------'],
  ['COOKIE_ACK', 11, '--------'],
  ['ECN_ECNE', 12, '--------'],
  ['ECN_CWR', 13, '--------'],
  ['SHUTDOWN_COMPLETE', 14, '-------T'],
  ['I_DATA', 64, '----IUBE'],
  ['RE_CONFIG', 130, '--------'],
  ['PAD', 132, '--------'],
  ['ASCONF', 193, '--------'],
  ['ASCONF_ACK', 128, '--------'],
  ['FORWARD_TSN', 192, '--------'],
  ['I_FORWARD_TSN', 194, '--------'],
];

function readChunks([how = '', text = '']: readonly string[]) {
  const mode = ['any', 'all', 'only'].find((each) => each === how.toLowerCase());
  if (mode === undefined) {
    return {
      error: 'Match type has to be one of "ALL", "ANY" or "ONLY"',
    };
  }
  const every = text.toUpperCase() === 'ALL';
  if (every || text.toUpperCase() === 'NONE') return [mode, text.toUpperCase()];
  const chosen = new Map<number, string>();
  for (const word of text.split(',')) {
    const [name = '', flags] = word.split(':');
    const index = CHUNKS.findIndex(([known]) => known === name.toUpperCase());
    if (index < 0) return { error: `Unknown sctp chunk \`${text}'` };
    const [known = ''] = CHUNKS[index] ?? [];
    chosen.set(index, flags === undefined ? known : `${known}:${flags}`);
  }
  const sorted = [...chosen].toSorted(([a], [b]) => (CHUNKS[a]?.[1] ?? 0) - (CHUNKS[b]?.[1] ?? 0));
  return [mode, sorted.map(([, word]) => word).join(',')];
}

export const chunkTypes: OptionDefinition = {
  flag: '--chunk-types',
  values: 2,
  invertible: true,
  read: readChunks,
};

/** How `-L` shows chunk types. */
export function listChunks(options: Options, numeric: boolean): string {
  const given = option(options, '--chunk-types');
  if (!given) return '';
  const [mode = '', text = ''] = given.values;
  const words = text.split(',').map((word) => {
    const [name, flags] = word.split(':');
    const number = CHUNKS.find(([known]) => known === name)?.[1];
    if (!numeric || number === undefined) return word;
    const shown = `0x${number.toString(16).padStart(4, '0')}`;
    return flags === undefined ? shown : `${shown}:${flags}`;
  });
  return `${bang(given)} ${mode} ${words.join(',')}`;
}
