import type { Call } from '../../../../host/syscalls.ts';
import { civil } from '../../../../world/time.ts';
import { unifiedDiff } from '../../../unified-diff.ts';
import { fetchOne, requireFiles, visit, type Info } from '../../builder.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { exit, failed, Failure, hasReason, report, throwAll } from '../../failure.ts';
import { fileFlags, selectorFlag } from '../../flag-sets.ts';
import { createObject, lastAppliedOf, patchObject } from '../../mutate.ts';
import { asJson, copy, LAST_APPLIED, type Obj } from '../../object.ts';
import { threeWayPatch } from '../../patch.ts';
import { encodeYaml } from '../../yaml/encode.ts';

export default defineCommand({
  name: 'diff',
  use: 'diff -f FILENAME',
  short: 'Diff the live version against a would-be applied version',
  long:
    'Diff the live version against a would-be applied version.\n\n The exit ' +
    'code is 0 without a difference, 1 with one, greater after an error.',
  flags: `concurrency=1 field-manager='kubectl-client-side-apply' ${fileFlags}
    force-conflicts=false prune=false prune-allowlist=[*] ${selectorFlag} server-side=false
    show-managed-fields=false`,
  wrongFlag: 2,
  run,
});

/** An error ends with a code above 1, since 1 tells of a difference. */
function* run(context: Context): Call<void> {
  try {
    yield* diff(context);
  } catch (caught) {
    if (!(caught instanceof Failure) || caught.problem.type === 'exit') throw caught;
    const { text, code } = report(caught.problem);
    throw exit(Math.max(code, 2), text);
  }
}

function* diff(context: Context): Call<void> {
  const { flags, args, sys } = context;
  if (args.length > 0) throw failed(usageText(context, `Unexpected args: [${args.join(' ')}]`));
  requireFiles(context);
  const { infos, problems } = yield* visit(context, {
    filenames: flags.list('filename'),
    recursive: flags.on('recursive'),
    kustomize: flags.text('kustomize'),
  });
  throwAll(problems);
  const number = (what: string) =>
    String(Math.trunc(sys.chance.number(`${what} ${sys.now}`) * 4_000_000_000));
  const live = `/tmp/LIVE-${number('live')}`;
  const merged = `/tmp/MERGED-${number('merged')}`;
  const texts: { readonly name: string; readonly text: string }[] = [];
  for (const info of infos) {
    const before = yield* liveOf(context, info);
    const after = yield* mergedOf(context, info, before);
    const name = fileName(info);
    const hunks = unifiedDiff(yamlOf(context, before), yamlOf(context, after));
    if (hunks === '') continue;
    const time = stamp(context);
    const head = `diff -u -N ${live}/${name} ${merged}/${name}\n`;
    texts.push({
      name,
      text: `${head}--- ${live}/${name}\t${time}\n+++ ${merged}/${name}\t${time}\n${hunks}`,
    });
  }
  texts.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { text } of texts) yield* context.out(text);
  if (texts.length > 0) throw exit(1);
}

function fileName({ mapping: { group, version, kind }, namespace, name }: Info): string {
  const lead = group === '' ? '' : `${group}.`;
  return `${lead}${version}.${kind}.${namespace}.${name}`;
}

function stamp({ sys }: Context): string {
  const c = civil(sys.now);
  const two = (n: number) => String(n).padStart(2, '0');
  const fraction = String(c.micros * 1000).padStart(9, '0');
  const date = `${c.year}-${two(c.month)}-${two(c.day)}`;
  const time = `${two(c.hour)}:${two(c.minute)}:${two(c.second)}.${fraction}`;
  return `${date} ${time} +0000`;
}

function yamlOf(context: Context, object: Obj | undefined): string {
  if (!object) return '';
  if (context.flags.on('show-managed-fields')) return encodeYaml(asJson(object));
  const { managedFields: _gone, ...metadata } = object.metadata ?? {};
  return encodeYaml(asJson(masked({ ...object, metadata })));
}

/** Values of secrets are not shown. */
function masked(object: Obj): Obj {
  const { kind, data } = object as Obj & { data?: Record<string, string> };
  if (kind !== 'Secret' || !data) return object;
  return { ...object, data: Object.fromEntries(Object.keys(data).map((key) => [key, '***'])) };
}

function* liveOf(context: Context, { mapping, namespace, name }: Info): Call<Obj | undefined> {
  try {
    return yield* fetchOne(context, mapping, namespace, name);
  } catch (caught) {
    if (hasReason(caught, 'NotFound')) return undefined;
    throw caught;
  }
}

/** What applying would leave, by the server's dry run. */
function* mergedOf(context: Context, info: Info, live: Obj | undefined): Call<Obj> {
  const { flags } = context;
  const local = info.object as Obj;
  const query = { dryRun: 'All', fieldManager: flags.text('field-manager') };
  if (flags.on('server-side')) {
    const manager = flags.changed('field-manager') ? flags.text('field-manager') : 'kubectl';
    return yield* patchObject(context, info, 'apply', local, {
      dryRun: 'All',
      fieldManager: manager,
      force: String(flags.on('force-conflicts')),
    });
  }
  const intent = copy(local);
  if (!live) return yield* createObject(context, info.mapping, info.namespace, intent, query);
  intent.metadata = (JSON.parse(lastAppliedOf(local)) as Obj).metadata as never;
  const text = live.metadata?.annotations?.[LAST_APPLIED];
  const last = text === undefined ? undefined : (JSON.parse(text) as Obj);
  const { type, patch } = threeWayPatch(info.mapping, last, intent, live);
  if (Object.keys(patch).length === 0) return live;
  const metadata = {
    ...(patch['metadata'] as object),
    resourceVersion: live.metadata?.resourceVersion,
  };
  return yield* patchObject(context, info, type, { ...patch, metadata }, query);
}
