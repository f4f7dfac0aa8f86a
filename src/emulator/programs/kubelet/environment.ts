import type { ApiObject } from '../../apimachinery/object.ts';
import type { Image } from '../../host/runtime-api.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { decodeBase64 } from '../../world/base64.ts';
import type { Container } from '../../resources/pod-template/shapes.ts';
import type { Service } from '../../resources/service/shapes.ts';
import { freeze } from '../../world/json.ts';
import { componentOptions, createApi } from '../component.ts';
import type { PodRecord } from './records.ts';
import { nodeAddresses } from './runtime.ts';

type Variables = Readonly<Record<string, string>>;

const NONE: readonly Service[] = [];

interface Data extends ApiObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** A container's variables: those of Services, then its own, in the order they are written. */
export function* environmentOf(
  sys: DaemonSys,
  record: PodRecord,
  container: Container,
): Call<{ readonly env: Variables } | { readonly error: string }> {
  const { pod } = record;
  const { namespace = 'default' } = pod.metadata;
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const services = record.static ? NONE : yield* api.list<Service>('services');
  const links = serviceLinks(services, namespace, pod.spec.enableServiceLinks !== false);
  if (!container.envFrom?.length && !container.env?.length) return { env: links };
  const env: Record<string, string> = { ...links };
  for (const source of container.envFrom ?? []) {
    const [resource, ref] = source.configMapRef
      ? ['configmaps', source.configMapRef]
      : ['secrets', source.secretRef];
    const found = yield* api.get<Data>(resource as string, namespace, ref?.name ?? '');
    if (!found && !ref?.optional)
      return {
        error: `${resource === 'secrets' ? 'secret' : 'configmap'} "${ref?.name}" not found`,
      };
    for (const [key, value] of Object.entries(found?.data ?? {})) {
      env[`${source.prefix ?? ''}${key}`] = resource === 'secrets' ? decodeBase64(value) : value;
    }
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const refer = (text: string) =>
      text.replaceAll(/\$\(([A-Za-z_]\w*)\)/g, (all, other: string) => env[other] ?? all);
    if (!valueFrom) {
      env[name] = refer(value ?? '');
      continue;
    }
    const key = valueFrom.configMapKeyRef ?? valueFrom.secretKeyRef;
    if (valueFrom.fieldRef) env[name] = fieldOf(sys, record, valueFrom.fieldRef.fieldPath);
    else if (key) {
      const secret = valueFrom.secretKeyRef !== undefined;
      const found = yield* api.get<Data>(secret ? 'secrets' : 'configmaps', namespace, key.name);
      const text = found?.data?.[key.key];
      if (text !== undefined) env[name] = secret ? decodeBase64(text) : text;
      else if (!key.optional) {
        const kind = secret ? 'secret' : 'configmap';
        return {
          error: found
            ? `couldn't find key ${key.key} in ` +
              `${secret ? 'Secret' : 'ConfigMap'} ${namespace}/${key.name}`
            : `${kind} "${key.name}" not found`,
        };
      }
    }
  }
  return { env };
}

/** Variables of Services by the list that they are from: pods that start together share them. */
const known = new WeakMap<object, Map<string, Variables>>();

/** Variables of a namespace's Services (with `links`), and of the API server's own. */
function serviceLinks(services: readonly Service[], namespace: string, links: boolean): Variables {
  const made = known.get(services) ?? new Map<string, Variables>();
  known.set(services, made);
  const which = `${namespace}/${links}`;
  let env = made.get(which);
  if (!env) {
    const taken = services.filter(
      ({ metadata }) =>
        (links && metadata.namespace === namespace) ||
        (metadata.namespace === 'default' && metadata.name === 'kubernetes'),
    );
    env = freeze(Object.assign({}, ...taken.map(serviceVariables)) as Variables);
    made.set(which, env);
  }
  return env;
}

/** Variables over those of the image, which come first; kept for as long as both are. */
export function overImage(image: Image, env: Variables): Variables {
  const made = merged.get(env) ?? new WeakMap<Image, Variables>();
  merged.set(env, made);
  const found = made.get(image) ?? freeze({ ...image.env, ...env });
  made.set(image, found);
  return found;
}

const merged = new WeakMap<Variables, WeakMap<Image, Variables>>();

/** What the downward API says of a pod. */
export function fieldOf(sys: DaemonSys, { pod, ip, ips }: PodRecord, path: string): string {
  const nodes = nodeAddresses(sys);
  const label = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (label) return pod.metadata[label[1] as 'labels']?.[label[2] as string] ?? '';
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'spec.nodeName': pod.spec.nodeName,
    'spec.serviceAccountName': pod.spec.serviceAccountName,
    'status.podIP': ip,
    'status.podIPs': ips?.join(',') ?? ip,
    'status.hostIP': nodes[0],
    'status.hostIPs': nodes.join(','),
  };
  return fields[path] ?? '';
}

/** `WEB_SERVICE_HOST` and the older forms beside it (`pkg/kubelet/envvars`). */
function serviceVariables({ metadata, spec }: Service): Record<string, string> {
  const ip = spec.clusterIP;
  if (!ip || ip === 'None') return {};
  const name = metadata.name.toUpperCase().replaceAll('-', '_');
  const [first] = spec.ports ?? [];
  if (!first) return {};
  const protocol = (first.protocol ?? 'TCP').toLowerCase();
  const env: Record<string, string> = {
    [`${name}_SERVICE_HOST`]: ip,
    [`${name}_SERVICE_PORT`]: String(first.port),
    [`${name}_PORT`]: `${protocol}://${ip}:${first.port}`,
  };
  for (const port of spec.ports ?? []) {
    const upper = (port.protocol ?? 'TCP').toUpperCase();
    const prefix = `${name}_PORT_${port.port}_${upper}`;
    if (port.name)
      env[`${name}_SERVICE_PORT_${port.name.toUpperCase().replaceAll('-', '_')}`] = String(
        port.port,
      );
    env[prefix] = `${upper.toLowerCase()}://${ip}:${port.port}`;
    env[`${prefix}_PROTO`] = upper.toLowerCase();
    env[`${prefix}_PORT`] = String(port.port);
    env[`${prefix}_ADDR`] = ip;
  }
  return env;
}
