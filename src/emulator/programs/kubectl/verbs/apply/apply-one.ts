import type { Call } from '../../../../host/syscalls.ts';
import { fetchOne, type Info } from '../../builder.ts';
import type { Context } from '../../command.ts';
import {
  Failure,
  failed,
  hasReason,
  problemOf,
  textOf,
  withSource,
  type Problem,
} from '../../failure.ts';
import { goJson } from '../../go-format.ts';
import { createObject, patchObject, withLastApplied, writeQuery } from '../../mutate.ts';
import { LAST_APPLIED, type Obj } from '../../object.ts';
import { threeWayPatch } from '../../patch.ts';
import { dryRun, resultPrinter } from '../../printers/printer.ts';
import { apiVersionOf, pathOf, type Mapping } from '../../rest-mapper.ts';
import { applyServerSide } from './server-side.ts';

/** Applies one object: creates it, patches it, or finds it as it should be. */
export function* applyOne(context: Context, info: Info): Call<Obj> {
  const { metadata } = info.object as Obj;
  if (!metadata?.name && metadata?.generateName) {
    throw failed(`from ${metadata.generateName}: cannot use generate name with apply`);
  }
  if (context.flags.on('server-side')) {
    const result = yield* applyServerSide(context, info);
    yield* tell(context, 'serverside-applied', result);
    return result;
  }
  const live = yield* liveOf(context, info);
  if (!live) {
    const result = yield* create(context, info);
    yield* tell(context, 'created', result);
    return result;
  }
  let result = live;
  let operation = 'configured';
  if (dryRun(context) !== 'client') {
    if (live.metadata?.annotations?.[LAST_APPLIED] === undefined) {
      yield* context.err(warning(info.mapping, info.name));
    }
    const patched = yield* patch(context, info, live);
    result = patched.object;
    if (!patched.changed) operation = 'unchanged';
  }
  yield* tell(context, operation, result);
  return result;
}

/** Whether `-o` asks for the objects themselves, which are printed when all is done. */
export function printsObjects({ flags }: Context): boolean {
  const output = flags.text('output');
  return (output !== '' && output !== 'name') || flags.text('template') !== '';
}

function* tell(context: Context, operation: string, object: Obj): Call<void> {
  if (!printsObjects(context)) yield* resultPrinter(context, operation).print(object);
}

function warning(mapping: Mapping, name: string): string {
  return (
    `Warning: resource ${mapping.plural}/${name} is missing the ` +
    `${LAST_APPLIED} annotation which is required by kubectl apply. ` +
    ('kubectl apply should only be used on resources created declaratively ' +
      'by either kubectl create --save-config or kubectl apply. ') +
    'The missing annotation will be patched automatically.\n'
  );
}

/** What the server has now; undefined where it has nothing. */
export function* liveOf(context: Context, info: Info): Call<Obj | undefined> {
  const { mapping, namespace, name } = info;
  try {
    if (name === '') throw failed('resource name may not be empty');
    return yield* fetchOne(context, mapping, namespace, name);
  } catch (caught) {
    if (hasReason(caught, 'NotFound')) return undefined;
    const verb = `retrieving current configuration of:\n${described(info)}\nfrom server for:`;
    throw new Failure(wrapped(verb, info.source, problemOf(caught)));
  }
}

/** How an info shows itself in errors (`resource.Info.String`). */
export function described({ mapping, namespace, name }: Info): string {
  const version = apiVersionOf(mapping);
  const gv = mapping.group === '' ? `/${version}` : version;
  return (
    `Resource: "${gv}, Resource=${mapping.plural}", GroupVersionKind: "${gv}, ` +
    `Kind=${mapping.kind}"\n` +
    `Name: "${name}", Namespace: "${namespace}"`
  );
}

function wrapped(verb: string, source: string, problem: Problem): Problem {
  const lead = `error when ${verb} "${source}": `;
  if (problem.type === 'connection') return problem;
  if (problem.type === 'status') {
    const message = lead + (problem.status.message ?? '');
    return { type: 'status', status: { ...problem.status, message } };
  }
  return { type: 'text', text: lead + textOf(problem) };
}

function* create(context: Context, info: Info): Call<Obj> {
  const { mapping, namespace, source } = info;
  let object = withLastApplied(info.object as Obj);
  if (dryRun(context) !== 'client') {
    try {
      object = yield* createObject(context, mapping, namespace, object);
    } catch (caught) {
      throw new Failure(withSource('creating', source, problemOf(caught)));
    }
  }
  return object;
}

const RETRIES = 5;

function* patch(
  context: Context,
  info: Info,
  first: Obj,
): Call<{ readonly object: Obj; readonly changed: boolean }> {
  const { mapping, source } = info;
  const intent = withLastApplied(info.object as Obj);
  let live = first;
  for (let attempt = 0; ; attempt++) {
    const text = live.metadata?.annotations?.[LAST_APPLIED];
    const last = text === undefined ? undefined : (JSON.parse(text) as Obj);
    const made = threeWayPatch(mapping, last, intent, live);
    if (Object.keys(made.patch).length === 0) return { object: live, changed: false };
    try {
      const object = yield* patchObject(context, info, made.type, made.patch);
      return { object, changed: true };
    } catch (caught) {
      if (hasReason(caught, 'Conflict') && attempt < RETRIES) {
        live = yield* fetchOne(context, mapping, info.namespace, info.name);
        continue;
      }
      if (
        context.flags.on('force') &&
        (hasReason(caught, 'Conflict') || hasReason(caught, 'Invalid'))
      ) {
        return { object: yield* recreate(context, info, intent), changed: true };
      }
      const inner = withSource('patching', source, problemOf(caught));
      const verb = `applying patch:\n${goJson(made.patch)}\nto:\n${described(info)}\nfor:`;
      throw new Failure(wrapped(verb, source, inner));
    }
  }
}

/** `--force`: what cannot be patched is deleted and made anew. */
function* recreate(context: Context, info: Info, intent: Obj): Call<Obj> {
  const { mapping, namespace, name } = info;
  yield* context.client().send({
    method: 'DELETE',
    path: pathOf(mapping, namespace, name),
    body: { propagationPolicy: 'Background', gracePeriodSeconds: 0 },
  });
  return yield* createObject(context, mapping, namespace, intent, writeQuery(context));
}
