import { isQualifiedName, isValidLabelValue } from '../../../../apimachinery/names.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { selectionOf, visit, type Info } from '../../builder.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { exit, failed, Failure, problemOf, textOf, throwAll, type Problem } from '../../failure.ts';
import { printFlags, selectorFlag } from '../../flag-sets.ts';
import { patchObject } from '../../mutate.ts';
import type { NodeObject, Taint } from '../../nodes.ts';
import type { Obj } from '../../object.ts';
import { dryRun, namePrinter, printerFor } from '../../printers/printer.ts';

export default defineCommand({
  name: 'taint',
  use: 'taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  short: 'Update the taints on one or more nodes',
  examples: [
    ['Keep pods away from a node', 'kubectl taint nodes worker-1 dedicated=db:NoSchedule'],
    ['Take the taint away', 'kubectl taint nodes worker-1 dedicated:NoSchedule-'],
  ],
  flags: `all=false ${printFlags} dry-run='none' field-manager='kubectl-taint' overwrite=false
    ${selectorFlag} validate='strict'`,
  run,
  complete: (words, { names }) => (words.length <= 1 ? ['nodes'] : names('nodes')),
});

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function* run(context: Context): Call<void> {
  const { flags, args } = context;
  const { resources, specs } = split(args);
  if (resources.length === 0) {
    throw failed('one or more resources must be specified as <resource> <name>');
  }
  if (specs.length === 0) throw failed('at least one taint update is required');
  const { add, remove } = parse(context, specs);
  yield* requireType(context, resources[0] as string);
  checkConflicts(add, remove);
  if (!/^(node|nodes|no)$/.test(resources[0] as string)) {
    throw failed(`invalid resource type ${resources[0]}, only node types are supported`);
  }
  if (resources.length < 2 && flags.text('selector') === '' && !flags.on('all')) {
    throw failed("at least one resource name must be specified since '--all' parameter is not set");
  }
  const { infos, problems: found } = yield* visit(context, selectionOf(context, resources));
  const problems: Problem[] = [...found];
  for (const info of infos) {
    try {
      yield* change(context, info, add, remove);
    } catch (caught) {
      if (!(caught instanceof Failure)) throw caught;
      problems.push(problemOf(caught));
    }
  }
  throwAll(problems);
}

/** What is named has to be some type; whether it is a node's is asked later. */
function* requireType(context: Context, type: string): Call<void> {
  try {
    yield* (yield* context.mapper()).forArgument(type);
  } catch (caught) {
    throw exit(1, textOf(problemOf(caught)));
  }
}

/** A taint cannot come and go at once. */
function checkConflicts(add: readonly Taint[], remove: readonly Taint[]): void {
  const found = add.flatMap((taint) =>
    remove.filter((each) => same(taint, each)).map(({ key, effect }) => `${key}=${effect}`),
  );
  if (found.length === 0) return;
  throw failed(
    'can not both modify and remove the following taint(s) in the same command: ' +
      found.join(', '),
  );
}

/** Taints begin with the first argument that has `=`, `:` or a `-` at its end. */
function split(args: readonly string[]): { resources: string[]; specs: string[] } {
  const resources: string[] = [];
  const specs: string[] = [];
  for (const arg of args) {
    const spec = arg.includes('=') || arg.includes(':') || arg.endsWith('-');
    if (spec) specs.push(arg);
    else if (specs.length > 0)
      throw failed(`all resources must be specified before taint changes: ${arg}`);
    else resources.push(arg);
  }
  return { resources, specs };
}

function parse(context: Context, specs: readonly string[]): { add: Taint[]; remove: Taint[] } {
  const add: Taint[] = [];
  const remove: Taint[] = [];
  for (const spec of specs) {
    const taint = parseOne(context, spec.endsWith('-') ? spec.slice(0, -1) : spec);
    if (spec.endsWith('-')) remove.push(taint);
    else {
      if (taint.effect === '') throw failed(usageText(context, `invalid taint spec: ${spec}`));
      if (add.some((each) => same(each, taint))) {
        const shown = `{${taint.key} ${taint.value ?? ''} ${taint.effect} <nil>}`;
        const why = 'duplicated taints with the same key and effect:';
        throw failed(usageText(context, `${why} ${shown}`));
      }
      add.push(taint);
    }
  }
  return { add, remove };
}

/** A taint without its `-` (`parseTaint`). */
function parseOne(context: Context, text: string): Taint {
  const [lead = '', effect, ...more] = text.split(':');
  // Without an effect all of it is the key.
  const [key = '', value, ...rest] = effect === undefined ? [lead] : lead.split('=');
  const wrong = (why: readonly string[]) => {
    const tail = why.length > 0 ? `, ${why.join('; ')}` : '';
    return failed(usageText(context, `invalid taint spec: ${text}${tail}`));
  };
  if (more.length > 0) throw wrong([]);
  if (effect !== undefined && !EFFECTS.includes(effect)) {
    throw failed(usageText(context, `invalid taint effect: ${effect}, unsupported taint effect`));
  }
  if (rest.length > 0) throw wrong([]);
  const problems = [isValidLabelValue(value ?? ''), isQualifiedName(key)];
  for (const each of problems) if (each.length > 0) throw wrong(each);
  return { key, ...(value !== undefined && value !== '' && { value }), effect: effect ?? '' };
}

function same(a: Taint, b: Taint): boolean {
  return a.key === b.key && (b.effect === '' || a.effect === b.effect);
}

function* change(
  context: Context,
  info: Info,
  add: readonly Taint[],
  remove: readonly Taint[],
): Call<void> {
  const node = info.object as NodeObject;
  const before = node.spec?.taints ?? [];
  if (!context.flags.on('overwrite')) {
    const taken = add.filter((taint) => before.some((each) => same(each, taint)));
    if (taken.length > 0) {
      const keys = taken.map(({ key }) => key).join(',');
      throw failed(
        `node ${info.name} already has ${keys} taint(s) with same effect(s) ` +
          'and --overwrite is false',
      );
    }
  }
  const missing = remove.filter((taint) => !before.some((each) => same(each, taint)));
  if (missing.length > 0) {
    const texts = missing.map(
      ({ key, effect }) => `taint "${effect === '' ? key : `${key}:${effect}`}" not found`,
    );
    throw failed(texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`);
  }
  const kept = before.filter(
    (each) => !remove.some((taint) => same(each, taint)) && !add.some((taint) => same(each, taint)),
  );
  const taints = [...add, ...kept];
  let result: Obj = { ...node, spec: { ...node.spec, taints } };
  if (dryRun(context) !== 'client') {
    const patch = { spec: { taints: taints.length > 0 ? taints : null } };
    result = yield* patchObject(context, info, 'merge', patch);
  }
  // A dry run is not told of.
  const printer = printerFor(context) ?? namePrinter(context, outcome(context, add, remove));
  yield* printer.print(result, { typed: true });
}

function outcome(context: Context, add: readonly Taint[], remove: readonly Taint[]): string {
  if (add.length > 0 && (remove.length > 0 || context.flags.on('overwrite'))) return 'modified';
  return add.length > 0 ? 'tainted' : 'untainted';
}
