import { sha256 } from '../../apimachinery/sha256.ts';
import { bytesToBase64 } from '../../world/base64.ts';
import type { KindNames } from '../../resources/kind.ts';
import { groupsOf, inVersion, versionsOf, type Resource } from './groups.ts';
import { subresourceInfo } from './subresources.ts';

/** APIVersions: what `/api` lists. */
export function legacyVersions(): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '192.168.49.2:6443' }],
  };
}

/** APIGroupList: what `/apis` lists. */
export function groupList(resources: readonly Resource[]): object {
  const groups = groupsOf(resources).map((group) => groupEntry(resources, group));
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** APIGroup: what `/apis/apps` says; undefined where there is no such group. */
export function groupOf(resources: readonly Resource[], group: string): object | undefined {
  if (versionsOf(resources, group).length === 0) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(resources, group) };
}

function groupEntry(resources: readonly Resource[], group: string): object {
  const versions = versionsOf(resources, group).map((version) => ({
    groupVersion: `${group}/${version}`,
    version,
  }));
  return { name: group, versions, preferredVersion: versions[0] };
}

/** APIResourceList: what a group version has; undefined where it is not served. */
export function resourceList(
  resources: readonly Resource[],
  group: string,
  version: string,
): object | undefined {
  const found = inVersion(resources, group, version);
  if (found.length === 0) return undefined;
  const preferred = versionsOf(resources, group)[0] as string;
  const entries = found.flatMap(({ names, subresources: below }) => [
    {
      name: names.plural,
      singularName: names.singular,
      namespaced: names.namespaced,
      kind: names.kind,
      verbs: names.verbs,
      ...(names.shortNames.length > 0 && { shortNames: names.shortNames }),
      ...(names.categories.length > 0 && { categories: names.categories }),
      ...(names.verbs.includes('watch') && {
        storageVersionHash: storageVersionHash({ ...names, version: preferred }),
      }),
    },
    ...[...below].sort().map((sub) => {
      const info = subresourceInfo(names, sub);
      return {
        name: `${names.plural}/${sub}`,
        singularName: '',
        namespaced: names.namespaced,
        ...(info.group && { group: info.group, version: info.version }),
        kind: info.kind,
        verbs: info.verbs,
      };
    }),
  ]);
  const groupVersion = group === '' ? version : `${group}/${version}`;
  // The list of the core group was there before lists had a version.
  const apiVersion = group === '' ? {} : { apiVersion: 'v1' };
  return { kind: 'APIResourceList', ...apiVersion, groupVersion, resources: entries };
}

/** `StorageVersionHash`: tells clients when objects are stored in another version. */
function storageVersionHash({ group, version, kind }: KindNames): string {
  // Events of both groups are stored as the older one's.
  const stored = kind === 'Event' ? '' : group;
  const text = new TextEncoder().encode(`${stored}/${version}/${kind}`);
  return bytesToBase64(sha256(text).slice(0, 8));
}
