import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { defaultPodSpec, defaultRequests } from '../pod-template/defaults.ts';
import { qosClass } from '../pod-template/qos.ts';
import type { Pod, PodSpec } from '../pod-template/shapes.ts';
import { cells, columns } from './columns.ts';
import { describe } from './describe.ts';
import { validateStatus } from './validate-status.ts';
import { validateUpdate } from './validate-update.ts';
import { validateCreate } from './validate.ts';
import { isDns1123Label } from '../../apimachinery/names.ts';
import { equal } from '../../world/json.ts';
import { nameWarning, podWarnings } from '../pod-template/warnings.ts';

/** Pod: containers that share an address. */
export default defineKind<Pod>({
  names: kindNames('Pod', 'pods', { shortNames: ['po'], categories: ['all'] }),
  definition: 'V1Pod',
  hasGeneration: true,
  warnings: ({ metadata, spec }, old) => [
    ...nameWarning(old ? [] : isDns1123Label(metadata.name), "this is used in the Pod's hostname"),
    ...podWarnings(spec, metadata.annotations, ''),
  ],
  subresources: [
    'attach',
    'binding',
    'ephemeralcontainers',
    'eviction',
    'exec',
    'log',
    'portforward',
    'proxy',
    'resize',
    'status',
  ],
  defaults(pod) {
    return {
      ...pod,
      spec: defaultSpec(pod.spec ?? { containers: [] }),
      ...(pod.status && { status: oneAddress(pod.status) }),
    };
  },
  prepare: (pod, old) =>
    old
      ? { ...pod, ...(old.status && { status: old.status }) }
      : { ...pod, status: { phase: 'Pending', qosClass: qosClass(pod.spec) } },
  validate: (pod, old) => (old ? validateUpdate(pod, old) : validateCreate(pod)),
  // Kubelets that do not know the class of a pod leave it out.
  prepareStatus: (pod, old) =>
    pod.status?.qosClass || !old.status?.qosClass
      ? pod
      : { ...pod, status: { ...pod.status, qosClass: old.status.qosClass } },
  validateStatus,
  gracePeriod(pod, requested) {
    const wanted = requested ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    if (pod.metadata.deletionTimestamp && requested === undefined) {
      return pod.metadata.deletionGracePeriodSeconds ?? 0;
    }
    // A pod that never reached a node, or that has ended, has nothing to be graceful about.
    const phase = pod.status?.phase;
    if (!pod.spec.nodeName || phase === 'Failed' || phase === 'Succeeded') return 0;
    return Math.max(0, wanted);
  },
  selectableFields: ({ spec, status }) => ({
    'spec.nodeName': spec?.nodeName ?? '',
    'spec.restartPolicy': spec?.restartPolicy ?? '',
    'spec.schedulerName': spec?.schedulerName ?? '',
    'spec.serviceAccountName': spec?.serviceAccountName ?? '',
    'spec.hostNetwork': String(spec?.hostNetwork ?? false),
    'status.phase': status?.phase ?? '',
    'status.podIP': status?.podIP ?? '',
    'status.nominatedNodeName': status?.nominatedNodeName ?? '',
  }),
  columns,
  cells,
  describe,
});

/** Specs that lack no default: those of stored pods come back with each write of a status. */
const full = new WeakSet<PodSpec>();

function defaultSpec(given: PodSpec): PodSpec {
  if (full.has(given)) return given;
  const spec = defaultRequests(defaultPodSpec(given));
  const filled = { ...spec, enableServiceLinks: spec.enableServiceLinks ?? true };
  if (!Object.isFrozen(given) || !equal(filled, given)) return filled;
  full.add(given);
  return given;
}

/** The single address rules over the list where they differ (conversion from v1). */
function oneAddress(status: NonNullable<Pod['status']>): NonNullable<Pod['status']> {
  const { podIP, podIPs } = status;
  return podIP && podIP !== podIPs?.[0]?.ip ? { ...status, podIPs: [{ ip: podIP }] } : status;
}
