import type { Backend } from './backend.ts';
import { hostGw } from './host-gw.ts';
import { vxlan } from './vxlan.ts';
import { wireguard } from './wireguard.ts';

const all: readonly Backend[] = [hostGw, vxlan, wireguard];

/** The backend of a type; undefined where it is not modelled, or is none at all. */
export function findBackend(type: string): Backend | undefined {
  return all.find((backend) => backend.type === type.toLowerCase());
}

/** Backends of flannel that are not made here. */
export const unmodelled = ['alivpc', 'awsvpc', 'extension', 'gce', 'ipip', 'ipsec', 'udp'];
