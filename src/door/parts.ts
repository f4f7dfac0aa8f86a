import type { IncomingMessage } from 'node:http';
import type { User } from '../emulator/apiserver/request.ts';
import type { Cluster } from '../emulator/cluster/api.ts';
import type { Pace } from './pace.ts';

/** What a door is made of. */
export interface DoorParts {
  readonly cluster: Cluster;
  readonly pace: Pace;
  /** Who asks; undefined is refused. */
  readonly authenticate: (incoming: IncomingMessage) => User | undefined;
  /** Origins of pages that may read the answers. */
  readonly origins?: RegExp;
}
