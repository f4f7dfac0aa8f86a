import type { Call } from '../../host/syscalls.ts';
import type { Context } from './command.ts';
import { failed } from './failure.ts';
import { goJson } from './go-format.ts';
import { asJson, copy, LAST_APPLIED, type Obj } from './object.ts';
import { dryRun } from './printers/printer.ts';
import { pathOf, type Mapping } from './rest-mapper.ts';

export type PatchType = 'strategic' | 'merge' | 'json' | 'apply';

const mediaTypes: Readonly<Record<PatchType, string>> = {
  strategic: 'application/strategic-merge-patch+json',
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** Query parameters that writing commands add: who writes, and whether it counts. */
export function writeQuery(context: Context): Record<string, string | undefined> {
  return {
    ...(dryRun(context) === 'server' && { dryRun: 'All' }),
    fieldManager: context.flags.text('field-manager') || undefined,
    fieldValidation: context.flags.has('validate') ? fieldValidation(context) : undefined,
  };
}

/** What `--validate` asks of the server. */
export function fieldValidation(context: Context): 'Strict' | 'Warn' | 'Ignore' {
  const value = context.flags.text('validate');
  if (/^(strict|true|1|t|T|TRUE|True)$/.test(value)) return 'Strict';
  if (value === 'warn') return 'Warn';
  if (/^(ignore|false|0|f|F|FALSE|False)$/.test(value)) return 'Ignore';
  throw failed(
    `invalid - validate option "${value}"; must be one of: strict (or ` +
      'true), warn, ignore (or false)',
  );
}

/** Creates an object. */
export function* createObject(
  context: Context,
  mapping: Mapping,
  namespace: string,
  object: Obj,
  query: Readonly<Record<string, string | undefined>> = writeQuery(context),
): Call<Obj> {
  return yield* context.client().send<Obj>({
    method: 'POST',
    path: pathOf(mapping, namespace),
    query,
    body: object,
  });
}

/** Patches an object or one of its subresources. */
export function* patchObject(
  context: Context,
  where: { mapping: Mapping; namespace: string; name: string; subresource?: string | undefined },
  type: PatchType,
  patch: unknown,
  query: Readonly<Record<string, string | undefined>> = writeQuery(context),
): Call<Obj> {
  const { mapping, namespace, name, subresource } = where;
  return yield* context.client().send<Obj>({
    method: 'PATCH',
    path: pathOf(mapping, namespace, name, subresource || undefined),
    query,
    contentType: mediaTypes[type],
    // A body that is a string goes as it is: one that is a value is written as JSON.
    body: typeof patch === 'string' ? JSON.stringify(patch) : patch,
  });
}

/** The text that apply keeps in the annotation: the object without that annotation. */
export function lastAppliedOf(object: Obj, typed = false): string {
  const bare = copy(object);
  const annotations = { ...bare.metadata?.annotations };
  delete annotations[LAST_APPLIED];
  bare.metadata = { ...bare.metadata, annotations };
  // A Go struct leaves an empty map out, and keeps the order of its members.
  if (typed && Object.keys(annotations).length === 0) delete bare.metadata.annotations;
  return `${goJson(asJson(bare), { sort: !typed })}\n`;
}

/** The object with the annotation of what it was applied as. */
export function withLastApplied(object: Obj, typed = false): Obj {
  const text = lastAppliedOf(object, typed);
  const result = copy(object);
  result.metadata = {
    ...result.metadata,
    annotations: { ...result.metadata?.annotations, [LAST_APPLIED]: text },
  };
  return result;
}
