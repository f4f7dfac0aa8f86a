import type { ApiObject } from '../../../apimachinery/object.ts';
import type { AdmissionPlugin } from '../../admission-order.ts';

interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly effect?: string;
}
interface Pod extends ApiObject {
  readonly spec: { readonly tolerations?: readonly Toleration[] };
}

/**
 * Pods stay five minutes on a node that is not ready or not reachable, unless they say otherwise.
 */
const plugin: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  admit({ kind, object, operation, subresource }) {
    const pods = kind.names.plural === 'pods' && subresource === undefined;
    if (operation === 'DELETE' || !pods) return { ok: true, value: object };
    const pod = object as Pod;
    const given = pod.spec.tolerations ?? [];
    const tolerates = (key: string) =>
      given.some(
        (each) =>
          (each.key === key || (!each.key && each.operator === 'Exists')) &&
          (!each.effect || each.effect === 'NoExecute'),
      );
    const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
      .filter((key) => !tolerates(key))
      .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
    if (added.length === 0) return { ok: true, value: object };
    return {
      ok: true,
      value: { ...pod, spec: { ...pod.spec, tolerations: [...given, ...added] } },
    };
  },
};

export default plugin;
