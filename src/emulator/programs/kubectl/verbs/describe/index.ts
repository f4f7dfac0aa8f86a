import type { ApiObject } from '../../../../apimachinery/object.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { kinds } from '../../../../resources/catalog.ts';
import { generic } from '../../../../resources/describe/simple.ts';
import { fetchOne, selectionOf, visit, type Info } from '../../builder.ts';
import { defineCommand, type Context } from '../../command.ts';
import { completeResources } from '../../complete-resources.ts';
import { failed, Failure, hasReason, problemOf, throwAll, type Problem } from '../../failure.ts';
import { fileFlags, namespacesFlag, selectorFlag } from '../../flag-sets.ts';
import { inZone, localZone } from '../../local-time.ts';
import type { Obj } from '../../object.ts';
import { describeWith } from '../../related.ts';
import { preferred, type Mapping } from '../../rest-mapper.ts';
import { describeUnknown } from './unknown.ts';

export default defineCommand({
  name: 'describe',
  use: 'describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)',
  short: 'Show details of a specific resource or group of resources',
  long:
    'Show details of a specific resource or group of resources, with what ' +
    'belongs to it and its events.',
  examples: [
    ['A service', 'kubectl describe service web'],
    ['All pods with a label', 'kubectl describe pods -l app=web'],
  ],
  flags: `${namespacesFlag} chunk-size=500 ${fileFlags} ${selectorFlag} show-events=true`,
  run,
  complete: completeResources,
});

function* run(context: Context): Call<void> {
  const { flags, args } = context;
  const files = flags.list('filename').length > 0 || flags.text('kustomize') !== '';
  if (args.length === 0 && !files) {
    throw failed(
      'You must specify the type of resource to describe. Use "kubectl ' +
        'api-resources" for a complete list of supported resources.',
    );
  }
  const selection = {
    ...selectionOf(context),
    allowEmptySelector: true,
    latest: true,
    limit: flags.number('chunk-size'),
  };
  let { infos, problems } = yield* visit(context, selection);
  if (infos.length === 0 && args.length === 2 && isMissing(problems)) {
    infos = yield* byPrefix(context, args[0] as string, args[1] as string);
    if (infos.length > 0) problems = [];
  }
  if (infos.length === 0 && problems.length === 0) {
    const { name } = context.namespace();
    const where = flags.on('all-namespaces') ? '' : ` in ${name} namespace.`;
    yield* context.err(`No resources found${where}\n`);
    return;
  }
  const failures: Problem[] = [...problems];
  let first = true;
  for (const info of infos) {
    try {
      const text = yield* describe(context, info);
      yield* context.out(first ? text : `\n\n${text}`);
      first = false;
    } catch (caught) {
      failures.push(problemOf(caught));
    }
  }
  throwAll(failures);
}

function isMissing(problems: readonly Problem[]): boolean {
  return problems.every((each) => each.type === 'status' && each.status.reason === 'NotFound');
}

/** A name that does not exist may be the start of several. */
function* byPrefix(context: Context, type: string, prefix: string): Call<readonly Info[]> {
  try {
    const { infos } = yield* visit(context, {
      ...selectionOf(context, [type]),
      allowEmptySelector: true,
    });
    return infos.filter(({ name }) => name.startsWith(prefix));
  } catch (caught) {
    if (caught instanceof Failure && hasReason(caught, 'NotFound')) return [];
    throw caught;
  }
}

/** The description of one object, by its kind's own folder. */
function* describe(context: Context, { mapping: given, namespace, name }: Info): Call<string> {
  const { all } = yield* context.mapper();
  // Describers of built-in kinds ask for the version that they know best, whatever was named.
  const builtIn = kinds.some(({ names }) => isKind(names, given));
  const best = preferred(all).find((each) => isKind(each, given));
  const mapping = builtIn && best ? best : given;
  const kind = kinds.find(
    ({ names }) => isKind(names, mapping) && names.version === mapping.version,
  );
  // What has no describer of its own is described as a custom resource is.
  const known = kind?.describe === generic ? undefined : kind?.describe;
  const { flags, sys } = context;
  const asking = {
    now: sys.now,
    showEvents: flags.on('show-events'),
    chunkSize: flags.number('chunk-size'),
    zone: localZone(sys.env['TZ']),
  };
  // A describer asks for the object again, in its own type.
  const shown = (yield* fetchOne(context, mapping, namespace, name)) as unknown as ApiObject;
  return yield* describeWith(context.client(), all, asking, (related) =>
    known
      ? known(inZone(shown, asking.zone), related)
      : describeUnknown(shown as unknown as Obj, related),
  );
}

function isKind(
  names: { readonly group: string; readonly version: string; readonly plural: string },
  mapping: Mapping,
): boolean {
  return names.group === mapping.group && names.plural === mapping.plural;
}
