// The names that types have in the served documents: `io.k8s.api.core.v1.Pod`.

/** Packages that are not below `io.k8s.api`. */
const packages = {
  version: 'io.k8s.apimachinery.pkg.version',
  meta: 'io.k8s.apimachinery.pkg.apis.meta',
  apiextensions: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  apiregistration: 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
};
/** What several groups use; the client's names do not say where it is from. */
const known = {
  V1Scale: 'autoscaling',
  V1ScaleSpec: 'autoscaling',
  V1ScaleStatus: 'autoscaling',
  V1Eviction: 'policy',
  AuthenticationV1TokenRequest: 'authentication',
  V1TokenRequestSpec: 'authentication',
  V1TokenRequestStatus: 'authentication',
  V1BoundObjectReference: 'authentication',
  V1APIResource: 'meta',
  V1APIResourceList: 'meta',
  V1APIGroup: 'meta',
  V1APIGroupList: 'meta',
  V1APIVersions: 'meta',
  V1GroupVersionForDiscovery: 'meta',
  V1ServerAddressByClientCIDR: 'meta',
  V1DeleteOptions: 'meta',
  V1Preconditions: 'meta',
  V1Status: 'meta',
  V1StatusCause: 'meta',
  V1StatusDetails: 'meta',
};
const pattern = /^([A-Z][a-z]+)??(V\d+(?:(?:alpha|beta)\d+)?)(\w+)$/;

/**
 * A namer for the models.
 * @param {Record<string, unknown>} texts types by `core.v1.Pod`
 * @param {Map<string, string>} users the first group that names a model which no other text knows
 */
export function createNames(texts, users) {
  const types = Object.keys(texts);
  const cache = new Map();
  const find = (name) => {
    if (name === 'VersionInfo') return { group: 'version', version: '', kind: 'Info' };
    const [, hint, version, kind] = pattern.exec(name);
    const end = `.${version.toLowerCase()}.${kind}`;
    const groups = types
      .filter((each) => each.endsWith(end))
      .map((each) => each.slice(0, -end.length));
    const user = users.get(name);
    const group =
      known[name] ??
      groups.find((each) => each === hint?.toLowerCase()) ??
      groups.find((each) => each === user) ??
      (groups.includes('meta') ? 'meta' : groups[0]) ??
      user;
    return { group, version: version.toLowerCase(), kind };
  };
  return (name) => {
    if (!cache.has(name)) {
      const { group, version, kind } = find(name);
      const parts = [packages[group] ?? `io.k8s.api.${group}`, version, kind].filter(Boolean);
      const key = `${group}.${version}.${kind}`;
      cache.set(name, { group, version, kind, key, full: parts.join('.') });
    }
    return cache.get(name);
  };
}

/** The group's name in a type's name: `rbac` for `rbac.authorization.k8s.io`. */
export function segmentOf(group) {
  return group === '' ? 'core' : group.split('.')[0];
}
