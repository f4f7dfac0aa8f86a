import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface StorageVersion extends ApiObject {
  readonly status?: {
    readonly commonEncodingVersion?: string;
    readonly storageVersions?: readonly {
      readonly apiServerID?: string;
      readonly encodingVersion?: string;
    }[];
  };
}

/** How many servers are named before the rest is only counted. */
const NAMED = 3;

/** StorageVersion: in which version the API servers store a resource. */
export default storedKind<StorageVersion>({
  names: kindNames('StorageVersion', 'storageversions', {
    group: 'apiserverinternal.k8s.io',
    version: 'v1alpha1',
    namespaced: false,
  }),
  definition: 'V1alpha1StorageVersion',
  gate: 'StorageVersionAPI',
  status: true,
  columns: [nameColumn, column('CommonEncodingVersion'), column('StorageVersions'), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    object.status?.commonEncodingVersion ?? '<unset>',
    serversText(object),
    ageOf(object, now),
  ],
});

function serversText({ status }: StorageVersion): string {
  const servers = status?.storageVersions ?? [];
  const texts = servers.map(
    ({ apiServerID, encodingVersion }) => `${apiServerID}=${encodingVersion}`,
  );
  const named = texts.slice(0, NAMED).join(',');
  return texts.length > NAMED ? `${named} + ${texts.length - NAMED} more...` : named;
}
