import type { ApiObject } from '../../../apimachinery/object.ts';
import type { AdmissionPlugin } from '../../admission-order.ts';

const DEFAULT = 'ingressclass.kubernetes.io/is-default-class';
const ANNOTATION = 'kubernetes.io/ingress.class';

/** A new Ingress without a class gets the default one, if there is one. */
const plugin: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  admit({ kind, object, operation }, server) {
    const spec = object['spec'] as { readonly ingressClassName?: string } | undefined;
    const named = spec?.ingressClassName ?? object.metadata.annotations?.[ANNOTATION];
    const asked = operation === 'CREATE' && kind.names.plural === 'ingresses';
    if (!asked || named !== undefined) return { ok: true, value: object };
    const classes = server.byResource.get('ingressclasses.networking.k8s.io');
    const all = classes ? server.storage.list(classes, undefined) : [];
    const [found] = all
      .filter(({ metadata }) => metadata.annotations?.[DEFAULT] === 'true')
      .toSorted(newestFirst);
    if (!found) return { ok: true, value: object };
    return {
      ok: true,
      value: { ...object, spec: { ...spec, ingressClassName: found.metadata.name } },
    };
  },
};

function newestFirst({ metadata: a }: ApiObject, { metadata: b }: ApiObject): number {
  if (a.creationTimestamp !== b.creationTimestamp) {
    return a.creationTimestamp > b.creationTimestamp ? -1 : 1;
  }
  return a.name < b.name ? -1 : 1;
}

export default plugin;
