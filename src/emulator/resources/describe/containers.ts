import { formatQuantity, parseQuantity } from '../../apimachinery/quantity.ts';
import { resourceFieldText } from './resource-field.ts';
import type { ContainerShape, ProbeShape, StateShape, StatusShape } from './pod-template.ts';
import { rfc1123z, type Writer } from './writer.ts';

/** The value of a field of the pod that the container belongs to (`metadata.name`). */
export type FieldReader = (path: string) => string;

interface ContainersForm {
  readonly label: string;
  readonly containers: readonly ContainerShape[] | null | undefined;
  /** Statuses by name; only pods have them. */
  readonly statuses?: readonly StatusShape[] | null | undefined;
  /** Inside a template everything down to the names is set in deeper. */
  readonly template?: boolean;
  readonly fields?: FieldReader;
}

/** Containers of a pod or of a template (`describeContainers` of kubectl's describe.go). */
export function containerLines(writer: Writer, form: ContainersForm): void {
  const containers = form.containers ?? [];
  const none = containers.length === 0 ? ' <none>' : '';
  writer.line(form.template ? 1 : 0, `${form.label}:${none}`);
  for (const container of containers) {
    const status = form.statuses?.find(({ name }) => name === (container.name ?? ''));
    writer.line(1, `${form.template ? ' ' : ''}${container.name ?? ''}:`);
    basicLines(writer, container, status);
    commandLines(writer, container);
    if (status) stateLines(writer, status);
    resourceLines(writer, container.resources, 2);
    probeLines(writer, container);
    envFromLines(writer, container);
    envLines(writer, container, form.fields);
    mountLines(writer, container);
  }
}

function basicLines(
  writer: Writer,
  container: ContainerShape,
  status: StatusShape | undefined,
): void {
  if (status) writer.line(2, `Container ID:\t${status.containerID ?? ''}`);
  writer.line(2, `Image:\t${container.image ?? ''}`);
  if (status) writer.line(2, `Image ID:\t${status.imageID ?? ''}`);
  portLines(writer, container);
  seccompLines(writer, 2, container.securityContext);
}

/** What a security context says of seccomp; nothing where it says nothing. */
export function seccompLines(writer: Writer, level: number, context: unknown): void {
  const profile = (
    context as {
      readonly seccompProfile?: { readonly type: string; readonly localhostProfile?: string };
    } | null
  )?.seccompProfile;
  if (!profile) return;
  writer.line(level, `SeccompProfile:\t${profile.type}`);
  if (profile.type === 'Localhost') {
    // The container's line is one level deeper than the pod's.
    writer.line(level === 0 ? 0 : level + 1, `LocalhostProfile:\t${profile.localhostProfile}`);
  }
}

function portLines(writer: Writer, container: ContainerShape): void {
  const ports = container.ports ?? [];
  const text = (port: number | undefined, protocol = '', name?: string) =>
    `${port ?? 0}/${protocol}${name ? ` (${name})` : ''}`;
  const own = ports.map((port) => text(port.containerPort, port.protocol, port.name)).join(', ');
  const host = ports.map((port) => text(port.hostPort, port.protocol, port.name)).join(', ');
  const many = ports.length > 1;
  writer.line(2, `${many ? 'Ports' : 'Port'}:\t${own || '<none>'}`);
  writer.line(2, `${many ? 'Host Ports' : 'Host Port'}:\t${host || '<none>'}`);
}

function commandLines(writer: Writer, { command, args }: ContainerShape): void {
  for (const [title, words] of [
    ['Command', command ?? []],
    ['Args', args ?? []],
  ] as const) {
    if (words.length === 0) continue;
    writer.line(2, `${title}:`);
    for (const word of words) for (const line of word.split('\n')) writer.line(3, line);
  }
}

function stateLines(writer: Writer, status: StatusShape): void {
  stateOf(writer, 'State', status.state);
  if (status.lastState?.terminated) stateOf(writer, 'Last State', status.lastState);
  writer.line(2, `Ready:\t${status.ready ? 'True' : 'False'}`);
  writer.line(2, `Restart Count:\t${status.restartCount ?? 0}`);
}

function stateOf(writer: Writer, title: string, state: StateShape | undefined): void {
  if (state?.running) {
    writer.line(2, `${title}:\tRunning`);
    writer.line(3, `Started:\t${rfc1123z(state.running.startedAt)}`);
  } else if (state?.terminated && !state.waiting) {
    const { reason, message, exitCode, signal, startedAt, finishedAt } = state.terminated;
    writer.line(2, `${title}:\tTerminated`);
    if (reason) writer.line(3, `Reason:\t${reason}`);
    if (message) writer.line(3, `Message:\t${message}`);
    writer.line(3, `Exit Code:\t${exitCode ?? 0}`);
    if (signal) writer.line(3, `Signal:\t${signal}`);
    writer.line(3, `Started:\t${rfc1123z(startedAt)}`);
    writer.line(3, `Finished:\t${rfc1123z(finishedAt)}`);
  } else {
    writer.line(2, `${title}:\tWaiting`);
    if (state?.waiting?.reason) writer.line(3, `Reason:\t${state.waiting.reason}`);
  }
}

/** Limits and requests, of a container or of a pod as a whole. */
export function resourceLines(
  writer: Writer,
  resources: ContainerShape['resources'],
  level: number,
): void {
  for (const [title, list] of [
    ['Limits', resources?.limits],
    ['Requests', resources?.requests],
  ] as const) {
    const entries = Object.entries(list ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    if (entries.length === 0) continue;
    writer.line(level, `${title}:`);
    for (const [name, value] of entries) writer.line(level + 1, `${name}:\t${quantityText(value)}`);
  }
}

/** A quantity as Go prints it after reading it. */
export function quantityText(value: string | number | undefined): string {
  const quantity = parseQuantity(String(value ?? '0'));
  return quantity ? formatQuantity(quantity) : String(value);
}

function probeLines(writer: Writer, container: ContainerShape): void {
  const rows = [
    ['Liveness', container.livenessProbe],
    ['Readiness', container.readinessProbe],
    ['Startup', container.startupProbe],
  ] as const;
  for (const [title, probe] of rows) if (probe) writer.line(2, `${title}:\t${probeText(probe)}`);
}

/** `http-get http://:80/ delay=0s timeout=1s period=10s #success=1 #failure=3`. */
export function probeText(probe: ProbeShape): string {
  const times =
    `delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 0}s ` +
    `period=${probe.periodSeconds ?? 0}s #success=${probe.successThreshold ?? 0} ` +
    `#failure=${probe.failureThreshold ?? 0}`;
  if (probe.exec) return `exec [${(probe.exec.command ?? []).join(' ')}] ${times}`;
  if (probe.httpGet) return `http-get ${urlOf(probe.httpGet)} ${times}`;
  if (probe.tcpSocket)
    return `tcp-socket ${probe.tcpSocket.host ?? ''}:${probe.tcpSocket.port} ${times}`;
  if (probe.grpc) return `grpc <pod>:${probe.grpc.port} ${probe.grpc.service ?? ''} ${times}`;
  return `unknown ${times}`;
}

/** The URL of Go's `url.URL`: a path without its slash gets one, a question mark is escaped. */
function urlOf({ scheme, host = '', port, path = '' }: NonNullable<ProbeShape['httpGet']>): string {
  const lower = (scheme ?? '').toLowerCase();
  const name = host.includes(':') ? `[${host}]` : host;
  const address = String(port) === '' ? name : `${name}:${port}`;
  const escaped = encodeURI(path).replaceAll('?', '%3F').replaceAll('#', '%23');
  const slash = escaped !== '' && !escaped.startsWith('/') ? '/' : '';
  return `${lower ? `${lower}:` : ''}//${address}${slash}${escaped}`;
}

function envFromLines(writer: Writer, { envFrom }: ContainerShape): void {
  if (!envFrom || envFrom.length === 0) return;
  writer.line(2, 'Environment Variables from:');
  for (const { configMapRef, secretRef, prefix } of envFrom) {
    const ref = configMapRef ?? secretRef;
    const kind = configMapRef ? 'ConfigMap' : secretRef ? 'Secret' : '';
    const what = prefix ? `${kind} with prefix '${prefix}'` : kind;
    writer.line(3, `${ref?.name ?? ''}\t${what}\tOptional: ${ref?.optional ?? false}`);
  }
}

function envLines(
  writer: Writer,
  container: ContainerShape,
  fields: FieldReader | undefined,
): void {
  const env = container.env ?? [];
  writer.line(2, `Environment:${env.length === 0 ? '\t<none>' : ''}`);
  for (const { name, value, valueFrom } of env) {
    if (!valueFrom) {
      const [first = '', ...rest] = (value ?? '').split('\n');
      writer.line(3, `${name}:\t${first}`);
      for (const line of rest) writer.line(3, `\t${line}`);
      continue;
    }
    const { fieldRef, configMapKeyRef, secretKeyRef, resourceFieldRef } = valueFrom;
    if (fieldRef) {
      const text = fields?.(fieldRef.fieldPath) ?? '';
      writer.line(3, `${name}:\t${text} (${fieldRef.apiVersion ?? ''}:${fieldRef.fieldPath})`);
    } else if (resourceFieldRef) {
      const text = resourceFieldText(resourceFieldRef, container);
      writer.line(3, `${name}:\t${text} (${resourceFieldRef.resource})`);
    } else if (secretKeyRef) {
      const { key, name: secret, optional = false } = secretKeyRef;
      const text = `<set to the key '${key}' in secret '${secret}'>`;
      writer.line(3, `${name}:\t${text}\tOptional: ${optional}`);
    } else if (configMapKeyRef) {
      const { key, name: map, optional = false } = configMapKeyRef;
      const text = `<set to the key '${key}' of config map '${map}'>`;
      writer.line(3, `${name}:\t${text}\tOptional: ${optional}`);
    }
  }
}

function mountLines(writer: Writer, { volumeMounts, volumeDevices }: ContainerShape): void {
  const mounts = volumeMounts ?? [];
  const none = mounts.length === 0 ? '\t<none>' : '';
  writer.line(2, `Mounts:${none}`);
  for (const { mountPath, name, readOnly, subPath } of mounts.toSorted((a, b) =>
    a.mountPath < b.mountPath ? -1 : 1,
  )) {
    const flags = [readOnly ? 'ro' : 'rw', ...(subPath ? [`path="${subPath}"`] : [])].join(',');
    writer.line(3, `${mountPath} from ${name} (${flags})`);
  }
  if (!volumeDevices || volumeDevices.length === 0) return;
  // Upstream writes the mounts' "<none>" here as well.
  writer.line(2, `Devices:${none}`);
  for (const { devicePath, name } of volumeDevices.toSorted((a, b) =>
    a.devicePath < b.devicePath ? -1 : 1,
  )) {
    writer.line(3, `${devicePath} from ${name}`);
  }
}
