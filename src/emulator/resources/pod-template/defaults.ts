import type { Container, PodSpec, PodTemplate, Probe, Volume } from './shapes.ts';

/** `SetDefaults_PodSpec` and those of its parts (`pkg/apis/core/v1/defaults.go`). */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  const hostNetwork = spec.hostNetwork === true;
  const containers = (list: readonly Container[]) =>
    list.map((container) => defaultContainer(container, hostNetwork));
  return {
    ...spec,
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

/** A workload's template. */
export function defaultTemplate(template: PodTemplate | undefined): PodTemplate {
  const base = template ?? ({ spec: { containers: [] } } as PodTemplate);
  const metadata = base.metadata ?? {};
  return { ...base, metadata, spec: defaultPodSpec(base.spec ?? { containers: [] }) };
}

function defaultContainer(container: Container, hostNetwork: boolean): Container {
  const { livenessProbe, readinessProbe, startupProbe, ports, resources } = container;
  const requests = { ...resources?.limits, ...resources?.requests };
  return {
    ...container,
    imagePullPolicy: container.imagePullPolicy || pullPolicy(container.image ?? ''),
    terminationMessagePath: container.terminationMessagePath || '/dev/termination-log',
    terminationMessagePolicy: container.terminationMessagePolicy || 'File',
    resources: resources?.limits ? { ...resources, requests } : (resources ?? {}),
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
        env.valueFrom?.fieldRef
          ? {
              ...env,
              valueFrom: {
                ...env.valueFrom,
                fieldRef: { apiVersion: 'v1', ...env.valueFrom.fieldRef },
              },
            }
          : env,
      ),
    }),
  };
}

/** Always for `latest` and untagged images, else IfNotPresent. */
function pullPolicy(image: string): string {
  const tag = /:([^/:]+)$/.exec(image.replace(/@.*$/, ''))?.[1];
  if (image.includes('@')) return tag === 'latest' ? 'Always' : 'IfNotPresent';
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: Probe): Probe {
  return {
    ...probe,
    ...(probe.httpGet && {
      httpGet: {
        ...probe.httpGet,
        path: probe.httpGet.path || '/',
        scheme: probe.httpGet.scheme || 'HTTP',
      },
    }),
    ...(probe.grpc && { grpc: { service: '', ...probe.grpc } }),
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
  };
}

function defaultVolume(volume: Volume): Volume {
  const withMode = (name: string) => {
    const source = volume[name] as Readonly<Record<string, unknown>> | undefined;
    return source ? { [name]: { defaultMode: 420, ...source } } : {};
  };
  const hostPath = volume['hostPath'] as Readonly<Record<string, unknown>> | undefined;
  const known = ['hostPath', 'emptyDir', 'configMap', 'secret', 'projected', 'downwardAPI'];
  const sources = Object.keys(volume).filter((key) => key !== 'name');
  return {
    ...volume,
    ...withMode('configMap'),
    ...withMode('secret'),
    ...withMode('projected'),
    ...withMode('downwardAPI'),
    ...(hostPath && { hostPath: { type: '', ...hostPath } }),
    ...(sources.length === 0 && !known.some((each) => volume[each]) && { emptyDir: {} }),
  } as Volume;
}
