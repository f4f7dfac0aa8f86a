import { jsonPatch, mergePatch } from '../../../apimachinery/patch/merge.ts';
import { strategicMerge } from '../../../apimachinery/patch/strategic.ts';
import { meets, parseSelector } from '../../../apimachinery/selector.ts';
import { isErrno } from '../../../host/errno.ts';
import type { Sys } from '../../../host/syscalls.ts';
import { kinds, mergeTypes } from '../../../resources/catalog.ts';
import type { Json } from '../../../world/json.ts';
import { failed } from '../failure.ts';
import { splitDocuments } from '../files.ts';
import { asJson, groupOf, type Obj } from '../object.ts';
import { decodeYaml } from '../yaml/decode.ts';
import { encodeYaml } from '../yaml/encode.ts';
import type { Kustomization, PatchArgs, PatchTarget } from './kustomization.ts';
import { idText, type Resource } from './resource.ts';

/** Applies a level's patches, those in the old spellings too. */
export function applyPatches(
  sys: Sys,
  directory: string,
  kustomization: Kustomization,
  resources: Resource[],
): void {
  for (const entry of kustomization.patchesStrategicMerge ?? []) {
    const inline = entry.includes('\n');
    const plugin = 'PatchStrategicMergeTransformer';
    const text = inline ? entry : readPatch(sys, directory, entry, plugin, { paths: [entry] });
    applyPatch({ patch: text }, resources);
  }
  for (const args of kustomization.patches ?? []) {
    const text = args.path
      ? readPatch(sys, directory, args.path, 'PatchTransformer', args)
      : (args.patch ?? '');
    applyPatch({ ...args, patch: text }, resources);
  }
  for (const args of kustomization.patchesJson6902 ?? []) {
    const text = args.path
      ? readPatch(sys, directory, args.path, 'PatchJson6902Transformer', args)
      : (args.patch ?? '');
    applyPatch({ ...args, patch: text }, resources);
  }
}

function readPatch(
  sys: Sys,
  directory: string,
  path: string,
  plugin: string,
  config: object,
): string {
  const full = sys.files.resolve(`${directory}/${path}`);
  const found = sys.files.read(full);
  if (!isErrno(found)) return found.text;
  const why = `evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`;
  const lead =
    plugin === 'PatchTransformer' ? `failed to get the patch file from path(${path}): ` : '';
  throw failed(
    `trouble configuring builtin ${plugin} with config: \`\n${encodeYaml(asJson(config))}\`: ` +
      lead +
      why,
  );
}

function applyPatch(args: PatchArgs, resources: Resource[]): void {
  for (const document of splitDocuments(args.patch ?? '')) {
    const decoded = decodeYaml(document, { core: true });
    if (!decoded.ok) {
      const { options: _options, ...config } = args;
      throw failed(
        'trouble configuring builtin PatchTransformer with config: `\n' +
          `${encodeYaml(asJson(config))}\`: unable to parse SM or JSON patch from ` +
          `[patch: ${JSON.stringify(document)}]`,
      );
    }
    const patch = decoded.value;
    if (patch === undefined || patch === null) continue;
    if (Array.isArray(patch)) operations(args, patch as readonly Json[], resources);
    else strategic(args, patch as unknown as Obj, resources);
  }
}

/** A JSON patch on all objects that its target takes. */
function operations(args: PatchArgs, patch: readonly Json[], resources: Resource[]): void {
  if (!args.target) throw failed('must specify a target for JSON patch');
  for (const resource of resources.filter((each) => isTarget(args.target ?? {}, each))) {
    const result = jsonPatch(asJson(resource.object), patch as never);
    // kustomize has an older library for this, which puts no quotes around paths.
    if (!result.ok) throw failed(result.error.replace(/: "(\/[^"]*)"/, ': $1'));
    put(resource, result.value as unknown as Obj, args);
  }
}

function strategic(args: PatchArgs, patch: Obj, resources: Resource[]): void {
  const found = args.target
    ? resources.filter((each) => isTarget(args.target ?? {}, each))
    : resources.filter((each) => isNamed(patch, each));
  if (found.length === 0 && !args.target) {
    const id = idText(patch);
    throw failed(
      `no resource matches strategic merge patch "${id}": no matches for Id ${id}; failed to ` +
        `find unique target for patch ${id}`,
    );
  }
  for (const resource of found) {
    if ((patch as { $patch?: string }).$patch === 'delete') {
      resources.splice(resources.indexOf(resource), 1);
      continue;
    }
    put(resource, merged(resource.object, patch), args);
  }
}

/** Merges as the kind's schema says; kinds that are not built in are merged plainly. */
function merged(object: Obj, patch: Obj): Obj {
  const group = groupOf(object.apiVersion ?? '');
  const definition = kinds.find(
    ({ names }) => names.group === group && names.kind === object.kind,
  )?.definition;
  if (!definition) return mergePatch(asJson(object), asJson(patch)) as unknown as Obj;
  return strategicMerge(mergeTypes, definition, asJson(object), asJson(patch)) as unknown as Obj;
}

/** A patch changes neither name nor kind, unless it may. */
function put(resource: Resource, after: Obj, { options = {} }: PatchArgs): void {
  const before = resource.object;
  if (!options.allowKindChange) {
    after.kind = before.kind as string;
    after.apiVersion = before.apiVersion as string;
  }
  if (!options.allowNameChange) {
    after.metadata = { ...after.metadata, name: before.metadata?.name as string };
  }
  resource.object = after;
}

function isNamed(patch: Obj, { object, names }: Resource): boolean {
  const { name = '', namespace } = patch.metadata ?? {};
  const space = object.metadata?.namespace ?? 'default';
  return (
    object.kind === patch.kind &&
    groupOf(object.apiVersion ?? '') === groupOf(patch.apiVersion ?? '') &&
    (object.metadata?.name === name || names.includes(name)) &&
    (namespace === undefined || namespace === space)
  );
}

function isTarget(target: PatchTarget, { object, names }: Resource): boolean {
  const fits = (pattern: string | undefined, ...texts: readonly string[]) =>
    pattern === undefined ||
    pattern === '' ||
    texts.some((text) => new RegExp(`^(?:${pattern})$`).test(text));
  const version = (object.apiVersion ?? '').split('/').at(-1) ?? '';
  return (
    fits(target.group, groupOf(object.apiVersion ?? '')) &&
    fits(target.version, version) &&
    fits(target.kind, object.kind ?? '') &&
    fits(target.name, object.metadata?.name ?? '', ...names) &&
    fits(target.namespace, object.metadata?.namespace ?? 'default') &&
    carries(target.labelSelector, object.metadata?.labels) &&
    carries(target.annotationSelector, object.metadata?.annotations)
  );
}

function carries(selector: string | undefined, labels: Record<string, string> | undefined) {
  if (!selector) return true;
  const parsed = parseSelector(selector);
  if (!parsed.ok) throw failed(parsed.error);
  return meets(parsed.value, labels);
}
