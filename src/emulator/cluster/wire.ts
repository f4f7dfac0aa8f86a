import type { ApiServer, User } from '../apiserver/request.ts';
import { createApiServer } from '../apiserver/server.ts';
import { createHosts, type Hosts } from '../host/hosts.ts';
import type { Credentials } from '../host/syscalls.ts';
import type { Network } from '../network/api.ts';
import { createNetwork } from '../network/network.ts';
import { kinds, mergeTypes } from '../resources/catalog.ts';
import type { Micros } from '../world/json.ts';
import { createWorld, type World } from '../world/world.ts';
import { isSignedBy, readCertificates } from '../x509/certificate.ts';
import { caCertificate } from '../x509/kubernetes-keys.ts';
import type { Catalogs } from './early.ts';
import { askKubelet } from './kubelet-door.ts';
import { rangesOf, type Topology } from './topology.ts';

/** The parts of a cluster, wired together; nothing runs yet. */
export interface Wired {
  readonly topology: Topology;
  readonly variant: Variant;
  readonly world: World;
  readonly network: Network;
  readonly api: ApiServer;
  readonly hosts: Hosts;
}

/** Objects that clients watch from a version they have seen; leases and events only come and go. */
const isWatched = (prefix: string) => /^\/registry\/(?!leases\.|events\/)[^/]+\//.test(prefix);

/** What runs on the hosts and how the API server is set, where it is not the usual. */
export interface Variant extends Catalogs {
  /** Ranges of a cluster with two families. */
  readonly serviceCidrs?: readonly string[];
  readonly podCidrs?: readonly string[];
}

/** Builds world, network, API server and hosts. The only place that knows all of them. */
export function wire(topology: Topology, seed: number, variant: Variant): Wired {
  const { executables, images, serviceCidrs, podCidrs } = variant;
  const world = createWorld({ seed, start: topology.start, keeps: isWatched });
  const network = createNetwork(world);
  const settings = {
    serviceCidrs: serviceCidrs ?? rangesOf(topology, 'service'),
    podCidrs: podCidrs ?? rangesOf(topology, 'pod'),
    nodePortRange: [30_000, 32_767] as const,
    clusterDomain: topology.clusterDomain,
    version: topology.version,
  };
  const api = createApiServer(world, {
    kinds,
    types: mergeTypes,
    texts: variant.texts,
    settings: { ...settings, nodePortRange: [30_000, 32_767] },
    connect: (target) => askKubelet(hosts, world, target),
  });
  const hosts: Hosts = createHosts(world, {
    executables,
    images,
    network,
    api,
    authenticate: (credentials) => authenticate(api, credentials, world.clock.now),
  });
  return { topology, variant, world, network, api, hosts };
}

/** The users of certificates: a component shows the same one with all its requests. */
const users = new WeakMap<Credentials, User>();

/** Who credentials stand for; undefined where they are not good. */
function authenticate(
  api: ApiServer,
  credentials: Credentials | undefined,
  now: Micros,
): User | undefined {
  if (credentials && 'certificate' in credentials) {
    const { certificate, groups = [], pem } = credentials;
    if (certificate === '' || (pem !== undefined && !isGoodClient(pem, now))) return undefined;
    let user = users.get(credentials);
    if (!user) {
      user = { name: certificate, groups: [...groups, 'system:authenticated'] };
      users.set(credentials, user);
    }
    return user;
  }
  if (credentials && 'token' in credentials) return api.authenticate(credentials.token);
  return { name: 'system:anonymous', groups: ['system:unauthenticated'] };
}

/** Whether the cluster's authority has signed a client's certificate, and it holds now. */
function isGoodClient(pem: string, now: Micros): boolean {
  const [leaf] = readCertificates(pem);
  const [authority] = readCertificates(caCertificate);
  if (!leaf || !authority || !isSignedBy(leaf, authority.key)) return false;
  return leaf.notBefore <= now && now <= leaf.notAfter;
}
