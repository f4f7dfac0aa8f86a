import { at, invalid, required, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface ApiService extends ApiObject {
  readonly spec?: {
    readonly group?: string;
    readonly version?: string;
    readonly groupPriorityMinimum?: number;
    readonly versionPriority?: number;
    readonly insecureSkipTLSVerify?: boolean;
    readonly caBundle?: string;
    readonly service?: {
      readonly name?: string;
      readonly namespace?: string;
      readonly port?: number;
    };
  };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
    }[];
  };
}

/** APIService: who serves a group and version; those of the server itself are Local. */
export default storedKind<ApiService>({
  names: kindNames('APIService', 'apiservices', {
    group: 'apiregistration.k8s.io',
    namespaced: false,
    categories: ['api-extensions'],
  }),
  definition: 'V1APIService',
  status: true,
  defaults: (object) =>
    object.spec?.service
      ? { ...object, spec: { ...object.spec, service: { port: 443, ...object.spec.service } } }
      : object,
  validate({ metadata, spec = {} }): FieldError[] {
    const errors: FieldError[] = [];
    const wanted = `${spec.version ?? ''}.${spec.group ?? ''}`;
    if (metadata.name !== wanted) {
      const why = `must be \`spec.version+"."+spec.group\`: "${wanted}"`;
      errors.push(invalid('metadata.name', metadata.name ?? '', why));
    }
    if (!spec.version) errors.push(required('spec.version', ''));
    const { groupPriorityMinimum: group = 0, versionPriority: version = 0 } = spec;
    if (group <= 0 || group > 20_000) {
      const why = 'must be positive and less than 20000';
      errors.push(invalid('spec.groupPriorityMinimum', group, why));
    }
    if (version <= 0 || version > 1000) {
      const why = 'must be positive and less than 1000';
      errors.push(invalid('spec.versionPriority', version, why));
    }
    if (!spec.service) return errors;
    for (const field of ['namespace', 'name'] as const) {
      if (!spec.service[field]) errors.push(required(at('spec.service', field), ''));
    }
    if (spec.insecureSkipTLSVerify && spec.caBundle) {
      const why = 'may not be true if caBundle is present';
      errors.push(invalid('spec.insecureSkipTLSVerify', true, why));
    }
    return errors;
  },
  columns: [
    nameColumn,
    column('Service', 'string', 'The reference to the service that hosts this API endpoint.'),
    column('Available', 'string', 'Whether this service is available.'),
    ageColumn,
  ],
  cells: (object, now) => [
    object.metadata.name,
    object.spec?.service
      ? `${object.spec.service.namespace ?? ''}/${object.spec.service.name ?? ''}`
      : 'Local',
    availability(object),
    ageOf(object, now),
  ],
});

/** `True`, or `False (Reason)`. */
function availability({ status }: ApiService): string {
  const found = status?.conditions?.find(({ type }) => type === 'Available');
  if (!found) return 'Unknown';
  return found.status === 'True' ? 'True' : `${found.status} (${found.reason ?? ''})`;
}
