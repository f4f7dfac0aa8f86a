import { isExternal, type Service, type ServicePort, type ServiceSpec } from './shapes.ts';

const AFFINITY_SECONDS = 10_800;

/** `SetDefaults_Service`. */
export function defaults(service: Service): Service {
  const spec: ServiceSpec = service.spec ?? {};
  const type = spec.type || 'ClusterIP';
  const affinity = spec.sessionAffinity || 'None';
  const withType: ServiceSpec = { ...spec, type };
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS;
  const clean = { ...spec };
  if (affinity === 'None')
    delete (clean as { sessionAffinityConfig?: unknown }).sessionAffinityConfig;
  const internal =
    type === 'ExternalName'
      ? spec.internalTrafficPolicy
      : (spec.internalTrafficPolicy ?? 'Cluster');
  return {
    ...service,
    ...(type === 'LoadBalancer' && withModes(service)),
    spec: {
      ...clean,
      type,
      sessionAffinity: affinity,
      ...(affinity === 'ClientIP' && {
        sessionAffinityConfig: { clientIP: { timeoutSeconds: seconds } },
      }),
      ...(spec.ports && { ports: spec.ports.map(defaultPort) }),
      ...(isExternal(withType) && {
        externalTrafficPolicy: spec.externalTrafficPolicy || 'Cluster',
      }),
      ...(internal && { internalTrafficPolicy: internal }),
      ...(type === 'LoadBalancer' && {
        allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true,
      }),
    },
  };
}

function defaultPort(port: ServicePort): ServicePort {
  const target = port.targetPort;
  const missing = target === undefined || target === 0 || target === '';
  return { ...port, protocol: port.protocol || 'TCP', targetPort: missing ? port.port : target };
}

/** Addresses of load balancers are met by kube-proxy unless they say otherwise. */
function withModes({ status }: Service): Pick<Service, 'status'> {
  const ingress = status?.loadBalancer?.ingress;
  if (!ingress) return {};
  const filled = ingress.map((each) =>
    each.ip && each.ipMode === undefined ? { ...each, ipMode: 'VIP' } : each,
  );
  return { status: { ...status, loadBalancer: { ...status?.loadBalancer, ingress: filled } } };
}
