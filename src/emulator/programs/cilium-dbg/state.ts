import {
  CILIUM_SOCKET,
  type CiliumEndpointState,
  type CiliumNodeState,
} from '../../cni/cilium-cni/state.ts';
import { isErrno } from '../../host/errno.ts';
import type { Sys } from '../../host/syscalls.ts';
import type { FqdnEntry } from '../../network/bpf/dns.ts';
import type {
  BpfEvent,
  BpfMap,
  EndpointPolicy,
  IpcacheEntry,
  LbEntry,
  LxcEntry,
} from '../../network/bpf/maps.ts';

/** What the agent answers from: its maps, and what it keeps beside them. */
export interface AgentState {
  readonly node: CiliumNodeState;
  readonly revision: number;
  readonly policies: readonly string[];
  readonly endpoints: readonly CiliumEndpointState[];
  readonly lxc: ReadonlyMap<string, LxcEntry>;
  readonly ipcache: ReadonlyMap<string, IpcacheEntry>;
  readonly policy: ReadonlyMap<string, EndpointPolicy>;
  readonly lb: ReadonlyMap<string, LbEntry>;
  readonly fqdn: readonly FqdnEntry[];
  readonly events: readonly BpfEvent[];
  /** Labels of an identity; none where it is not known. */
  labelsOf(identity: number): readonly string[];
  readonly now: number;
}

const RESERVED: Readonly<Record<number, string>> = {
  1: 'reserved:host',
  2: 'reserved:world',
  3: 'reserved:unmanaged',
  4: 'reserved:health',
  5: 'reserved:init',
  6: 'reserved:remote-node',
  7: 'reserved:kube-apiserver',
  8: 'reserved:ingress',
};

/** Reads it; where the agent does not run, the words of its client. */
export function readState(sys: Sys): AgentState | string {
  if (isErrno(sys.files.stat(CILIUM_SOCKET))) {
    const dial = `dial unix ${CILIUM_SOCKET}: connect: no such file or directory`;
    const get = `Get "http://localhost/v1/healthz": ${dial}`;
    return `Error: Cannot get status/probe: ${get}\nIs the agent running?`;
  }
  const map = <T>(name: BpfMap) => new Map(sys.network.bpfMap(name)) as unknown as Map<string, T>;
  const config = map<unknown>('config');
  const endpoints = [...config]
    .filter(([key]) => key.startsWith('endpoint/'))
    .map(([, value]) => value as CiliumEndpointState)
    .sort((a, b) => a.id - b.id);
  const lxc = map<LxcEntry>('lxc');
  const ipcache = map<IpcacheEntry>('ipcache');
  const agent = (config.get('agent') ?? {}) as { revision?: number; policies?: readonly string[] };
  const told = (config.get('identities') ?? {}) as Readonly<Record<string, readonly string[]>>;
  const known = new Map(Object.entries(told).map(([id, labels]) => [Number(id), labels]));
  for (const [cidr, { identity }] of ipcache) {
    if (identity > 65_535) known.set(identity, [`cidr:${cidr}`, 'reserved:world']);
  }
  return {
    node: config.get('node') as CiliumNodeState,
    revision: agent.revision ?? 1,
    policies: agent.policies ?? [],
    endpoints,
    lxc,
    ipcache,
    policy: map<EndpointPolicy>('policy'),
    lb: map<LbEntry>('lb'),
    fqdn: [...map<FqdnEntry>('fqdn').values()],
    events: sys.network.bpfEvents(),
    labelsOf: (identity) =>
      known.get(identity) ?? (RESERVED[identity] ? [RESERVED[identity] as string] : []),
    now: sys.now,
  };
}
