import type { ApiRequest } from '../request.ts';
import { header } from '../route.ts';
import { inVersion, versionsOf, type Resource } from './groups.ts';
import { subresourceInfo } from './subresources.ts';

const versions = ['v2', 'v2beta1'] as const;
export type AggregatedVersion = (typeof versions)[number];

/** Which form of aggregated discovery a client wants before any other form; undefined for none. */
export function wantedAggregation(request: ApiRequest): AggregatedVersion | undefined {
  for (const each of header(request, 'accept').split(',')) {
    const [type = '', ...parameters] = each.split(';').map((part) => part.trim());
    if (!/^(application\/(json|\*)|\*\/\*)$/.test(type)) continue;
    if (!parameters.includes('as=APIGroupDiscoveryList')) return undefined;
    if (!parameters.includes('g=apidiscovery.k8s.io')) continue;
    const found = versions.find((version) => parameters.includes(`v=${version}`));
    if (found) return found;
  }
  return undefined;
}

/** The media type of that form. */
export function aggregatedType(version: AggregatedVersion): string {
  return `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
}

/** APIGroupDiscoveryList of these groups. */
export function aggregate(
  resources: readonly Resource[],
  groups: readonly string[],
  version: AggregatedVersion,
): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) => ({
      metadata: group === '' ? {} : { name: group },
      versions: versionsOf(resources, group).map((each) => ({
        version: each,
        resources: inVersion(resources, group, each).map(resourceEntry),
        freshness: 'Current',
      })),
    })),
  };
}

function resourceEntry({ names, subresources: below }: Resource): object {
  const subresources = [...below].sort().map((sub) => {
    const { kind, group = '', version = '', verbs } = subresourceInfo(names, sub);
    // Group and version are told only where they are not those of the list.
    return { subresource: sub, responseKind: { group, version, kind }, verbs };
  });
  return {
    resource: names.plural,
    responseKind: { group: '', version: '', kind: names.kind },
    scope: names.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: names.singular,
    verbs: names.verbs,
    ...(names.shortNames.length > 0 && { shortNames: names.shortNames }),
    ...(names.categories.length > 0 && { categories: names.categories }),
    ...(subresources.length > 0 && { subresources }),
  };
}
