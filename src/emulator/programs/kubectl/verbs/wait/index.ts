import type { Call } from '../../../../host/syscalls.ts';
import type { Micros } from '../../../../world/json.ts';
import { until } from '../../await.ts';
import { selectionOf, tupleOf, visit, type Info } from '../../builder.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completeResources } from '../../complete-resources.ts';
import { failed, Failure, problemOf, throwAll, type Problem } from '../../failure.ts';
import { namespacesFlag, printFlags, selectorFlag } from '../../flag-sets.ts';
import { goValue } from '../../go-format.ts';
import { createJsonPath } from '../../jsonpath/find.ts';
import { PathError } from '../../jsonpath/parse.ts';
import { relaxedPath } from '../../jsonpath/relaxed.ts';
import { asJson, at, type Obj } from '../../object.ts';
import { resultPrinter } from '../../printers/printer.ts';

export default defineCommand({
  name: 'wait',
  use:
    'wait ([-f FILENAME] | resource.group/resource.name | resource.group ' +
    '[(-l label | --all)]) [--for=create|--for=delete|--for ' +
    "condition=available|--for=jsonpath='{}'[=value]]",
  short: 'Wait for a specific condition on one or many resources',
  examples: [
    ['Until a pod is ready', 'kubectl wait --for=condition=Ready pod/web'],
    ['Until a pod is gone', 'kubectl wait --for=delete pod/web --timeout=60s'],
  ],
  flags: `all=false ${namespacesFlag} ${printFlags} field-selector=''
    -f|filename=[] -R|recursive=true for='' local=false ${selectorFlag}
    timeout=30s`,
  run,
  complete: completeResources,
});

interface Condition {
  readonly kind: 'condition' | 'jsonpath' | 'delete' | 'create';
  met(object: Obj | undefined): boolean;
}

function* run(context: Context): Call<void> {
  const { flags } = context;
  const condition = parseCondition(flags.text('for'));
  let timeout = flags.duration('timeout');
  if (timeout < 0) timeout = 7 * 24 * 3_600_000_000;
  const deadline = context.sys.now + timeout;
  const infos = yield* find(context, condition);
  if (infos.length === 0 && condition.kind !== 'delete')
    throw failed('no matching resources found');
  const problems: Problem[] = [];
  for (const info of infos) {
    try {
      yield* waitFor(context, info, condition, deadline);
    } catch (caught) {
      if (!(caught instanceof Failure)) throw caught;
      problems.push(problemOf(caught));
    }
  }
  throwAll(problems);
}

function* find(context: Context, condition: Condition): Call<readonly Info[]> {
  const selection = { ...selectionOf(context), latest: true };
  if (condition.kind === 'create' && context.args.length > 0 && !context.flags.text('selector')) {
    return yield* lazily(context);
  }
  const { infos, problems } = yield* visit(context, selection);
  const left = problems.filter(
    (problem) =>
      !(
        condition.kind === 'delete' &&
        problem.type === 'status' &&
        problem.status.reason === 'NotFound'
      ),
  );
  throwAll(left);
  return infos;
}

/** What need not be there yet. */
function* lazily(context: Context): Call<readonly Info[]> {
  const mapper = yield* context.mapper();
  const [first = '', ...names] = context.args;
  const wanted = first.includes('/')
    ? context.args.map(tupleOf)
    : names.map((name) => [first, name] as const);
  if (wanted.length === 0) {
    yield* mapper.forArgument(first);
    throw failed('resource(s) were provided, but no name was specified');
  }
  const infos: Info[] = [];
  for (const [type, name] of wanted) {
    const mapping = yield* mapper.forArgument(type);
    const namespace = mapping.namespaced ? context.namespace().name : '';
    infos.push({ mapping, namespace, name, source: '', object: undefined });
  }
  return infos;
}

function* waitFor(
  context: Context,
  info: Info,
  condition: Condition,
  deadline: Micros,
): Call<void> {
  const uid = info.object?.metadata?.uid;
  const done = (object: Obj | undefined) => {
    if (condition.kind !== 'delete') return condition.met(object);
    return object === undefined || (uid !== undefined && object.metadata?.uid !== uid);
  };
  const { mapping, name } = info;
  // What was found is watched at once; what is to come or to go is asked for first.
  const first = condition.kind === 'delete' || condition.kind === 'create';
  const result = yield* until(context, info, deadline, done, { first });
  if (result === 'timeout') {
    if (condition.kind === 'create') throw failed('timed out waiting for the condition');
    if (context.flags.duration('timeout') === 0) {
      throw failed(`condition not met for ${mapping.plural}/${name}`);
    }
    throw failed(`timed out waiting for the condition on ${mapping.plural}/${name}`);
  }
  const object = result.object ?? info.object ?? identity(info);
  yield* resultPrinter(context, 'condition met').print(object);
}

function identity({ mapping, name }: Info): Obj {
  const apiVersion = mapping.group === '' ? mapping.version : `${mapping.group}/${mapping.version}`;
  return { apiVersion, kind: mapping.kind, metadata: { name } };
}

function parseCondition(text: string): Condition {
  const lower = text.toLowerCase();
  if (lower === 'delete') return { kind: 'delete', met: (object) => object === undefined };
  if (lower === 'create') return { kind: 'create', met: (object) => object !== undefined };
  if (text.startsWith('condition=')) return statusCondition(text.slice('condition='.length));
  if (text.startsWith('jsonpath=')) return pathCondition(text.slice('jsonpath='.length));
  throw failed(`unrecognized condition: ${JSON.stringify(text)}`);
}

interface StatusCondition {
  readonly type?: string;
  readonly status?: string;
  readonly observedGeneration?: number;
}

function statusCondition(text: string): Condition {
  const [name = '', value = 'true'] = text.split('=');
  return {
    kind: 'condition',
    met(object) {
      const list =
        (at(object, 'status.conditions') as readonly StatusCondition[] | undefined) ?? [];
      const found = list.find(({ type }) => type?.toLowerCase() === name.toLowerCase());
      if (!found) return false;
      const generation = Number(object?.metadata?.['generation'] ?? 0);
      const observed =
        found.observedGeneration ?? Number(at(object, 'status.observedGeneration') ?? 0);
      if (observed !== 0 && observed < generation) return false;
      return found.status?.toLowerCase() === value.toLowerCase();
    },
  };
}

function pathCondition(text: string): Condition {
  const match = /^(\{[^}]*\}|[^=]*?)(?:=(.*))?$/s.exec(text);
  const [, expression = '', wanted] = match ?? [];
  if (expression === '') throw failed('jsonpath expression cannot be empty');
  if (text.endsWith('=') && wanted === '')
    throw failed(
      'jsonpath wait has to have a value after equal sign, like ' +
        "--for=jsonpath='{.status.readyReplicas}'=3",
    );
  let path: ReturnType<typeof createJsonPath>;
  try {
    path = createJsonPath(relaxedPath(expression), true);
  } catch (caught) {
    if (!(caught instanceof PathError)) throw caught;
    throw failed(caught.message);
  }
  const value = wanted?.replace(/^(["'])(.*)\1$/, '$2');
  return {
    kind: 'jsonpath',
    met(object) {
      if (!object) return false;
      const found = path.find(asJson(object)).flat();
      if (found.length === 0) return false;
      if (value === undefined) return true;
      if (found.length > 1) throw failed('given jsonpath expression matches more than one value');
      const [only] = found;
      if (typeof only === 'object' && only !== null) {
        throw failed('jsonpath leads to a nested object or list which is not supported');
      }
      return goValue(only).trim() === value.trim();
    },
  };
}
