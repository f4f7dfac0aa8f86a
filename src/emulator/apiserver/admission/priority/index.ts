import type { ApiObject } from '../../../apimachinery/object.ts';
import { forbiddenStatus } from '../../../apimachinery/status.ts';
import type { AdmissionPlugin } from '../../admission-order.ts';

/** The two classes that every cluster has (`scheduling/v1`); others come with their kind. */
const system: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

interface Pod extends ApiObject {
  readonly spec: { readonly priorityClassName?: string; readonly preemptionPolicy?: string };
}

/** Turns a pod's priority class into its number. */
const plugin: AdmissionPlugin = {
  name: 'Priority',
  admit({ kind, object, operation }) {
    if (operation !== 'CREATE' || kind.names.plural !== 'pods') return { ok: true, value: object };
    const pod = object as Pod;
    const name = pod.spec.priorityClassName;
    if (name && system[name] === undefined) {
      const why = `no PriorityClass with name ${name} was found`;
      return { ok: false, status: forbiddenStatus(kind.names, pod.metadata.name ?? '', why) };
    }
    const priority = name ? system[name] : 0;
    const preemptionPolicy = pod.spec.preemptionPolicy ?? 'PreemptLowerPriority';
    return { ok: true, value: { ...pod, spec: { ...pod.spec, priority, preemptionPolicy } } };
  },
};

export default plugin;
