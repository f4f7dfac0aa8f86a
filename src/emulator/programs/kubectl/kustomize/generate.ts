import { isErrno } from '../../../host/errno.ts';
import type { Sys } from '../../../host/syscalls.ts';
import { isBinary } from '../../../world/octets.ts';
import { encodeBase64 } from '../../../world/base64.ts';
import { failed } from '../failure.ts';
import { hashOf } from '../hash.ts';
import type { Obj } from '../object.ts';
import type { GeneratorArgs, Kustomization } from './kustomization.ts';
import { idText, isSame, resourceOf, type Resource } from './resource.ts';

/** Makes a level's ConfigMaps and Secrets, and puts them to its resources. */
export function generate(
  sys: Sys,
  directory: string,
  kustomization: Kustomization,
  resources: Resource[],
): void {
  const { configMapGenerator = [], secretGenerator = [], generatorOptions } = kustomization;
  const make = (kind: 'ConfigMap' | 'Secret', given: GeneratorArgs) => {
    const args = { ...given, options: { ...generatorOptions, ...given.options } };
    for (const member of ['labels', 'annotations'] as const) {
      const both = { ...generatorOptions?.[member], ...given.options?.[member] };
      if (Object.keys(both).length > 0) args.options[member] = both;
    }
    const object = objectFor(sys, directory, kind, args);
    const made = resourceOf(object, !args.options.disableNameSuffixHash);
    made.origin =
      'configuredIn: kustomization.yaml\nconfiguredBy:\n  apiVersion: builtin\n' +
      `  kind: ${kind}Generator\n`;
    place(sys, resources, made, args);
  };
  for (const args of configMapGenerator) make('ConfigMap', args);
  for (const args of secretGenerator) make('Secret', args);
}

function objectFor(
  sys: Sys,
  directory: string,
  kind: 'ConfigMap' | 'Secret',
  args: GeneratorArgs,
): Obj {
  const { name = '', namespace, options = {}, type } = args;
  const word = kind.toLowerCase();
  if (name === '') throw failed(`a ${word} must have a name`);
  const entries = new Map<string, string>();
  for (const [key, value] of pairsOf(sys, directory, args)) {
    if (entries.has(key)) throw failed(`${word} ${name} illegally repeats the key \`${key}\``);
    entries.set(key, value);
  }
  const encoded = (list: readonly (readonly [string, string])[]) =>
    Object.fromEntries(list.map(([key, value]) => [key, encodeBase64(value)]));
  const all = [...entries];
  const texts = all.filter(([, value]) => kind === 'ConfigMap' && !isBinary(value));
  const rest = all.filter(([, value]) => kind === 'ConfigMap' && isBinary(value));
  const data = kind === 'Secret' ? encoded(all) : Object.fromEntries(texts);
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(options.labels && { labels: options.labels }),
      ...(options.annotations && { annotations: options.annotations }),
    },
    ...(Object.keys(data).length > 0 && { data }),
    ...(rest.length > 0 && { binaryData: encoded(rest) }),
    ...(kind === 'Secret' && { type: type ?? 'Opaque' }),
    ...(options.immutable && { immutable: true }),
  };
}

/** Entries in the order env files, literals, files. */
function pairsOf(sys: Sys, directory: string, args: GeneratorArgs): [string, string][] {
  const { literals = [], files = [], envs = [], env } = args;
  const found: [string, string][] = [];
  const paths = env ? [...envs, env] : envs;
  for (const path of paths) {
    const text = readBelow(sys, directory, path, `env source files: [${paths.join(' ')}]`);
    found.push(...envPairs(sys, text));
  }
  for (const literal of literals) {
    const cut = literal.indexOf('=');
    if (cut <= 0) {
      throw failed(
        `loading KV pairs: literal sources [${literals.join(' ')}]: ` +
          `invalid literal source ${literal}, expected key=value`,
      );
    }
    const value = literal.slice(cut + 1).replace(/^(["'])([^]*)\1$/, '$2');
    found.push([literal.slice(0, cut), value]);
  }
  for (const file of files) {
    const [first = '', ...rest] = file.split('=');
    const path = rest.length > 0 ? rest.join('=') : first;
    const key = rest.length > 0 ? first : (path.split('/').at(-1) ?? path);
    found.push([key, readBelow(sys, directory, path, `file sources: [${files.join(' ')}]`)]);
  }
  return found;
}

/** A file of the kustomization: it has to be in its directory or below. */
function readBelow(sys: Sys, directory: string, path: string, what: string): string {
  const full = sys.files.resolve(path.startsWith('/') ? path : `${directory}/${path}`);
  const found = sys.files.read(full);
  if (isErrno(found)) {
    throw failed(
      `loading KV pairs: ${what}: evalsymlink failure on '${full}' : ` +
        `lstat ${full}: no such file or directory`,
    );
  }
  if (!full.startsWith(`${directory.replace(/\/$/, '')}/`)) {
    throw failed(
      `loading KV pairs: ${what}: security; file '${full}' is not in or below '${directory}'`,
    );
  }
  return found.text;
}

function envPairs(sys: Sys, text: string): [string, string][] {
  const lines = text.split('\n').map((line) => line.trimStart().replace(/\r$/, ''));
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const cut = line.indexOf('=');
      if (cut < 0) return [line, sys.env[line] ?? ''];
      return [line.slice(0, cut), line.slice(cut + 1)];
    });
}

/** Puts what was made in: as something new, or into what there is (`behavior`). */
function place(sys: Sys, resources: Resource[], made: Resource, { behavior }: GeneratorArgs): void {
  const { name = '' } = made.object.metadata ?? {};
  const there = resources.find(
    ({ object, names }) =>
      object.kind === made.object.kind && (names.includes(name) || isSame(object, made.object)),
  );
  if (behavior !== 'merge' && behavior !== 'replace') {
    if (there && isSame(there.object, made.object)) {
      throw failed(`may not add resource with an already registered id: ${idText(made.object)}`);
    }
    resources.push(made);
    return;
  }
  if (!there) {
    const { kind } = made.object;
    throw failed(
      `merging from generator &{0xc000${sys.chance.hex(`generator ${name}`, 6)} <nil>}: ` +
        'id resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", ' +
        `Kind:"${kind}", isClusterScoped:false}, Name:"${name}", Namespace:""} does not exist; ` +
        'cannot merge or replace',
    );
  }
  const { object } = there;
  const both = (member: 'labels' | 'annotations') => ({
    ...object.metadata?.[member],
    ...made.object.metadata?.[member],
  });
  const before = behavior === 'merge' ? object : {};
  there.object = {
    ...before,
    ...made.object,
    metadata: {
      ...made.object.metadata,
      name: object.metadata?.name as string,
      ...(object.metadata?.namespace && { namespace: object.metadata.namespace }),
      ...(Object.keys(both('labels')).length > 0 && { labels: both('labels') }),
      ...(Object.keys(both('annotations')).length > 0 && { annotations: both('annotations') }),
    },
  };
  for (const member of ['data', 'binaryData']) {
    const joint = {
      ...((before as Obj)[member] as object | undefined),
      ...(made.object[member] as object | undefined),
    };
    if (Object.keys(joint).length > 0) there.object[member] = joint;
  }
  there.hashed ||= made.hashed;
}

/** Puts the hash of the content behind the names of what was generated. */
export function withHashes(resources: Resource[]): Resource[] {
  for (const { object, names, hashed } of resources) {
    if (!hashed) continue;
    // The hash is that of the content alone: a name that changes leaves it as it is.
    const content = { ...object, data: object['data'] ?? '', metadata: { name: '' } };
    const name = `${object.metadata?.name ?? ''}-${hashOf(content, '')}`;
    object.metadata = { ...object.metadata, name };
    names.push(name);
  }
  return resources;
}
