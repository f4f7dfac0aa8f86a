import type { ContainerRuntime } from '../../host/runtime-api.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import { assert } from '../../world/assert.ts';
import { flagOf } from '../component.ts';

/** containerd, as the kubelet reaches it. */
export function runtimeOf(sys: DaemonSys): ContainerRuntime {
  assert(sys.runtime, 'the kubelet runs without a container runtime');
  return sys.runtime;
}

export function nodeName(sys: DaemonSys): string {
  return flagOf(sys.argv, 'hostname-override') ?? sys.hostname;
}

/** The node's own address. */
export function nodeAddress(sys: DaemonSys): string {
  const eth0 = sys.network.links().find(({ name }) => name === 'eth0');
  return eth0?.addresses[0]?.address ?? '';
}

/** The node's addresses, one a family: those of `--node-ip`, else the first. */
export function nodeAddresses(sys: DaemonSys): readonly string[] {
  const given = flagOf(sys.argv, 'node-ip')?.split(',') ?? [];
  return given.length > 1 ? given : [nodeAddress(sys)];
}

/** Has a pod looked at again, soon; a look that was planned earlier stays planned. */
export function wake(sys: DaemonSys, uid: string, delay: number): void {
  const name = `wake/${uid}`;
  const at = sys.now + delay;
  const planned = sys.memory<number>(name);
  if (planned !== undefined && planned > sys.now && planned <= at) return;
  sys.remember(name, at);
  sys.setTimer(`sync/${uid}`, delay);
}
