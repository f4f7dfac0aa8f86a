import { decodeBase64 } from '../../../../world/base64.ts';
import type { Call } from '../../../../host/syscalls.ts';
import type { Context } from '../../command.ts';
import { failed, Failure, problemOf, textOf, throwAll } from '../../failure.ts';
import { at, type Obj } from '../../object.ts';
import { wholeValue } from '../../../../apimachinery/quantity.ts';
import type { Container, EnvVar } from '../../workload.ts';
import { containersOf, findTargets, fits, requirePodSpec } from './edit.ts';

type Source = NonNullable<EnvVar['valueFrom']>;

/** `set env --list`: variables of containers; with `--resolve` what their references lead to. */
export function* listEnv(context: Context, resources: readonly string[]): Call<void> {
  const { infos, problems } = yield* findTargets(context, resources);
  for (const info of infos) {
    const object = info.object as Obj;
    for (const container of containersOf(requirePodSpec(object, info))) {
      if (!fits(context.flags.text('containers'), container.name)) continue;
      yield* context.out(`# ${info.mapping.kind} ${info.name}, container ${container.name}\n`);
      yield* listContainer(context, object, container);
    }
  }
  throwAll(problems);
}

function* listContainer(context: Context, object: Obj, container: Container): Call<void> {
  const unresolved = new Map<string, string[]>();
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (!valueFrom) {
      yield* context.out(`${name}=${value ?? ''}\n`);
      continue;
    }
    try {
      if (context.flags.on('resolve')) {
        yield* context.out(`${name}=${yield* resolve(context, valueFrom, object, container)}\n`);
        continue;
      }
    } catch (caught) {
      if (!(caught instanceof Failure)) throw caught;
      const why = textOf(problemOf(caught));
      unresolved.set(why, [...(unresolved.get(why) ?? []), name]);
    }
    yield* context.out(`# ${name} from ${reference(valueFrom)}\n`);
  }
  const lines = [...unresolved].map(
    ([why, names]) => `error retrieving reference for ${names.sort().join(', ')}: ${why}\n`,
  );
  yield* context.err(lines.sort().join(''));
}

/** Where a variable's value comes from (`GetEnvVarRefString`). */
function reference(source: Source): string {
  const { configMapKeyRef: config, secretKeyRef: secret, fieldRef, resourceFieldRef } = source;
  if (config) return `configmap ${config.name}, key ${config.key}`;
  if (secret) return `secret ${secret.name}, key ${secret.key}`;
  if (fieldRef) return `field path ${fieldRef.fieldPath}`;
  const of = resourceFieldRef as { resource?: string; containerName?: string } | undefined;
  const where = of?.containerName ? `${of.containerName}/` : '';
  return `resource field ${where}${of?.resource ?? ''}`;
}

/** The value that a reference leads to (`GetEnvVarRefValue`). */
function* resolve(
  context: Context,
  source: Source,
  object: Obj,
  container: Container,
): Call<string> {
  const { configMapKeyRef: config, secretKeyRef: secret, fieldRef, resourceFieldRef } = source;
  if (secret) {
    const found = yield* dataOf(context, 'secrets', secret.name);
    const value = found[secret.key];
    if (value !== undefined) return decodeBase64(value);
    throw failed(`key ${secret.key} not found in secret ${secret.name}`);
  }
  if (config) {
    const value = (yield* dataOf(context, 'configmaps', config.name))[config.key];
    if (value !== undefined) return value;
    throw failed(`key ${config.key} not found in config map ${config.name}`);
  }
  if (fieldRef) return fieldOf(object, fieldRef.fieldPath);
  return amountOf(container, resourceFieldRef?.resource ?? '');
}

function* dataOf(
  context: Context,
  plural: string,
  name: string,
): Call<Readonly<Record<string, string>>> {
  const path = `/api/v1/namespaces/${context.namespace().name}/${plural}/${name}`;
  const { data } = yield* context.client().send<Obj>({ path });
  return (data ?? {}) as Record<string, string>;
}

/** `ExtractFieldPathAsString`. */
function fieldOf(object: Obj, path: string): string {
  const key = /^metadata\.(annotations|labels)\['(.*)'\]$/.exec(path);
  const maps = { annotations: object.metadata?.annotations, labels: object.metadata?.labels };
  if (key) return maps[key[1] as 'labels']?.[key[2] as string] ?? '';
  const whole = /^metadata\.(annotations|labels)$/.exec(path)?.[1] as 'labels' | undefined;
  if (whole) {
    const entries = Object.entries(maps[whole] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join('\n');
  }
  if (/^metadata\.(name|namespace|uid)$/.test(path)) return String(at(object, path) ?? '');
  throw failed(`unsupported fieldPath: ${path}`);
}

/** `ExtractContainerResourceValue` with the divisor 1: whole units, rounded up. */
function amountOf({ resources }: Container, resource: string): string {
  const match = /^(limits|requests)\.(cpu|memory|ephemeral-storage)$/.exec(resource);
  if (!match) throw failed(`unsupported container resource : ${resource}`);
  const amount = resources?.[match[1] as 'limits']?.[match[2] as string];
  return amount === undefined ? '0' : String(wholeValue(amount));
}
