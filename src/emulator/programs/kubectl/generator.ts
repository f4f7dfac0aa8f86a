import type { Call } from '../../host/syscalls.ts';
import { usageText, type Command, type Context } from './command.ts';
import { failed, Failure, problemOf, textOf } from './failure.ts';
import { printFlags } from './flag-sets.ts';
import { createObject, withLastApplied, writeQuery } from './mutate.ts';
import type { Obj } from './object.ts';
import { dryRun, resultPrinter } from './printers/printer.ts';

/** A command that makes an object from flags: `create deployment`, `create namespace` … */
export interface Generator {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly use: string;
  readonly short: string;
  readonly examples?: Command['examples'];
  readonly flags: string;
  readonly required?: readonly string[];
  readonly namespaced: boolean;
  /** Stands before the server's refusal: `failed to create deployment: `; none shows it bare. */
  readonly failure?: string;
  /** Makes the object, members in the order of the Go struct. Its namespace is put in later. */
  build(context: Context, name: string): Call<Obj>;
}

export const createFlags =
  `${printFlags} dry-run='none' field-manager='kubectl-create' ` +
  `save-config=false validate='strict'`;

/** The command around a generator. */
export function generatorCommand(generator: Generator): Command {
  const { name, aliases, use, short, examples, flags, required } = generator;
  return {
    name,
    ...(aliases && { aliases }),
    use,
    short,
    ...(examples && { examples }),
    flags: `${createFlags} ${flags}`,
    ...(required && { required }),
    run: (context) => generate(context, generator),
  };
}

/** The one name that a generator takes. */
export function nameOf(context: Context): string {
  const before = context.dash < 0 ? context.args.length : context.dash;
  if (before !== 1) {
    throw failed(usageText(context, `exactly one NAME is required, got ${before}`));
  }
  return context.args[0] as string;
}

function* generate(context: Context, generator: Generator): Call<void> {
  const printer = resultPrinter(context, 'created');
  const built = yield* generator.build(context, nameOf(context));
  let object = scoped(context, built, generator.namespaced);
  if (context.flags.on('save-config')) object = withLastApplied(object, true);
  if (dryRun(context) !== 'client') object = yield* send(context, generator, object);
  yield* printer.print(object, { typed: true });
}

/** Puts in a namespace that a flag asks for. */
export function scoped(context: Context, object: Obj, namespaced: boolean): Obj {
  if (!namespaced || context.flags.text('namespace') === '') return object;
  const { name, ...rest } = object.metadata ?? {};
  return {
    ...object,
    metadata: { name: name as string, namespace: context.namespace().name, ...rest },
  };
}

function* send(context: Context, generator: Generator, object: Obj): Call<Obj> {
  const mapper = yield* context.mapper();
  const { apiVersion = '', kind = '' } = object;
  const mapping = yield* mapper.forKind(apiVersion, kind);
  if (!mapping) throw failed('the server could not find the requested resource');
  const namespace = generator.namespaced ? context.namespace().name : '';
  try {
    return yield* createObject(context, mapping, namespace, object, writeQuery(context));
  } catch (caught) {
    if (!generator.failure || !(caught instanceof Failure)) throw caught;
    throw failed(generator.failure + textOf(problemOf(caught)));
  }
}
