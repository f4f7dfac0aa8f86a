type Fields = Readonly<Record<string, unknown>>;

/**
 * What names a field of the pod or an amount of a container, of variables and of files
 * (`SetDefaults_ObjectFieldSelector`; an amount's divisor is no pointer and always written).
 */
export function defaultReference<T extends object>(source: T): T {
  const { fieldRef, resourceFieldRef } = source as { fieldRef?: Fields; resourceFieldRef?: Fields };
  if (!fieldRef && !resourceFieldRef) return source;
  return {
    ...source,
    ...(fieldRef && { fieldRef: { apiVersion: 'v1', ...fieldRef } }),
    ...(resourceFieldRef && {
      resourceFieldRef: { ...resourceFieldRef, ...divisorOf(resourceFieldRef) },
    }),
  };
}

function divisorOf({ divisor }: Fields): { readonly divisor: unknown } {
  return { divisor: divisor ?? '0' };
}

/** The files of a `downwardAPI` volume or source. */
export function defaultFiles<T extends Fields>(source: T): T {
  const items = source['items'];
  if (!Array.isArray(items)) return source;
  return { ...source, items: (items as readonly object[]).map((each) => defaultReference(each)) };
}

/** The sources of a `projected` volume (`SetDefaults_ServiceAccountTokenProjection`). */
export function defaultProjected<T extends Fields>(volume: T): T {
  const sources = volume['sources'];
  if (!Array.isArray(sources)) return volume;
  return {
    ...volume,
    sources: (sources as readonly Fields[]).map((source) => {
      const { downwardAPI, serviceAccountToken } = source as Readonly<Record<string, Fields>>;
      return {
        ...source,
        ...(downwardAPI && { downwardAPI: defaultFiles(downwardAPI) }),
        ...(serviceAccountToken && {
          serviceAccountToken: { expirationSeconds: 3600, ...serviceAccountToken },
        }),
      };
    }),
  };
}
