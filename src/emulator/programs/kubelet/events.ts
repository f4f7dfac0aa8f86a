import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { componentOptions, createApi, recordEvent } from '../component.ts';
import type { PodRecord } from './records.ts';
import { nodeName } from './runtime.ts';

/** An event about a pod, or about one of its containers. */
export function* tell(
  sys: DaemonSys,
  { pod }: PodRecord,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  container?: string,
): Call<void> {
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const said = {
    type,
    reason,
    message,
    ...(container && { fieldPath: fieldPath(pod, container) }),
  };
  yield* recordEvent(sys, api.request, 'kubelet', pod, said, nodeName(sys));
}

/** Where in the pod's spec a container stands: `spec.containers{web}`. */
function fieldPath({ spec }: PodRecord['pod'], container: string): string {
  const lists = ['containers', 'initContainers', 'ephemeralContainers'] as const;
  const list = lists.find((each) => spec[each]?.some(({ name }) => name === container));
  return `spec.${list ?? 'containers'}{${container}}`;
}
