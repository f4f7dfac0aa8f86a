import type { AdmissionPlugin } from '../../admission-order.ts';

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

interface Spec {
  readonly taints?: readonly { readonly key: string; readonly effect: string }[];
}

/** Nothing is scheduled to a new node until it says that it is ready. */
const plugin: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  admit({ kind, object, operation }) {
    if (operation !== 'CREATE' || kind.names.plural !== 'nodes') return { ok: true, value: object };
    const spec = (object['spec'] ?? {}) as Spec;
    const { taints = [] } = spec;
    const known = taints.some(
      ({ key, effect }) => key === NOT_READY.key && effect === 'NoSchedule',
    );
    if (known) return { ok: true, value: object };
    return { ok: true, value: { ...object, spec: { ...spec, taints: [...taints, NOT_READY] } } };
  },
};

export default plugin;
