import type { ApiObject } from '../../../apimachinery/object.ts';
import { classOf, isDefaultClass } from '../../../resources/volume.ts';
import type { AdmissionPlugin } from '../../admission-order.ts';

/** A new claim that names no class gets the default one, if there is one. */
const plugin: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  admit({ kind, object, operation }, server) {
    const asked = operation === 'CREATE' && kind.names.plural === 'persistentvolumeclaims';
    const claim = object as ApiObject & { readonly spec?: { readonly storageClassName?: string } };
    const named = claim.spec?.storageClassName !== undefined || classOf(claim) !== '';
    if (!asked || named) return { ok: true, value: object };
    const classes = server.byResource.get('storageclasses.storage.k8s.io');
    const [found] = (classes ? server.storage.list(classes, undefined) : [])
      .filter(isDefaultClass)
      .toSorted(newestFirst);
    if (!found) return { ok: true, value: object };
    const spec = { ...claim.spec, storageClassName: found.metadata.name };
    return { ok: true, value: { ...object, spec } };
  },
};

function newestFirst({ metadata: a }: ApiObject, { metadata: b }: ApiObject): number {
  if (a.creationTimestamp !== b.creationTimestamp) {
    return a.creationTimestamp > b.creationTimestamp ? -1 : 1;
  }
  return a.name < b.name ? -1 : 1;
}

export default plugin;
