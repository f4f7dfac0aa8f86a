import type { Call } from '../../../../host/syscalls.ts';
import { requireFiles, visit, type Info } from '../../builder.ts';
import type { Command, Context } from '../../command.ts';
import { failed, hasReason, throwAll } from '../../failure.ts';
import { fileFlags, printFlags } from '../../flag-sets.ts';
import type { Obj } from '../../object.ts';
import { dryRun, resultPrinter } from '../../printers/printer.ts';
import { pathOf } from '../../rest-mapper.ts';
import { planBinding, planRole, type Plan } from './plan.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** Brings roles and bindings up to what files say, without taking from them unless asked. */
export const reconcile: Command = {
  name: 'reconcile',
  use: 'auth reconcile -f FILENAME',
  short:
    'Reconciles rules for RBAC role, role binding, cluster role, and ' +
    'cluster role binding objects',
  flags:
    `${printFlags} dry-run='none' ${fileFlags} ` +
    'remove-extra-permissions=false remove-extra-subjects=false',
  run,
};

function* run(context: Context): Call<void> {
  const { flags, args } = context;
  requireFiles(context);
  if (args.length > 0) throw failed('no arguments are allowed');
  const printer = resultPrinter(context, 'reconciled');
  const { infos, problems } = yield* visit(context, {
    filenames: flags.list('filename'),
    recursive: flags.on('recursive'),
    kustomize: flags.text('kustomize'),
  });
  throwAll(problems);
  for (const info of infos) {
    if (info.mapping.group !== GROUP || !info.object) continue;
    const isRole = info.mapping.plural.endsWith('roles');
    const option = isRole ? 'remove-extra-permissions' : 'remove-extra-subjects';
    const existing = yield* get(context, info);
    const expected = withGroups(inNamespace(info));
    const plan = (isRole ? planRole : planBinding)(expected, existing, flags.on(option));
    const result =
      dryRun(context) === 'client' ? plan.object : yield* carryOut(context, info, plan);
    yield* printer.print(result);
    yield* tell(context, plan, isRole ? 'rules' : 'subjects', flags.on(option));
  }
}

function inNamespace({ object, mapping, namespace }: Info): Obj {
  const given = object as Obj;
  if (!mapping.namespaced) return given;
  return { ...given, metadata: { ...given.metadata, name: given.metadata?.name ?? '', namespace } };
}

/** The API groups that the scheme's defaults put into a binding. */
function withGroups(object: Obj): Obj {
  const ref = object['roleRef'] as Readonly<Record<string, string>> | undefined;
  const subjects = object['subjects'] as Readonly<Record<string, string>>[] | undefined;
  const isNamed = (kind = '') => kind === 'User' || kind === 'Group';
  return {
    ...object,
    ...(ref && { roleRef: { ...ref, apiGroup: ref['apiGroup'] || GROUP } }),
    ...(subjects && {
      subjects: subjects.map((each) =>
        isNamed(each['kind']) ? { ...each, apiGroup: each['apiGroup'] || GROUP } : each,
      ),
    }),
  };
}

function* get(context: Context, { mapping, namespace, name }: Info): Call<Obj | undefined> {
  try {
    return yield* context.client().send<Obj>({ path: pathOf(mapping, namespace, name) });
  } catch (caught) {
    if (hasReason(caught, 'NotFound')) return undefined;
    throw caught;
  }
}

function* carryOut(context: Context, info: Info, plan: Plan): Call<Obj> {
  const { mapping, namespace, name } = info;
  const { operation, object, isProtected } = plan;
  if (operation === 'none' || isProtected) return object;
  const client = context.client();
  const query = {
    ...(dryRun(context) === 'server' && { dryRun: 'All' }),
    fieldManager: 'kubectl-auth-reconcile',
  };
  const one = pathOf(mapping, namespace, name);
  if (operation === 'update') {
    return yield* client.send<Obj>({ method: 'PUT', path: one, query, body: object });
  }
  if (operation === 'create' && mapping.namespaced) yield* ensureNamespace(context, namespace);
  if (operation === 'recreate') yield* client.send({ method: 'DELETE', path: one });
  return yield* client.send<Obj>({
    method: 'POST',
    path: pathOf(mapping, namespace),
    query,
    body: object,
  });
}

function* ensureNamespace(context: Context, name: string): Call<void> {
  const client = context.client();
  try {
    yield* client.send({ path: `/api/v1/namespaces/${name}` });
    return;
  } catch (caught) {
    if (!hasReason(caught, 'NotFound')) return;
  }
  const body = { kind: 'Namespace', apiVersion: 'v1', metadata: { name } };
  yield* client.send({ method: 'POST', path: '/api/v1/namespaces', body });
}

/** Says what was lacking, and what was taken away. */
function* tell(context: Context, plan: Plan, what: string, removed: boolean): Call<void> {
  const { operation, missing, extra, isProtected } = plan;
  if (operation === 'none') return;
  const caveat = isProtected
    ? ', but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)'
    : '';
  const lines = [`\treconciliation required ${operation}${caveat}`];
  if (missing.length > 0) lines.push(`\tmissing ${what} added:`);
  lines.push(...missing.map((each) => `\t\t${each}`));
  const gone = removed ? extra : [];
  if (gone.length > 0) lines.push(`\textra ${what} removed:`);
  lines.push(...gone.map((each) => `\t\t${each}`));
  yield* context.err(lines.map((line) => `${line}\n`).join(''));
}
