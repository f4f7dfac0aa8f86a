import type { Json } from '../world/json.ts';
import type { Cluster } from './api.ts';
import { sendPacket } from './send-packet.ts';
import type { Wired } from './wire.ts';

/** What a human does to a cluster, in the shapes of the session's protocol. */
type Input =
  | { readonly type: 'keys'; readonly terminal: string; readonly data: string }
  | { readonly type: 'line'; readonly terminal: string; readonly text: string }
  | {
      readonly type: 'open-terminal';
      readonly terminal: string;
      readonly columns: number;
      readonly rows: number;
      readonly host?: string;
    }
  | {
      readonly type: 'resize';
      readonly terminal: string;
      readonly columns: number;
      readonly rows: number;
    }
  | { readonly type: 'close-terminal'; readonly terminal: string }
  | { readonly type: 'write-file'; readonly path: string; readonly text: string }
  | { readonly type: 'send-packet'; readonly from: string; readonly to: string };

/** Longest text that one input may hold; more is a paste that nobody means. */
const LONGEST = 2_000_000;

/** Does one input. */
export function dispatch(wired: Wired, cluster: Cluster, input: Json): void {
  const { terminals } = wired.hosts;
  const given = input as unknown as Input;
  switch (given.type) {
    case 'keys':
      terminals.keys(given.terminal, given.data.slice(0, LONGEST));
      break;
    case 'line':
      terminals.line(given.terminal, given.text.slice(0, LONGEST));
      break;
    case 'open-terminal':
      terminals.open(
        given.terminal,
        given.host ?? 'workstation',
        clamp(given.columns),
        clamp(given.rows),
      );
      break;
    case 'resize':
      terminals.resize(given.terminal, clamp(given.columns), clamp(given.rows));
      break;
    case 'close-terminal':
      terminals.close(given.terminal);
      break;
    case 'write-file':
      cluster.writeFile(given.path, given.text.slice(0, LONGEST));
      break;
    case 'send-packet':
      sendPacket(wired, cluster, given.from, given.to);
      break;
  }
}

function clamp(cells: number): number {
  return Math.max(10, Math.min(500, Math.floor(cells) || 80));
}
