import { forbiddenStatus, notFoundStatus } from '../../../apimachinery/status.ts';
import type { AdmissionPlugin } from '../../admission-order.ts';
import { shownName } from '../shown-name.ts';

/** Namespaces that may not be deleted. */
const immortal = new Set(['default', 'kube-system', 'kube-public']);

/** Nothing is created in a namespace that is not there or that is being deleted. */
const plugin: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  admit({ kind, object, operation }, server) {
    if (operation === 'DELETE' && kind.names.plural === 'namespaces') {
      const { name } = object.metadata;
      if (!immortal.has(name)) return { ok: true, value: object };
      const why = 'this namespace may not be deleted';
      return { ok: false, status: forbiddenStatus(kind.names, name, why) };
    }
    if (operation !== 'CREATE' || !kind.names.namespaced) return { ok: true, value: object };
    const name = object.metadata.namespace ?? '';
    const namespaces = server.byResource.get('namespaces');
    const found = namespaces && server.storage.get(namespaces, undefined, name);
    if (!found) {
      return { ok: false, status: notFoundStatus({ group: '', plural: 'namespaces' }, name) };
    }
    if (!found.metadata.deletionTimestamp || kind.names.plural === 'events') {
      return { ok: true, value: object };
    }
    const why = `unable to create new content in namespace ${name} because it is being terminated`;
    const status = forbiddenStatus(kind.names, shownName(object), why);
    const cause = {
      reason: 'NamespaceTerminating',
      message: `namespace ${name} is being terminated`,
      field: 'metadata.namespace',
    };
    return { ok: false, status: { ...status, details: { ...status.details, causes: [cause] } } };
  },
};

export default plugin;
