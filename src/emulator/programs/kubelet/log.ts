import type { DaemonSys } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import { rfc3339Micro } from '../../world/time.ts';
import { runtimeOf } from './runtime.ts';

/** A klog line of the kubelet, with its process id: `E1125 09:00:00.000000   102 file.go:1] …`. */
export function klog(sys: DaemonSys, level: 'I' | 'W' | 'E', place: string, text: string): void {
  const time = rfc3339Micro(sys.now);
  const day = `${time.slice(5, 7)}${time.slice(8, 10)}`;
  sys.log(`${level}${day} ${time.slice(11, 26)} ${String(sys.pid).padStart(7)} ${place}] ${text}`);
}

/** Lines of containerd about what it does for the kubelet, in its unit's log. */
export function runtimeLog(sys: DaemonSys, lines: readonly string[]): void {
  const runtime = runtimeOf(sys);
  const time = rfc3339Micro(sys.now).replace('Z', '000Z');
  const pid = runtime.record<number>('containerd') ?? 1;
  runtime.note('containerd', pid, lines.map((line) => `time="${time}" ${line}\n`).join(''));
}

/** Whether containerd runs on this node; without it no sandbox and no container can be made. */
export function isRuntimeUp(sys: DaemonSys): boolean {
  const runtime = runtimeOf(sys);
  const pid = runtime.record<number>('containerd');
  return pid !== undefined && runtime.isAlive(pid);
}

/** A sandbox as containerd's log names it. */
export function sandboxText({ metadata: { name, uid, namespace } }: Pod): string {
  return `&PodSandboxMetadata{Name:${name},Uid:${uid},Namespace:${namespace},Attempt:0,}`;
}
