import { rfc1123z, type Writer } from './writer.ts';

/** What describe reads of containers; the shapes are those of the wire. */
export interface ContainerShape {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports?: readonly {
    readonly containerPort: number;
    readonly hostPort?: number;
    readonly protocol?: string;
    readonly name?: string;
  }[];
  readonly env?: readonly EnvShape[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string; readonly optional?: boolean };
    readonly secretRef?: { readonly name: string; readonly optional?: boolean };
    readonly prefix?: string;
  }[];
  readonly resources?: {
    readonly limits?: Readonly<Record<string, string>>;
    readonly requests?: Readonly<Record<string, string>>;
  };
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
    readonly subPath?: string;
  }[];
  readonly livenessProbe?: ProbeShape;
  readonly readinessProbe?: ProbeShape;
  readonly startupProbe?: ProbeShape;
}

interface EnvShape {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: { readonly apiVersion?: string; readonly fieldPath: string };
    readonly configMapKeyRef?: {
      readonly name: string;
      readonly key: string;
      readonly optional?: boolean;
    };
    readonly secretKeyRef?: {
      readonly name: string;
      readonly key: string;
      readonly optional?: boolean;
    };
    readonly resourceFieldRef?: { readonly resource: string };
  };
}

interface ProbeShape {
  readonly httpGet?: {
    readonly host?: string;
    readonly path?: string;
    readonly port: number | string;
    readonly scheme?: string;
  };
  readonly tcpSocket?: { readonly host?: string; readonly port: number | string };
  readonly exec?: { readonly command: readonly string[] };
  readonly grpc?: { readonly port: number; readonly service?: string };
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
}

export interface StatusShape {
  readonly name: string;
  readonly containerID?: string;
  readonly imageID?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: StateShape;
  readonly lastState?: StateShape;
}

export interface StateShape {
  readonly running?: { readonly startedAt?: string };
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: {
    readonly containerID?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly exitCode: number;
    readonly signal?: number;
    readonly startedAt?: string;
    readonly finishedAt?: string;
  };
}

/** Containers of a pod or of a template; statuses only for a pod. */
export function containerLines(
  writer: Writer,
  label: string,
  containers: readonly ContainerShape[],
  statuses: readonly StatusShape[] | undefined,
  level: number,
  pod?: {
    readonly podIP?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly name?: string;
    readonly namespace?: string;
  },
): void {
  writer.line(level, `${label}:${containers.length === 0 ? '\t<none>' : ''}`);
  for (const container of containers) {
    const status = statuses?.find(({ name }) => name === container.name);
    writer.line(level + 1, `${container.name}:`);
    if (status) writer.line(level + 2, `Container ID:\t${status.containerID ?? ''}`);
    writer.line(level + 2, `Image:\t${container.image ?? ''}`);
    if (status) writer.line(level + 2, `Image ID:\t${status.imageID ?? ''}`);
    portLines(writer, container, level + 2);
    commandLines(writer, container, level + 2);
    if (status) stateLines(writer, status, level + 2);
    resourceLines(writer, container, level + 2);
    probeLines(writer, container, level + 2);
    envLines(writer, container, level + 2, pod);
    mountLines(writer, container, level + 2);
  }
}

function portLines(writer: Writer, { ports = [] }: ContainerShape, level: number): void {
  const text = (port: number | undefined, protocol = 'TCP', name?: string) =>
    `${port ?? 0}/${protocol}${name ? ` (${name})` : ''}`;
  const own = ports.map((port) => text(port.containerPort, port.protocol, port.name)).join(', ');
  const host = ports.map((port) => text(port.hostPort, port.protocol, port.name)).join(', ');
  const many = ports.length > 1;
  writer.line(level, `${many ? 'Ports' : 'Port'}:\t${own || '<none>'}`);
  writer.line(level, `${many ? 'Host Ports' : 'Host Port'}:\t${host || '<none>'}`);
}

function commandLines(
  writer: Writer,
  { command = [], args = [] }: ContainerShape,
  level: number,
): void {
  for (const [title, words] of [
    ['Command', command],
    ['Args', args],
  ] as const) {
    if (words.length === 0) continue;
    writer.line(level, `${title}:`);
    for (const word of words) for (const line of word.split('\n')) writer.line(level + 1, line);
  }
}

function stateLines(writer: Writer, status: StatusShape, level: number): void {
  stateOf(writer, 'State', status.state, level);
  if (status.lastState?.terminated) stateOf(writer, 'Last State', status.lastState, level);
  writer.line(level, `Ready:\t${status.ready ? 'True' : 'False'}`);
  writer.line(level, `Restart Count:\t${status.restartCount ?? 0}`);
}

function stateOf(
  writer: Writer,
  title: string,
  state: StateShape | undefined,
  level: number,
): void {
  if (state?.running) {
    writer.line(level, `${title}:\tRunning`);
    writer.line(level + 1, `Started:\t${rfc1123z(state.running.startedAt ?? '')}`);
  } else if (state?.terminated) {
    const { reason, message, exitCode, signal, startedAt, finishedAt } = state.terminated;
    writer.line(level, `${title}:\tTerminated`);
    if (reason) writer.line(level + 1, `Reason:\t${reason}`);
    if (message) writer.line(level + 1, `Message:\t${message}`);
    writer.line(level + 1, `Exit Code:\t${exitCode}`);
    if (signal) writer.line(level + 1, `Signal:\t${signal}`);
    writer.line(level + 1, `Started:\t${rfc1123z(startedAt ?? '')}`);
    writer.line(level + 1, `Finished:\t${rfc1123z(finishedAt ?? '')}`);
  } else {
    writer.line(level, `${title}:\tWaiting`);
    if (state?.waiting?.reason) writer.line(level + 1, `Reason:\t${state.waiting.reason}`);
  }
}

function resourceLines(writer: Writer, { resources }: ContainerShape, level: number): void {
  for (const [title, list] of [
    ['Limits', resources?.limits],
    ['Requests', resources?.requests],
  ] as const) {
    const entries = Object.entries(list ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    if (entries.length === 0) continue;
    writer.line(level, `${title}:`);
    for (const [name, value] of entries) writer.line(level + 1, `${name}:\t${value}`);
  }
}

function probeLines(writer: Writer, container: ContainerShape, level: number): void {
  const rows = [
    ['Liveness', container.livenessProbe],
    ['Readiness', container.readinessProbe],
    ['Startup', container.startupProbe],
  ] as const;
  for (const [title, probe] of rows)
    if (probe) writer.line(level, `${title}:\t${probeText(probe)}`);
}

/** `http-get http://:80/ delay=0s timeout=1s period=10s #success=1 #failure=3`. */
export function probeText(probe: ProbeShape): string {
  const {
    initialDelaySeconds = 0,
    timeoutSeconds = 0,
    periodSeconds = 0,
    successThreshold = 0,
    failureThreshold = 0,
  } = probe;
  const times =
    `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s ` +
    `period=${periodSeconds}s #success=${successThreshold} ` +
    `#failure=${failureThreshold}`;
  if (probe.exec) return `exec [${probe.exec.command.join(' ')}] ${times}`;
  if (probe.httpGet) {
    const { scheme = 'HTTP', host = '', port, path = '' } = probe.httpGet;
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${path} ${times}`;
  }
  if (probe.tcpSocket)
    return `tcp-socket ${probe.tcpSocket.host ?? ''}:${probe.tcpSocket.port} ${times}`;
  if (probe.grpc) return `grpc <pod>:${probe.grpc.port} ${probe.grpc.service ?? ''} ${times}`;
  return `unknown ${times}`;
}

function envLines(
  writer: Writer,
  { env = [], envFrom = [] }: ContainerShape,
  level: number,
  pod?: { readonly podIP?: string; readonly name?: string; readonly namespace?: string },
): void {
  if (envFrom.length > 0) {
    writer.line(level, 'Environment Variables from:');
    for (const source of envFrom) {
      const [kind, ref] = source.configMapRef
        ? ['ConfigMap', source.configMapRef]
        : ['Secret', source.secretRef];
      writer.line(level + 1, `${ref?.name}\t${kind}\tOptional: ${ref?.optional ?? false}`);
    }
  }
  writer.line(level, `Environment:${env.length === 0 ? '\t<none>' : ''}`);
  for (const { name, value, valueFrom } of env) {
    if (!valueFrom) {
      const [first = '', ...rest] = (value ?? '').split('\n');
      writer.line(level + 1, `${name}:\t${first}`);
      for (const line of rest) writer.line(level + 1, `\t${line}`);
      continue;
    }
    const { fieldRef, configMapKeyRef, secretKeyRef, resourceFieldRef } = valueFrom;
    if (fieldRef) {
      const known: Readonly<Record<string, string | undefined>> = pod
        ? {
            'metadata.name': pod.name,
            'metadata.namespace': pod.namespace,
            'status.podIP': pod.podIP,
          }
        : {};
      writer.line(
        level + 1,
        `${name}:\t${known[fieldRef.fieldPath] ?? ''} (` +
          `${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`,
      );
    } else if (secretKeyRef) {
      writer.line(
        level + 1,
        `${name}:\t<set to the key '${secretKeyRef.key}' in secret '` +
          `${secretKeyRef.name}'>\tOptional: ` +
          `${secretKeyRef.optional ?? false}`,
      );
    } else if (configMapKeyRef) {
      writer.line(
        level + 1,
        `${name}:\t<set to the key '${configMapKeyRef.key}' of config ` +
          `map '${configMapKeyRef.name}'>\tOptional: ` +
          `${configMapKeyRef.optional ?? false}`,
      );
    } else if (resourceFieldRef)
      writer.line(level + 1, `${name}:\t0 (${resourceFieldRef.resource})`);
  }
}

function mountLines(writer: Writer, { volumeMounts = [] }: ContainerShape, level: number): void {
  writer.line(level, `Mounts:${volumeMounts.length === 0 ? '\t<none>' : ''}`);
  const sorted = volumeMounts.toSorted((a, b) => (a.mountPath < b.mountPath ? -1 : 1));
  for (const { mountPath, name, readOnly, subPath } of sorted) {
    const flags = [readOnly ? 'ro' : 'rw', ...(subPath ? [`path="${subPath}"`] : [])].join(',');
    writer.line(level + 1, `${mountPath} from ${name} (${flags})`);
  }
}

interface VolumeShape {
  readonly name: string;
  readonly [source: string]: unknown;
}

/** Volumes with what backs them. */
export function volumeLines(
  writer: Writer,
  volumes: readonly VolumeShape[] | undefined,
  level: number,
): void {
  if (!volumes || volumes.length === 0) {
    writer.line(level, 'Volumes:\t<none>');
    return;
  }
  writer.line(level, 'Volumes:');
  for (const volume of volumes) {
    writer.line(level + 1, `${volume.name}:`);
    for (const line of volumeText(volume)) writer.line(level + 2, line);
  }
}

function volumeText(volume: VolumeShape): string[] {
  const source = (name: string) => volume[name] as Readonly<Record<string, unknown>> | undefined;
  const hostPath = source('hostPath');
  if (hostPath) {
    return [
      'Type:\tHostPath (bare host directory volume)',
      `Path:\t${hostPath['path']}`,
      `HostPathType:\t${hostPath['type'] ?? ''}`,
    ];
  }
  const emptyDir = source('emptyDir');
  if (emptyDir) {
    return [
      "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)",
      `Medium:\t${emptyDir['medium'] ?? ''}`,
      `SizeLimit:\t${emptyDir['sizeLimit'] ?? '<unset>'}`,
    ];
  }
  const configMap = source('configMap');
  if (configMap) {
    return [
      'Type:\tConfigMap (a volume populated by a ConfigMap)',
      `Name:\t${configMap['name']}`,
      `Optional:\t${configMap['optional'] ?? false}`,
    ];
  }
  const secret = source('secret');
  if (secret) {
    return [
      'Type:\tSecret (a volume populated by a Secret)',
      `SecretName:\t${secret['secretName']}`,
      `Optional:\t${secret['optional'] ?? false}`,
    ];
  }
  const claim = source('persistentVolumeClaim');
  if (claim) {
    return [
      'Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
      `ClaimName:\t${claim['claimName']}`,
      `ReadOnly:\t${claim['readOnly'] ?? false}`,
    ];
  }
  const projected = source('projected');
  if (projected)
    return projectedText(projected['sources'] as readonly Readonly<Record<string, unknown>>[]);
  return ['<unknown>'];
}

function projectedText(sources: readonly Readonly<Record<string, unknown>>[]): string[] {
  const lines = ['Type:\tProjected (a volume that contains injected data from multiple sources)'];
  for (const source of sources ?? []) {
    const read = (name: string) => source[name] as Readonly<Record<string, unknown>> | undefined;
    const token = read('serviceAccountToken');
    const configMap = read('configMap');
    const secret = read('secret');
    if (token) lines.push(`TokenExpirationSeconds:\t${token['expirationSeconds']}`);
    if (configMap)
      lines.push(
        `ConfigMapName:\t${configMap['name']}`,
        `Optional:\t${configMap['optional'] ?? false}`,
      );
    if (secret)
      lines.push(`SecretName:\t${secret['name']}`, `Optional:\t${secret['optional'] ?? false}`);
    if (read('downwardAPI')) lines.push('DownwardAPI:\ttrue');
  }
  return lines;
}

/** `node.kubernetes.io/not-ready:NoExecute op=Exists for 300s`. */
export function tolerationText(toleration: {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}): string {
  const { key = '', operator, value = '', effect = '', tolerationSeconds } = toleration;
  let text = key;
  if (value) text += `=${value}`;
  if (effect) text += `:${effect}`;
  if (operator === 'Exists' && !value) text += key || effect ? ' op=Exists' : 'op=Exists';
  if (tolerationSeconds !== undefined) text += ` for ${tolerationSeconds}s`;
  return text;
}
