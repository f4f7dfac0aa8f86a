import { forbiddenStatus, notFoundStatus } from '../../../apimachinery/status.ts';
import type { AdmissionPlugin } from '../../admission-order.ts';

/** Nothing is created in a namespace that is not there or that is being deleted. */
const plugin: AdmissionPlugin = {
  name: 'NamespaceLifecycle',
  admit({ kind, object, operation }, server) {
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
    const status = forbiddenStatus(kind.names, object.metadata.name ?? '', why);
    const cause = {
      reason: 'NamespaceTerminating',
      message: `namespace ${name} is being terminated`,
      field: 'metadata.namespace',
    };
    return { ok: false, status: { ...status, details: { ...status.details, causes: [cause] } } };
  },
};

export default plugin;
