import type { RealServer, VirtualServer } from '../../emulator/network/ipvs/types.ts';
import { planIpvs } from '../../emulator/proxy/ipvs/plan.ts';
import type { Choice, ModeView } from './api.ts';
import type { ChainFacts } from './facts.ts';

/** The scheduler that kube-proxy takes where its configuration names none. */
const SCHEDULER = 'rr';

/** What is shown of a virtual server, whether it is loaded or planned. */
type Server = Pick<VirtualServer, 'protocol' | 'address' | 'port' | 'scheduler' | 'persistent'> & {
  readonly realServers: readonly (Pick<RealServer, 'address' | 'port'> & {
    readonly weight: number;
    /** `ActiveConn` and `InActConn`; undefined where nothing is loaded. */
    readonly active?: number;
    readonly inactive?: number;
  })[];
};

/**
 * The port in ipvs mode: its virtual servers with their real servers, as `ipvsadm -Ln` shows them.
 * Schedulers take turns by weight, so the share of a door is its weight.
 */
export function ipvsView(facts: ChainFacts, active: boolean): ModeView {
  const { port } = facts;
  const plan = planned(facts);
  const servers = active ? loaded(facts) : plan.servers;
  const main = servers.find(
    ({ address, port: number }) => address === port.clusterIP && number === port.port,
  );
  const doors = main?.realServers ?? [];
  const weights = doors.reduce((sum, { weight }) => sum + weight, 0);
  return {
    mode: 'ipvs',
    active,
    entry: servers.map((server) => ({ place: 'kube-ipvs0', text: serverLine(server) })),
    ...(main &&
      doors.length > 0 && { chooses: { place: serverLine(main), how: 'turns' as const } }),
    choices: doors.map((door): Choice => {
      const { address, port: number, weight } = door;
      const share = weights === 0 ? 0 : weight / weights;
      const sent = door.active === undefined ? {} : { packets: door.active + (door.inactive ?? 0) };
      return {
        endpoint: `${address}:${number}`,
        by: `Masq, weight ${weight}`,
        target: `-> ${address}:${number}`,
        ...{ arrives: share, all: share, rules: [] },
        ...sent,
      };
    }),
    affinity: main?.persistent === undefined ? [] : [serverLine(main)],
    refuses: [],
    lines: [
      ...servers.flatMap((server) => [
        serverLine(server),
        ...server.realServers.map((door) => doorLine(door)),
      ]),
      ...plan.rules,
    ],
  };
}

/** Virtual servers that are loaded on the node for the port's addresses. */
function loaded({ port, config, nodeAddresses }: ChainFacts): Server[] {
  const own = [port.clusterIP, ...port.externalIPs, ...port.loadBalancerIPs];
  const { view } = config.ipvs;
  const isOwn = ({ protocol, address, port: number }: VirtualServer) =>
    protocol === port.protocol &&
    ((own.includes(address) && number === port.port) ||
      (nodeAddresses.includes(address) && number === port.nodePort));
  return [...view.servers.values()].filter(isOwn).map((server) => ({
    ...server,
    realServers: server.realServers.map((real) => {
      const { active, inactive } = config.ipvs.load(server, real);
      return { ...real, active, inactive };
    }),
  }));
}

function planned(facts: ChainFacts): {
  readonly servers: readonly Server[];
  readonly rules: readonly string[];
} {
  const { port, endpoints, clusterCIDR, masqueradeAll, node, nodeIP, nodeAddresses } = facts;
  const { servers, nat, filter } = planIpvs([port], endpoints, {
    family: 'IPv4',
    ...{ node, nodeIP, nodeAddresses, masqueradeAll },
    localTraffic: { ifLocal: `-s ${clusterCIDR}`, ifNotLocal: `! -s ${clusterCIDR}` },
    masqueradeMark: '0x4000',
    nodePortAddresses: [],
    randomFully: true,
    scheduler: SCHEDULER,
  });
  return {
    servers: servers.map((server) => ({
      ...server,
      realServers: server.realServers.map((real) => ({ ...real, weight: 1 })),
    })),
    rules: (nat + filter).split('\n').filter((line) => line.startsWith('-A ')),
  };
}

function serverLine({ protocol, address, port, scheduler, persistent }: Server): string {
  const lasting = persistent === undefined ? '' : ` persistent ${persistent}`;
  return `${protocol.toUpperCase().padEnd(4)} ${address}:${port} ${scheduler}${lasting}`;
}

/** Columns of `ipvsadm -Ln`: real server, forwarding, weight, active and inactive connections. */
function doorLine(door: Server['realServers'][number]): string {
  const { address, port, weight, active = 0, inactive = 0 } = door;
  const at = `${address}:${port}`.padEnd(28);
  return `  -> ${at} Masq    ${String(weight).padEnd(6)} ${String(active).padEnd(10)} ${inactive}`;
}
