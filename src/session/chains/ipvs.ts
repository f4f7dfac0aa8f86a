import { planIpvs, type VirtualServer } from '../../emulator/proxy/ipvs/plan.ts';
import type { Choice, ModeView } from './api.ts';
import type { ChainFacts } from './facts.ts';

/** The scheduler that kube-proxy takes where its configuration names none. */
const SCHEDULER = 'rr';

/**
 * The port in ipvs mode: its virtual servers with their real servers, as `ipvsadm -Ln` shows them.
 */
export function ipvsView(facts: ChainFacts, active: boolean): ModeView {
  const { port, endpoints, clusterCIDR, masqueradeAll, node, nodeIP, nodeAddresses } = facts;
  const plan = planIpvs([port], endpoints, {
    family: 'IPv4',
    ...{ node, nodeIP, nodeAddresses, masqueradeAll },
    localTraffic: { ifLocal: `-s ${clusterCIDR}`, ifNotLocal: `! -s ${clusterCIDR}` },
    masqueradeMark: '0x4000',
    nodePortAddresses: [],
    randomFully: true,
    scheduler: SCHEDULER,
  });
  const main = plan.servers.find(({ address }) => address === port.clusterIP);
  const doors = main?.realServers ?? [];
  return {
    mode: 'ipvs',
    active,
    entry: plan.servers.map((server) => ({ place: 'kube-ipvs0', text: serverLine(server) })),
    ...(main &&
      doors.length > 0 && { chooses: { place: serverLine(main), how: 'turns' as const } }),
    choices: doors.map((door): Choice => ({
      endpoint: `${door.address}:${door.port}`,
      by: 'Masq, weight 1',
      target: `-> ${door.address}:${door.port}`,
      arrives: 1 / doors.length,
      all: 1 / doors.length,
      rules: [],
    })),
    affinity: main?.persistent === undefined ? [] : [`${serverLine(main)} (${main.persistent} s)`],
    refuses: [],
    lines: [
      ...plan.servers.flatMap((server) => [
        serverLine(server),
        ...server.realServers.map((door) => doorLine(door)),
      ]),
      ...plan.nat.split('\n').filter((line) => line.startsWith('-A ')),
      ...plan.filter.split('\n').filter((line) => line.startsWith('-A ')),
    ],
  };
}

function serverLine({ protocol, address, port, scheduler, persistent }: VirtualServer): string {
  const lasting = persistent === undefined ? '' : ` persistent ${persistent}`;
  return `${protocol.toUpperCase().padEnd(4)} ${address}:${port} ${scheduler}${lasting}`;
}

/** Columns of `ipvsadm -Ln`: real server, forwarding, weight, active and inactive connections. */
function doorLine({ address, port }: { readonly address: string; readonly port: number }): string {
  return `  -> ${`${address}:${port}`.padEnd(28)} Masq    1      0          0`;
}
