import { isErrno } from '../../../host/errno.ts';
import type { Call, Sys } from '../../../host/syscalls.ts';
import type { Context } from '../command.ts';
import { failed, Failure, problemOf, textOf } from '../failure.ts';
import { splitDocuments } from '../files.ts';
import { goStrerror } from '../go-errors.ts';
import { asJson, isList, itemsOf, type Obj } from '../object.ts';
import { decodeYaml } from '../yaml/decode.ts';
import { encodeYaml } from '../yaml/encode.ts';
import { generate, withHashes } from './generate.ts';
import {
  deprecations,
  readKustomization,
  type Kustomization,
  type VarArgs,
} from './kustomization.ts';
import { inOrder } from './order.ts';
import { applyPatches } from './patches.ts';
import { fixReferences } from './references.ts';
import { idText, isSame, resourceOf, type Resource } from './resource.ts';
import { applyReplacements } from './replacements.ts';
import { transform } from './transform.ts';
import { resolveVars } from './vars.ts';

/** Builds a kustomization: its objects as YAML, in order. Throws kustomize's errors. */
export function* buildKustomization({ sys, err, flags }: Context, path: string): Call<string> {
  const directory = rootOf(sys, path);
  const warnings: string[] = [];
  try {
    const text = (name: string) => (flags.has(name) ? flags.text(name) : '');
    const open = text('load-restrictor') === 'LoadRestrictionsNone';
    const order = { none: { order: 'fifo' } }[text('reorder')];
    const objects = objectsFrom(sys, directory, warnings, open, order);
    yield* err(warnings.join(''));
    return objects.map((object) => encodeYaml(asJson(object))).join('---\n');
  } catch (caught) {
    if (caught instanceof Failure) yield* err(warnings.join(''));
    throw caught;
  }
}

/** What all levels of a build share. */
interface Work {
  readonly sys: Sys;
  readonly warnings: string[];
  readonly vars: VarArgs[];
  /** Files may lie anywhere (`--load-restrictor=LoadRestrictionsNone`). */
  readonly open: boolean;
}

/** What `buildMetadata` asks to be told of an object. */
function annotate({ object, origin }: Resource, asked: readonly string[]): void {
  if (asked.includes('originAnnotations') && origin !== undefined) {
    const annotations = {
      ...object.metadata?.annotations,
      'config.kubernetes.io/origin': origin,
    };
    object.metadata = { ...object.metadata, annotations };
  }
  if (!asked.includes('managedByLabel')) return;
  const managed = { 'app.kubernetes.io/managed-by': 'kustomize-v5.7.1' };
  object.metadata = { ...object.metadata, labels: { ...object.metadata?.labels, ...managed } };
}

function objectsFrom(
  sys: Sys,
  directory: string,
  warnings: string[],
  open: boolean,
  order: Kustomization['sortOptions'],
): readonly Obj[] {
  const kustomization = readKustomization(sys, directory);
  const vars: VarArgs[] = [];
  const work = { sys, warnings, vars, open };
  const resources = withHashes(accumulate(work, directory, [], []));
  fixReferences(resources);
  resolveVars(vars, resources);
  for (const each of resources) annotate(each, kustomization.buildMetadata ?? []);
  return inOrder(resources, order ?? kustomization.sortOptions).map(({ object }) => object);
}

/** The directory of a kustomization, absolute; refuses what is none. */
function rootOf(sys: Sys, path: string): string {
  if (/^(https?:|git@|ssh:|github\.com)/.test(path)) {
    const url = path.replace(/^(https?:\/\/)?/, 'https://');
    const host = url.replace(/^https:\/\//, '').split('/')[0] as string;
    throw failed(
      `failed to run '/usr/bin/git fetch --depth=1 ${url} HEAD': fatal: unable to access ` +
        `'${url}/': Could not resolve host: ${host}\n: exit status 128`,
    );
  }
  const stat = sys.files.stat(path);
  const full = sys.files.resolve(path);
  if (isErrno(stat)) {
    // The path is shown as it was given, and once more as it was looked for.
    throw failed(
      'must build at directory: not a valid directory: evalsymlink failure ' +
        `on '${path}' : lstat ${full}: ${goStrerror(stat)}`,
    );
  }
  if (stat.type !== 'directory') {
    throw failed(`must build at directory: '${path}': file is not directory`);
  }
  return full;
}

/** One level: resources, generators, components, then all that changes them. */
function accumulate(
  work: Work,
  directory: string,
  above: readonly string[],
  into: Resource[],
): Resource[] {
  const { sys } = work;
  const kustomization = readKustomization(sys, directory);
  work.warnings.push(...deprecations(kustomization));
  work.vars.push(...(kustomization.vars ?? []));
  const component = kustomization.kind === 'Component';
  // A component works on what the kustomization has that takes it in.
  const resources: Resource[] = component ? into : [];
  const visited = [...above, directory];
  for (const entry of [...(kustomization.resources ?? []), ...(kustomization.bases ?? [])]) {
    for (const each of load(work, directory, entry, visited)) {
      add(sys, directory, entry, resources, each);
    }
  }
  refuseCharts(kustomization);
  generate(sys, directory, kustomization, resources);
  for (const entry of kustomization.components ?? []) {
    const inner = sys.files.resolve(`${directory}/${entry}`);
    const stat = sys.files.stat(inner);
    if (isErrno(stat)) throw missingResource(entry, inner);
    takeComponent(work, inner, visited, resources);
  }
  change(sys, directory, kustomization, resources);
  return resources;
}

/** A component works on what is there; nothing else may stand in its place. */
function takeComponent(
  work: Work,
  path: string,
  above: readonly string[],
  resources: Resource[],
): void {
  const { kind = 'Kustomization' } = readKustomization(work.sys, path);
  if (kind !== 'Component') {
    const why = `expected kind 'Component' for path '${path}' but got '${kind}'`;
    throw failed(`accumulating components: accumulateDirectory: "${why}"`);
  }
  accumulate(work, path, above, resources);
}

/** Charts are only looked at where helm is allowed. */
function refuseCharts({ helmCharts = [] }: Kustomization): void {
  const [chart] = helmCharts;
  if (!chart) return;
  throw failed(
    `trouble configuring builtin HelmChartInflationGenerator with config: \`\n` +
      `${encodeYaml(asJson(chart))}\`: must specify --enable-helm`,
  );
}

function change(
  sys: Sys,
  directory: string,
  kustomization: Kustomization,
  resources: Resource[],
): void {
  applyPatches(sys, directory, kustomization, resources);
  transform(kustomization, resources);
  for (const { object, names } of resources) {
    const name = object.metadata?.name ?? '';
    if (names.at(-1) !== name) names.push(name);
  }
  applyReplacements(sys, directory, kustomization.replacements ?? [], resources);
  fixReferences(resources);
}

function add(sys: Sys, directory: string, entry: string, resources: Resource[], each: Resource) {
  if (!resources.some(({ object }) => isSame(object, each.object))) {
    resources.push(each);
    return;
  }
  const id = `may not add resource with an already registered id: ${idText(each.object)}`;
  const path = sys.files.resolve(`${directory}/${entry}`);
  const stat = sys.files.stat(path);
  if (!isErrno(stat) && stat.type === 'directory') {
    throw failed(
      `accumulating resources: accumulation err='accumulating resources from '${entry}': ` +
        `'${path}' must resolve to a file': recursed merging from path '${path}': ${id}`,
    );
  }
  throw failed(
    `accumulating resources: accumulation err='merging resources from '${entry}': ${id}': ` +
      `must build at directory: '${path}': file is not directory`,
  );
}

/** Resources of a file or of a directory with a kustomization of its own. */
function load(
  work: Work,
  directory: string,
  entry: string,
  above: readonly string[],
): readonly Resource[] {
  const { sys } = work;
  if (/^https?:\/\//.test(entry)) rootOf(sys, entry);
  const path = sys.files.resolve(`${directory}/${entry}`);
  const stat = sys.files.stat(path);
  if (isErrno(stat)) throw missingResource(entry, path);
  if (stat.type === 'directory') {
    const cycle = above.find((each) => each === path || each.startsWith(`${path}/`));
    const lead =
      `accumulating resources: accumulation err='accumulating resources from '${entry}': ` +
      `'${path}' must resolve to a file': `;
    if (cycle !== undefined) {
      const why = `cycle detected: candidate root '${path}' contains visited root '${cycle}'`;
      throw failed(cycle === path ? lead + why : why);
    }
    if (readKustomization(sys, path).kind === 'Component') {
      throw failed(`${lead}expected kind != 'Component' for path '${path}'`);
    }
    try {
      return accumulate(work, path, above, []).map((each) => ({
        ...each,
        ...(each.origin !== undefined && { origin: below(entry, each.origin) }),
      }));
    } catch (caught) {
      if (!(caught instanceof Failure) || caught.problem.type !== 'text') throw caught;
      const why = textOf(problemOf(caught));
      throw failed(`${lead}recursed accumulation of path '${path}': ${why}`);
    }
  }
  if (!work.open && !`${path}/`.startsWith(`${directory}/`)) {
    throw failed(
      `accumulating resources: accumulation err='accumulating resources from '${entry}': ` +
        `security; file '${path}' is not in or below '${directory}'': must build at directory: ` +
        `'${path}': file is not directory`,
    );
  }
  return objectsOf(sys, path, entry).map((object) => ({
    ...resourceOf(object),
    origin: `path: ${entry}\n`,
  }));
}

/** An origin as the level above sees it. */
function below(entry: string, origin: string): string {
  return origin.replace(/^(path|configuredIn): /, (lead) => `${lead}${entry}/`);
}

function missingResource(entry: string, path: string): Failure {
  const why = `evalsymlink failure on '${path}' : lstat ${path}: no such file or directory`;
  return failed(
    `accumulating resources: accumulation err='accumulating resources from '${entry}': ${why}': ` +
      `must build at directory: not a valid directory: ${why}`,
  );
}

/** The objects in a file; lists are taken apart. */
function objectsOf(sys: Sys, path: string, entry: string): readonly Obj[] {
  const found = sys.files.read(path);
  if (isErrno(found)) throw failed(`open ${path}: ${goStrerror(found)}`);
  const refuse = (why: string) =>
    failed(
      `accumulating resources: accumulation err='accumulating resources from '${entry}': ` +
        `${why}': must build at directory: '${path}': file is not directory`,
    );
  return splitDocuments(found.text).flatMap((document) => {
    const decoded = decodeYaml(document, { core: true });
    if (!decoded.ok) {
      const why = decoded.error.replace(/^error converting YAML to JSON: yaml: /, '');
      throw failed(
        `accumulating resources: accumulating resources from '${entry}': ` +
          `MalformedYAMLError: yaml: ${why} in File: ${entry}`,
      );
    }
    const object = decoded.value as Obj | null | undefined;
    if (object === undefined || object === null) return [];
    if (!object.kind) throw refuse('missing Resource metadata');
    const objects = isList(object) ? itemsOf(object) : [object];
    for (const { apiVersion, kind, metadata } of objects) {
      if (metadata?.name) continue;
      throw refuse(`missing metadata.name in object {{${apiVersion} ${kind}} {{ } map[] map[]}}`);
    }
    return objects;
  });
}
