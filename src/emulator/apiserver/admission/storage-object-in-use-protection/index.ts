import type { AdmissionPlugin } from '../../admission-order.ts';

const finalizers: Readonly<Record<string, string>> = {
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  persistentvolumes: 'kubernetes.io/pv-protection',
};

/** What is used is not deleted under its users. */
const plugin: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  admit({ kind, object, operation }) {
    const finalizer = finalizers[kind.names.plural];
    const own = object.metadata.finalizers ?? [];
    if (operation !== 'CREATE' || !finalizer || own.includes(finalizer)) {
      return { ok: true, value: object };
    }
    const metadata = { ...object.metadata, finalizers: [...own, finalizer] };
    return { ok: true, value: { ...object, metadata } };
  },
};

export default plugin;
