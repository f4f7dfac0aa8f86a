import type { DaemonSys } from '../../host/syscalls.ts';
import {
  realKey,
  serverKey,
  type RealServer,
  type VirtualServer,
} from '../../network/ipvs/types.ts';
import { SECOND } from '../../world/index.ts';

/** How often real servers on their way out are looked at. */
const INTERVAL = 60 * SECOND;

const memoryName = (server: VirtualServer, real: RealServer) =>
  `graceful/${serverKey(server)}/${realKey(real)}`;

/**
 * Whether a real server that is no longer wanted has to stay with weight 0, because it has
 * connections of TCP (upstream pkg/proxy/ipvs/graceful_termination.go); then it is remembered.
 */
export function keepsGracefully(sys: DaemonSys, server: VirtualServer, real: RealServer): boolean {
  if (server.protocol !== 'tcp') return false;
  const { active, inactive } = sys.network.ipvs.load(server, real);
  if (active + inactive === 0) return false;
  const name = memoryName(server, real);
  if (sys.memory(name) === undefined) {
    sys.remember(name, true);
    sys.setTimer('graceful', INTERVAL);
  }
  return true;
}

/** Takes away those of them that have no connections any more; goes on while some are left. */
export function removeIdle(sys: DaemonSys): void {
  const { ipvs } = sys.network;
  let left = 0;
  for (const server of ipvs.view.servers.values()) {
    const leaving = server.realServers.filter(
      (real) => real.weight === 0 && sys.memory(memoryName(server, real)) !== undefined,
    );
    const gone = leaving.filter((real) => {
      const { active, inactive } = ipvs.load(server, real);
      return active + inactive === 0;
    });
    left += leaving.length - gone.length;
    if (gone.length === 0) continue;
    for (const real of gone) sys.remember(memoryName(server, real), undefined);
    const realServers = server.realServers.filter((real) => !gone.includes(real));
    ipvs.write([[serverKey(server), { ...server, realServers }]]);
  }
  if (left > 0) sys.setTimer('graceful', INTERVAL);
}
