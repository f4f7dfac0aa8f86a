import type { ApiObject } from '../../apimachinery/object.ts';
import { readDocuments } from './documents.ts';
import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import { parseSelector } from '../../policy/calico/selector.ts';
import { urlOf } from '../component.ts';
import { parseArgs } from './args.ts';
import { connect, isFailure, type Client, type Failure } from './client.ts';
import { findKind, VERSION, type Kind } from './kinds.ts';

const GROUP = 'crd.projectcalico.org';
type Act = 'apply' | 'create' | 'replace' | 'delete';

const DONE: Readonly<Record<Act, string>> = {
  apply: 'applied',
  create: 'created',
  replace: 'replaced',
  delete: 'deleted',
};

interface Wanted {
  readonly kind: Kind;
  readonly name: string;
  readonly namespace?: string;
  readonly object?: Readonly<Record<string, unknown>>;
}

/** `calicoctl apply|create|replace -f FILE` and `calicoctl delete (KIND NAME | -f FILE)`. */
export function* write(args: readonly string[], sys: Sys): Call<Failure | undefined> {
  const act = args[0] as Act;
  const parsed = parseArgs(args, {
    '--filename': true,
    '--namespace': true,
    '--recursive': false,
    '--skip-empty': false,
    '--skip-exists': false,
    '--skip-not-exists': false,
  });
  if (isFailure(parsed)) return parsed;
  const namespace = parsed.value('--namespace') ?? 'default';
  const file = parsed.value('--filename');
  if (file === undefined && !(act === 'delete' && parsed.words.length > 1)) {
    return parseArgs([...args, '--nothing'], {}) as Failure;
  }
  const wanted =
    file === undefined ? byName(parsed.words, namespace) : yield* fromFile(sys, file, namespace);
  if (isFailure(wanted)) return { error: `Failed to execute command: ${wanted.error}` };
  if (wanted.length === 0) return { error: 'No resources specified in file' };
  const client = connect(sys);
  if (isFailure(client)) return client;
  const errors: string[] = [];
  for (const each of wanted) {
    const failed = yield* put(client, act, each);
    if (failed) errors.push(failed.error);
  }
  return yield* tell(sys, act, wanted, errors);
}

function* tell(
  sys: Sys,
  act: Act,
  wanted: readonly Wanted[],
  errors: readonly string[],
): Call<Failure | undefined> {
  const names = new Set(wanted.map(({ kind }) => kind.kind));
  const only = names.size === 1 ? [...names][0] : undefined;
  const all = `[${errors.join(' ')}]`;
  if (errors.length === 0) {
    const what = only === undefined ? '' : `'${only}' `;
    yield* sys.write(1, `Successfully ${DONE[act]} ${wanted.length} ${what}resource(s)\n`);
    return undefined;
  }
  if (wanted.length === 1) return { error: `Failed to ${act} '${only}' resource: ${all}` };
  if (errors.length < wanted.length) {
    const what = only === undefined ? 'resources' : `'${only}' resources`;
    const text = `${DONE[act]} the first ${wanted.length} out of ${wanted.length} ${what}:`;
    yield* sys.write(1, `Partial success: ${text}\n`);
  }
  return { error: `Hit error(s): ${all}` };
}

function byName(words: readonly string[], namespace: string): readonly Wanted[] | Failure {
  const [word = '', ...names] = words;
  const kind = findKind(word);
  if (!kind) return { error: `resource type '${word}' is not supported` };
  return names.map((name) => ({ kind, name, ...(kind.namespaced ? { namespace } : {}) }));
}

function* fromFile(sys: Sys, path: string, namespace: string): Call<readonly Wanted[] | Failure> {
  let text = '';
  if (path === '-') {
    for (let piece = yield* sys.read(0); typeof piece === 'string' && !isErrno(piece);) {
      text += piece;
      piece = yield* sys.read(0);
    }
  } else {
    const file = sys.files.read(path);
    if (isErrno(file)) return { error: `open ${path}: ${strerror(file).toLowerCase()}` };
    text = file.text;
  }
  const documents = readDocuments(text);
  if (isFailure(documents)) return documents;
  const wanted: Wanted[] = [];
  for (const object of documents) {
    const { apiVersion, kind: named, metadata } = object as unknown as ApiObject;
    const kind = findKind(named ?? '');
    if (apiVersion !== VERSION || !kind || kind.kind !== named) {
      return { error: `unknown resource type: ${named ?? ''}.${apiVersion ?? ''}` };
    }
    const of = metadata?.namespace ?? namespace;
    const name = metadata?.name ?? '';
    wanted.push({ kind, name, object, ...(kind.namespaced ? { namespace: of } : {}) });
  }
  return wanted;
}

function* put(client: Client, act: Act, wanted: Wanted): Call<Failure | undefined> {
  const { kind, namespace, object } = wanted;
  const shown = namespace === undefined ? wanted.name : `${namespace}/${wanted.name}`;
  if (!kind.resource) {
    return { error: `operation ${act} is not supported on ${kind.kind}(${shown})` };
  }
  if (kind.kind === 'NetworkPolicy' && wanted.name.startsWith('knp.default.')) {
    const why = 'kubernetes network policies must be managed through the kubernetes API';
    return { error: `operation ${act} is not supported on ${kind.kind}(${shown}): ${why}` };
  }
  const invalid = object && act !== 'delete' ? invalidity(object) : undefined;
  if (invalid !== undefined) return { error: invalid };
  const name = storedName(kind, wanted.name);
  const known = yield* client.get(kind.resource, namespace, name);
  const found = `${kind.resource} "${name}" not found`;
  const missing = `resource does not exist: ${kind.kind}(${shown}) with error: ${found}`;
  if (!known && (act === 'replace' || act === 'delete')) return { error: missing };
  if (known && act === 'create')
    return { error: `resource already exists: ${kind.kind}(${shown})` };
  const answer = yield* send(client, act, { ...wanted, name }, known);
  if (isFailure(answer)) return answer;
  if (answer.status < 300) return undefined;
  return { error: (answer.body as { readonly message?: string } | null)?.message ?? 'no answer' };
}

/** Names of policies of the default tier have the tier in front where they are stored. */
export function storedName({ kind }: Kind, name: string): string {
  return /NetworkPolicy$/.test(kind) && !name.startsWith('default.') ? `default.${name}` : name;
}

function* send(client: Client, act: Act, wanted: Wanted, known: ApiObject | undefined) {
  const { kind, name, namespace, object } = wanted;
  const resource = kind.resource ?? '';
  if (act === 'delete') return yield* client.send('DELETE', urlOf(resource, namespace, name));
  const metadata = {
    ...(object?.['metadata'] as object),
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(known ? { resourceVersion: known.metadata.resourceVersion } : {}),
  };
  const spec = withTypes(kind, (object?.['spec'] ?? {}) as Readonly<Record<string, unknown>>);
  const body = { apiVersion: `${GROUP}/v1`, kind: kind.kind, metadata, spec };
  return known
    ? yield* client.send('PUT', urlOf(resource, namespace, name), body)
    : yield* client.send('POST', urlOf(resource, namespace), body);
}

/** The directions that a policy speaks of, where it does not say so. */
function withTypes({ kind }: Kind, spec: Readonly<Record<string, unknown>>): object {
  if (!/NetworkPolicy$/.test(kind) || spec['types'] !== undefined) return spec;
  const egress = spec['egress'] !== undefined;
  const ingress = spec['ingress'] !== undefined || !egress;
  return { ...spec, types: [...(ingress ? ['Ingress'] : []), ...(egress ? ['Egress'] : [])] };
}

/** What is wrong with selectors and actions of a policy; undefined if nothing is. */
export function invalidity(object: Readonly<Record<string, unknown>>): string | undefined {
  const wrong: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (Array.isArray(value)) return value.forEach((each, at) => look(each, `${path}[${at}]`));
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const label = `${name[0]?.toUpperCase()}${name.slice(1)}`;
      if (/selector$/i.test(name) && typeof inner === 'string') {
        const parsed = parseSelector(inner);
        if ('error' in parsed) {
          wrong.push(`error with field ${label} = '${inner}' (invalid selector: ${parsed.error})`);
        }
      } else if (name === 'action' && !['Allow', 'Deny', 'Log', 'Pass'].includes(String(inner))) {
        const reason = 'failed to validate Field: Action because of Tag: action ';
        wrong.push(`error with field Action = '${String(inner)}' (Reason: ${reason})`);
      } else look(inner, `${path}.${name}`);
    }
  };
  look(object['spec'], '');
  if (wrong.length === 0) return undefined;
  return wrong.length === 1
    ? (wrong[0] as string)
    : `error with the following fields:\n-  ${wrong.join('\n-  ')}\n`;
}
