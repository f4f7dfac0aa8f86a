import type { ApiObject, Labels } from '../../apimachinery/object.ts';
import { isDns1123Subdomain } from '../../apimachinery/names.ts';
import type { Service } from '../../resources/service/shapes.ts';
import { equal } from '../../world/json.ts';
import { controlledBy } from '../controller.ts';
import { hasClusterIP, type SliceEndpoint, type SlicePort } from '../endpoint-builder.ts';

export const MANAGER = 'endpointslice-controller.k8s.io';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const SERVICE_NAME = 'kubernetes.io/service-name';
const HEADLESS = 'service.kubernetes.io/headless';
const reserved: ReadonlySet<string> = new Set([SERVICE_NAME, MANAGED_BY, HEADLESS]);

export interface Slice extends ApiObject {
  readonly addressType: string;
  readonly endpoints: readonly SliceEndpoint[] | null;
  readonly ports: readonly SlicePort[] | null;
}

/** A slice that does not exist yet has no name. */
export interface NewSlice extends Pick<Slice, 'apiVersion' | 'kind' | 'addressType'> {
  readonly endpoints: readonly SliceEndpoint[] | null;
  readonly ports: readonly SlicePort[] | null;
  readonly metadata: Partial<Slice['metadata']>;
}

/** The Service that a slice belongs to, as a controller's key; undefined without the label. */
export function serviceKeyOf({ metadata }: ApiObject): string | undefined {
  const name = metadata.labels?.[SERVICE_NAME];
  return name ? `${metadata.namespace}/${name}` : undefined;
}

/** Whether a slice belongs to this Service and not to an earlier one of its name. */
export function ownedBy({ metadata }: ApiObject, service: Service): boolean {
  return (metadata.ownerReferences ?? []).some(
    ({ uid, kind, apiVersion }) =>
      uid === service.metadata.uid && kind === 'Service' && apiVersion === 'v1',
  );
}

/**
 * Labels of a Service's slice: those of the Service and the controller's own; and whether the
 * slice's differ. The controller's own count for nothing in that (`setEndpointSliceLabels`).
 */
export function labelsOf(
  slice: { readonly metadata: { readonly labels?: Labels } },
  service: Service,
): { readonly labels: Labels; readonly changed: boolean } {
  const free = (labels: Labels | undefined) =>
    Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => !reserved.has(key)));
  const wanted = free(service.metadata.labels);
  const labels = {
    ...wanted,
    [MANAGED_BY]: MANAGER,
    [SERVICE_NAME]: service.metadata.name,
    ...(!hasClusterIP(service) && { [HEADLESS]: '' }),
  };
  return { labels, changed: !equal(free(slice.metadata.labels), wanted) };
}

/** An empty slice for a Service (`newEndpointSlice`). */
export function newSlice(
  service: Service,
  addressType: string,
  ports: readonly SlicePort[],
): NewSlice {
  const { name, namespace } = service.metadata;
  const prefix = `${name}-`;
  // A generated name goes on after the dash, so the dash itself is no fault of the prefix.
  const fits = isDns1123Subdomain(`${prefix.slice(0, -1)}a`).length === 0;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: fits ? prefix : name,
      ...(namespace && { namespace }),
      labels: labelsOf({ metadata: {} }, service).labels,
      ownerReferences: [{ ...controlledBy(service), apiVersion: 'v1', kind: 'Service' }],
    },
    addressType,
    endpoints: [],
    ports,
  };
}
