import { mergePatch } from '../../apimachinery/patch/merge.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import type { Json } from '../../world/json.ts';
import { urlOf } from '../component.ts';
import { parseArgs } from './args.ts';
import { connect, isFailure, type Failure } from './client.ts';
import { findKind } from './kinds.ts';
import { invalidity, storedName } from './write.ts';

const OPTIONS = { '--patch': true, '--type': true, '--namespace': true } as const;

/** `calicoctl patch KIND NAME --patch=JSON`: fields of the patch take the place of those there. */
export function* patch(args: readonly string[], sys: Sys): Call<Failure | undefined> {
  const parsed = parseArgs(args, OPTIONS);
  if (isFailure(parsed)) return parsed;
  const [word, wanted, ...more] = parsed.words;
  const text = parsed.value('--patch');
  if (word === undefined || wanted === undefined || text === undefined || more.length > 0) {
    return parseArgs([...args, '--nothing'], {}) as Failure;
  }
  const kind = findKind(word);
  if (!kind)
    return { error: `Failed to execute command: resource type '${word}' is not supported` };
  const type = parsed.value('--type') ?? 'strategic';
  if (type !== 'strategic') return { error: `calicoctl patch --type=${type} is not modelled here` };
  const failed = (why: string) => ({ error: `Failed to patch '${kind.kind}' resource: ${why}\n` });
  const namespace = kind.namespaced ? (parsed.value('--namespace') ?? 'default') : undefined;
  const shown = namespace === undefined ? wanted : `${namespace}/${wanted}`;
  if (!kind.resource) return failed(`operation patch is not supported on ${kind.kind}(${shown})`);
  const client = connect(sys);
  if (isFailure(client)) return client;
  const name = storedName(kind, wanted);
  const known = yield* client.get(kind.resource, namespace, name);
  if (!known) {
    const why = `${kind.resource} "${name}" not found`;
    return failed(`resource does not exist: ${kind.kind}(${shown}) with error: ${why}`);
  }
  const change = jsonOf(text);
  if (change === undefined) return failed('invalid JSON document');
  const body = mergePatch(known as unknown as Json, change) as Readonly<Record<string, Json>>;
  const invalid = invalidity(body);
  if (invalid !== undefined) return failed(invalid);
  const answer = yield* client.send('PUT', urlOf(kind.resource, namespace, name), body);
  if (isFailure(answer)) return failed(answer.error);
  if (answer.status >= 300) {
    const { message } = answer.body as { readonly message?: string };
    return failed(message ?? 'no answer');
  }
  yield* sys.write(1, `Successfully patched 1 '${kind.kind}' resource\n`);
  return undefined;
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
