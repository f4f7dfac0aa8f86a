import type { NetnsRef } from '../network/api.ts';
import { podRecordKey, type PodRecord } from '../programs/kubelet/records.ts';
import type { Pod } from '../resources/pod-template/shapes.ts';
import type { Wired } from './wire.ts';

/** The network namespace of a pod (`namespace/name`), as its kubelet keeps it. */
export function podNetns({ world }: Wired, name: string): NetnsRef | undefined {
  const pod = world.store.get<Pod>(`/registry/pods/${name}`);
  const host = pod?.spec.nodeName;
  if (!pod || !host) return undefined;
  const uid = pod.metadata.annotations?.['kubernetes.io/config.mirror'] ?? pod.metadata.uid;
  const record = world.store.get<PodRecord>(podRecordKey(host, uid));
  return record?.netns ? { host, netns: record.netns } : undefined;
}
