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
import { deprecations, readKustomization, type Kustomization } from './kustomization.ts';
import { inOrder } from './order.ts';
import { applyPatches } from './patches.ts';
import { fixReferences } from './references.ts';
import { idText, isSame, resourceOf, type Resource } from './resource.ts';
import { transform } from './transform.ts';

/** Builds a kustomization: its objects as YAML, in order. Throws kustomize's errors. */
export function* buildKustomization({ sys, err }: Context, path: string): Call<string> {
  const directory = rootOf(sys, path);
  const warnings: string[] = [];
  try {
    const objects = objectsFrom(sys, directory, warnings);
    yield* err(warnings.join(''));
    return objects.map((object) => encodeYaml(asJson(object))).join('---\n');
  } catch (caught) {
    if (caught instanceof Failure) yield* err(warnings.join(''));
    throw caught;
  }
}

function objectsFrom(sys: Sys, directory: string, warnings: string[]): readonly Obj[] {
  const resources = withHashes(accumulate(sys, directory, [], warnings, []));
  fixReferences(resources);
  return inOrder(resources).map(({ object }) => object);
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
  sys: Sys,
  directory: string,
  above: readonly string[],
  warnings: string[],
  into: Resource[],
): Resource[] {
  const kustomization = readKustomization(sys, directory);
  warnings.push(...deprecations(kustomization));
  const component = kustomization.kind === 'Component';
  // A component works on what the kustomization has that takes it in.
  const resources: Resource[] = component ? into : [];
  const visited = [...above, directory];
  for (const entry of [...(kustomization.resources ?? []), ...(kustomization.bases ?? [])]) {
    for (const each of load(sys, directory, entry, visited, warnings)) {
      add(sys, directory, entry, resources, each);
    }
  }
  generate(sys, directory, kustomization, resources);
  for (const entry of kustomization.components ?? []) {
    const inner = sys.files.resolve(`${directory}/${entry}`);
    const stat = sys.files.stat(inner);
    if (isErrno(stat)) throw missingResource(entry, inner);
    accumulate(sys, inner, visited, warnings, resources);
  }
  change(sys, directory, kustomization, resources);
  return resources;
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
  sys: Sys,
  directory: string,
  entry: string,
  above: readonly string[],
  warnings: string[],
): readonly Resource[] {
  if (/^https?:\/\//.test(entry)) rootOf(sys, entry);
  const path = sys.files.resolve(`${directory}/${entry}`);
  const stat = sys.files.stat(path);
  if (isErrno(stat)) throw missingResource(entry, path);
  if (stat.type === 'directory') {
    const cycle = above.find((each) => each === path || each.startsWith(`${path}/`));
    if (cycle !== undefined) {
      throw failed(`cycle detected: candidate root '${path}' contains visited root '${cycle}'`);
    }
    try {
      return accumulate(sys, path, above, warnings, []);
    } catch (caught) {
      if (!(caught instanceof Failure) || caught.problem.type !== 'text') throw caught;
      throw failed(
        `accumulating resources: accumulation err='accumulating resources from '${entry}': ` +
          `'${path}' must resolve to a file': recursed accumulation of path '${path}': ` +
          textOf(problemOf(caught)),
      );
    }
  }
  if (!`${path}/`.startsWith(`${directory}/`)) {
    throw failed(
      `accumulating resources: accumulation err='accumulating resources from '${entry}': ` +
        `security; file '${path}' is not in or below '${directory}'': must build at directory: ` +
        `'${path}': file is not directory`,
    );
  }
  return objectsOf(sys, path, entry).map((object) => resourceOf(object));
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
    const decoded = decodeYaml(document);
    if (!decoded.ok) {
      const why = decoded.error.replace(/^error converting YAML to JSON: yaml: /, '');
      throw refuse(`MalformedYAMLError: yaml: ${why} in File: ${entry}`);
    }
    const object = decoded.value as Obj | null | undefined;
    if (object === undefined || object === null) return [];
    if (isList(object)) return itemsOf(object);
    if (!object.kind) throw refuse('missing Resource metadata');
    if (!object.metadata?.name && !object.metadata?.generateName) {
      throw refuse(
        `missing metadata.name in object {{${object.apiVersion} ${object.kind}} {{ } map[] map[]}}`,
      );
    }
    return [object];
  });
}
