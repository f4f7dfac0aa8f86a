import { createMergePatch } from '../../apimachinery/patch/merge.ts';
import type { Call } from '../../host/syscalls.ts';
import { visit, wideSelectionOf, type Info } from './builder.ts';
import type { Context } from './command.ts';
import { failed, Failure, problemOf, throwAll, type Problem } from './failure.ts';
import { patchObject, writeQuery } from './mutate.ts';
import { asJson, copy, type Obj } from './object.ts';
import { dryRun, resultPrinter } from './printers/printer.ts';

/** What label and annotate have in common, and in what they differ. */
export interface MetadataEdit {
  readonly member: 'labels' | 'annotations';
  /** `label`, `annotation`: as it is called in errors. */
  readonly what: string;
  /** The words for what was done. */
  outcome(before: string, after: string): string;
  /** Refusal where values exist and may not be replaced. */
  conflict(taken: readonly (readonly [key: string, value: string])[]): string;
}

interface Changes {
  readonly set: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
}

/** Runs label or annotate on all that is named. */
export function* editMetadata(
  context: Context,
  edit: MetadataEdit,
  resources: readonly string[],
  changes: Changes,
): Call<void> {
  const { flags } = context;
  checkFlags(context, edit, resources);
  const { infos, problems: found } = yield* visit(context, {
    ...wideSelectionOf(context, resources),
    latest: !flags.on('local'),
  });
  if (flags.text('resource-version') !== '' && infos.length > 1) {
    throw failed('--resource-version may only be used with a single resource');
  }
  const problems: Problem[] = [...found];
  for (const info of infos) {
    try {
      if (flags.on('list')) {
        // What is listed is what the changes would make of it.
        const object = edited(context, edit, info.object as Obj, changes);
        yield* show(context, edit, { ...info, object }, infos.length === 1);
      } else yield* change(context, edit, info, changes);
    } catch (caught) {
      if (!(caught instanceof Failure)) throw caught;
      problems.push(problemOf(caught));
    }
  }
  throwAll(problems);
}

/** Flags that do not go together (`LabelOptions.Validate`). */
function checkFlags({ flags }: Context, edit: MetadataEdit, resources: readonly string[]): void {
  if (flags.on('all') && flags.text('selector') !== '') {
    throw failed('cannot set --all and --selector at the same time');
  }
  if (flags.on('all') && flags.text('field-selector') !== '') {
    throw failed('cannot set --all and --field-selector at the same time');
  }
  if (edit.member === 'labels' && flags.on('local') && resources.length > 0) {
    throw failed(
      'can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set',
    );
  }
}

function* show(context: Context, edit: MetadataEdit, info: Info, alone: boolean): Call<void> {
  const entries = Object.entries(info.object?.metadata?.[edit.member] ?? {});
  let indent = '';
  if (!alone) {
    const { kind, group } = info.mapping;
    yield* context.out(`Listing ${edit.member} for ${kind}.${group}/${info.name}:\n`);
    indent = ' ';
  }
  for (const [key, value] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
    yield* context.out(`${indent}${key}=${value}\n`);
  }
}

function* change(context: Context, edit: MetadataEdit, info: Info, changes: Changes): Call<void> {
  const { flags } = context;
  const before = info.object as Obj;
  const present = before.metadata?.[edit.member] ?? {};
  const local = flags.on('local') || dryRun(context) === 'client';
  if (edit.member === 'labels' && !local) {
    for (const key of changes.remove) {
      if (!(key in present)) yield* context.out(`label "${key}" not found.\n`);
    }
  }
  const after = edited(context, edit, before, changes);
  const patch = createMergePatch(asJson(before), asJson(after)) ?? {};
  let result = after;
  if (!local) {
    const version = flags.text('resource-version');
    const body = version === '' ? patch : withVersion(patch as Record<string, unknown>, version);
    const stored = yield* patchObject(context, info, 'merge', body, writeQuery(context));
    // `label` shows what it made of the object, not what the server answers.
    if (edit.member !== 'labels') result = stored;
  }
  const outcome = edit.outcome(JSON.stringify(before), JSON.stringify(after));
  yield* resultPrinter(context, outcome).print(result);
}

function withVersion(patch: Record<string, unknown>, resourceVersion: string): object {
  return { ...patch, metadata: { ...(patch['metadata'] as object), resourceVersion } };
}

function edited(context: Context, edit: MetadataEdit, object: Obj, { set, remove }: Changes): Obj {
  const present = object.metadata?.[edit.member] ?? {};
  if (!context.flags.on('overwrite')) {
    const taken = [...set]
      .filter(([key, value]) => key in present && present[key] !== value)
      .map(([key]) => [key, present[key] as string] as const);
    if (taken.length > 0) throw failed(edit.conflict(taken));
  }
  const result = copy(object);
  const entries = { ...present, ...Object.fromEntries(set) };
  for (const key of remove) delete entries[key];
  result.metadata = { ...result.metadata, [edit.member]: entries };
  if (!object.metadata?.[edit.member] && set.size === 0) delete result.metadata[edit.member];
  return result;
}

/** Reads `key=value` and `key-`. */
export function parseChanges(
  pairs: readonly string[],
  what: string,
  check: (key: string, value: string) => void = () => undefined,
): Changes {
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const pair of pairs) {
    const cut = pair.indexOf('=');
    if (cut > 0) {
      const [key, value] = [pair.slice(0, cut), pair.slice(cut + 1)];
      if (what === 'label' && value.includes('=')) throw failed(`invalid label spec: ${pair}`);
      check(key, value);
      set.set(key, value);
    } else if (pair.endsWith('-')) remove.push(pair.slice(0, -1));
    else throw failed(`unknown ${what} spec: ${pair}`);
  }
  for (const key of remove) {
    if (set.has(key)) {
      throw failed(
        what === 'label'
          ? 'can not both modify and remove a label in the same command'
          : 'can not both modify and remove the following annotation(s) in the same ' +
              `command: ${key}`,
      );
    }
  }
  return { set, remove };
}
