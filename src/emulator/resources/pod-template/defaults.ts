import { defaultFiles, defaultProjected, defaultReference } from './default-downward.ts';
import { defaultPullPolicy } from './pull-policy.ts';
import type { Container, PodSpec, PodTemplate, Probe, Volume } from './shapes.ts';

/** `SetDefaults_PodSpec` and those of its parts (`pkg/apis/core/v1/defaults.go`). */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  const hostNetwork = spec.hostNetwork === true;
  const containers = (list: readonly Container[]) =>
    list.map((container) => defaultContainer(container, hostNetwork));
  // The older name of the field follows the newer, and stands in for it.
  const account = spec.serviceAccountName || spec.serviceAccount;
  return {
    ...spec,
    ...(account && { serviceAccountName: account, serviceAccount: account }),
    containers: containers(spec.containers ?? []),
    ...(spec.initContainers && { initContainers: containers(spec.initContainers) }),
    ...(spec.ephemeralContainers && { ephemeralContainers: containers(spec.ephemeralContainers) }),
    ...(spec.volumes && { volumes: spec.volumes.map(defaultVolume) }),
    dnsPolicy: spec.dnsPolicy || 'ClusterFirst',
    restartPolicy: spec.restartPolicy || 'Always',
    schedulerName: spec.schedulerName || 'default-scheduler',
    securityContext: spec.securityContext ?? {},
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
  };
}

/** `SetDefaults_Pod`: what is limited is also asked for. Templates are left as they are. */
export function defaultRequests(spec: PodSpec): PodSpec {
  const fill = (container: Container): Container => {
    const { resources } = container;
    if (!resources?.limits) return container;
    const requests = { ...resources.limits, ...resources.requests };
    return { ...container, resources: { ...resources, requests } };
  };
  return {
    ...spec,
    containers: spec.containers.map(fill),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(fill) }),
  };
}

/** A workload's template. */
export function defaultTemplate(template: PodTemplate | undefined): PodTemplate {
  const base = template ?? ({ spec: { containers: [] } } as PodTemplate);
  const metadata = base.metadata ?? {};
  return { ...base, metadata, spec: defaultPodSpec(base.spec ?? { containers: [] }) };
}

function defaultContainer(container: Container, hostNetwork: boolean): Container {
  const { livenessProbe, readinessProbe, startupProbe, ports, resources, lifecycle } = container;
  return {
    ...container,
    imagePullPolicy: container.imagePullPolicy || defaultPullPolicy(container.image ?? ''),
    terminationMessagePath: container.terminationMessagePath || '/dev/termination-log',
    terminationMessagePolicy: container.terminationMessagePolicy || 'File',
    resources: resources ?? {},
    ...(lifecycle && { lifecycle: defaultLifecycle(lifecycle) }),
    ...(ports && {
      ports: ports.map((port) => ({
        ...port,
        protocol: port.protocol || 'TCP',
        ...(hostNetwork && !port.hostPort && { hostPort: port.containerPort }),
      })),
    }),
    ...(livenessProbe && { livenessProbe: defaultProbe(livenessProbe) }),
    ...(readinessProbe && { readinessProbe: defaultProbe(readinessProbe) }),
    ...(startupProbe && { startupProbe: defaultProbe(startupProbe) }),
    ...(container.env && {
      env: container.env.map((env) =>
        env.valueFrom ? { ...env, valueFrom: defaultReference(env.valueFrom) } : env,
      ),
    }),
  };
}

function defaultLifecycle(lifecycle: NonNullable<Container['lifecycle']>): typeof lifecycle {
  const hooks = Object.entries(lifecycle as Record<string, Pick<Probe, 'httpGet'>>);
  return Object.fromEntries(hooks.map(([name, hook]) => [name, defaultHandler(hook)]));
}

/** `SetDefaults_HTTPGetAction`, of probes and of the hooks of a container's life. */
function defaultHandler<T extends Pick<Probe, 'httpGet'>>(handler: T): T {
  const { httpGet } = handler;
  if (!httpGet) return handler;
  const { path, scheme } = httpGet;
  return { ...handler, httpGet: { ...httpGet, path: path || '/', scheme: scheme || 'HTTP' } };
}

function defaultProbe(probe: Probe): Probe {
  return {
    ...defaultHandler(probe),
    ...(probe.grpc && { grpc: { service: '', ...probe.grpc } }),
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
  };
}

function defaultVolume(volume: Volume): Volume {
  type Source = Readonly<Record<string, unknown>>;
  const withMode = (name: string, fill: (source: Source) => Source = (source) => source) => {
    const source = volume[name] as Source | undefined;
    return source ? { [name]: { defaultMode: 420, ...fill(source) } } : {};
  };
  const hostPath = volume['hostPath'] as Readonly<Record<string, unknown>> | undefined;
  const known = ['hostPath', 'emptyDir', 'configMap', 'secret', 'projected', 'downwardAPI'];
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  return {
    ...volume,
    ...withMode('configMap'),
    ...withMode('secret'),
    ...withMode('projected', defaultProjected),
    ...withMode('downwardAPI', defaultFiles),
    ...(hostPath && { hostPath: { type: '', ...hostPath } }),
    ...(sources.length === 0 && !known.some((each) => volume[each]) && { emptyDir: {} }),
  } as Volume;
}
