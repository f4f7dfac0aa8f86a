import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { tupleOf } from '../../builder.ts';
import type { Command, Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { fileFlags, printFlags, selectorFlag } from '../../flag-sets.ts';
import type { Obj } from '../../object.ts';
import { pathOf } from '../../rest-mapper.ts';
import type { Container, EnvVar } from '../../workload.ts';
import { containersOf, editAll, editFailure, fits, requirePodSpec } from './edit.ts';
import { listEnv } from './list-env.ts';

/** `kubectl set env`. */
export const env: Command = {
  name: 'env',
  use: 'set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
  short: 'Update environment variables on a pod template',
  flags: `all=false ${printFlags} -c|containers='*' dry-run='none' -e|env=[*]
    field-manager='kubectl-set' ${fileFlags} from='' keys=[] list=false local=false
    overwrite=true prefix='' resolve=false ${selectorFlag}`,
  run,
};

function* run(context: Context): Call<void> {
  const { flags } = context;
  const { resources, pairs } = splitEnvironment(context.args);
  if (resources.length === 0 && flags.list('filename').length === 0) {
    throw failed(
      'one or more resources must be specified as <resource> <name> or <resource>/<name>',
    );
  }
  if (flags.on('list')) {
    yield* listEnv(context, resources);
    return;
  }
  const words = [...pairs, ...flags.list('env')];
  const remove = words
    .filter((word) => word !== '-' && !word.includes('='))
    .map((word) => word.slice(0, -1));
  const add: EnvVar[] = words.filter((word) => word.includes('=')).map(pairOf);
  for (const { name } of add) checkName(name);
  if (words.includes('-')) add.push(...(yield* fromInput(context)));
  if (add.some(({ name }) => remove.includes(name))) {
    throw failed(
      'can not both modify and remove the same environment variable in the same command',
    );
  }
  if (flags.text('from') !== '') add.push(...(yield* fromSource(context)));
  const pattern = flags.text('containers');
  const warnings: string[] = [];
  const told = { operation: 'env updated', failure: 'failed to patch env update to pod template:' };
  yield* editAll(context, resources, told, (object, info) => {
    const spec = requirePodSpec(object, info);
    const chosen = containersOf(spec).filter(({ name }) => fits(pattern, name));
    if (chosen.length === 0) {
      const which = `${info.mapping.kind}/${info.name}`;
      warnings.push(`Warning: ${which} does not have any containers matching "${pattern}"\n`);
    }
    for (const container of chosen) {
      const taken = flags.on('overwrite') ? undefined : takenOf(container, add);
      if (taken) {
        const value = container.env?.find(({ name }) => name === taken)?.value ?? '';
        const why = `'${taken}' already has a value (${value}), and --overwrite is false`;
        throw editFailure(context, info, why);
      }
      change(container, add, remove);
    }
  });
  yield* context.err(warnings.join(''));
}

/** Splits resources from variables (`SplitEnvironmentFromResources`). */
function splitEnvironment(args: readonly string[]) {
  const isPair = (word: string) =>
    (word.includes('=') && !word.startsWith('=')) || word.endsWith('-');
  const first = args.findIndex(isPair);
  if (first < 0) return { resources: args, pairs: [] };
  const wrong = args.slice(first).find((word) => !isPair(word));
  if (wrong !== undefined) {
    throw failed(`all resources must be specified before environment changes: ${wrong}`);
  }
  return { resources: args.slice(0, first), pairs: args.slice(first) };
}

/** The first of the variables that a container has already. */
function takenOf(container: Container, add: readonly EnvVar[]): string | undefined {
  return add.find(({ name }) => container.env?.some((each) => each.name === name))?.name;
}

const NAME_RULE =
  'a valid environment variable name must consist of alphabetic characters, digits, ' +
  "'_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  " +
  "or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";

function checkName(name: string): void {
  if (/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name)) return;
  throw failed(`"${name}" is not a valid key name: ${NAME_RULE}`);
}

/** Variables of standard input, one a line (`-e -`). */
function* fromInput(context: Context): Call<readonly EnvVar[]> {
  let text = '';
  for (;;) {
    const piece = yield* context.sys.read(0);
    if (piece === null || isErrno(piece)) break;
    text += piece;
  }
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.filter((line) => line.includes('=')).map(pairOf);
}

function pairOf(word: string): EnvVar {
  const cut = word.indexOf('=');
  return { name: word.slice(0, cut), value: word.slice(cut + 1) };
}

function change(container: Container, add: readonly EnvVar[], remove: readonly string[]): void {
  const before = (container.env ?? []).filter(({ name }) => !remove.includes(name));
  const after = before.map((each) => add.find(({ name }) => name === each.name) ?? each);
  after.push(...add.filter(({ name }) => !before.some((each) => each.name === name)));
  if (after.length > 0) container.env = after;
  else delete container.env;
}

/** Variables from all keys of a ConfigMap or Secret. */
function* fromSource(context: Context): Call<readonly EnvVar[]> {
  const { flags } = context;
  if (flags.on('local')) throw failed('unsupported resource specified in --from');
  const mapper = yield* context.mapper();
  const from = flags.text('from');
  const [type, name] = from.includes('/') ? tupleOf(from) : [from, ''];
  const mapping = yield* mapper.forArgument(type);
  if (name === '') throw failed('resource(s) were provided, but no name was specified');
  const { kind } = mapping;
  if (kind !== 'ConfigMap' && kind !== 'Secret') {
    throw failed('unsupported resource specified in --from');
  }
  const path = pathOf(mapping, context.namespace().name, name);
  const object = yield* context.client().send<Obj>({ path });
  const wanted = flags.list('keys');
  const keys = Object.keys((object['data'] ?? {}) as object)
    .sort()
    .filter((key) => wanted.length === 0 || wanted.includes(key));
  const found: EnvVar[] = [];
  for (const key of keys) {
    const own = key.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
    if (own !== key) yield* context.err(`Warning: key ${key} transferred to ${own}\n`);
    const valueFrom =
      kind === 'Secret' ? { secretKeyRef: { name, key } } : { configMapKeyRef: { name, key } };
    found.push({ name: flags.text('prefix') + own, valueFrom });
  }
  return found;
}
