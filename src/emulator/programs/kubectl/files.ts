import { publishedAt } from '../../manifests/catalog.ts';
import { isErrno } from '../../host/errno.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Json } from '../../world/json.ts';
import { goStrerror } from './go-errors.ts';
import { infoOf, type Info, type Selection } from './builder.ts';
import type { Context } from './command.ts';
import { Failure, failed, problemOf, type Problem } from './failure.ts';
import { goJson } from './go-format.ts';
import { metadataError } from './metadata-error.ts';
import { buildKustomization } from './kustomize/build.ts';
import { isList, itemsOf, type Obj } from './object.ts';
import { decodeYaml } from './yaml/decode.ts';

interface Source {
  /** As it is called in errors: a path or `STDIN`. */
  readonly name: string;
  readonly text: string;
}

/**
 * Reads all objects of `-f`, `-R` and `-k`, with what is wrong where it is met; that does not stop
 * the other files.
 */
export function* readFiles(context: Context, selection: Selection): Call<readonly Found[]> {
  const found: Found[] = [];
  for (const source of yield* sourcesOf(context, selection)) {
    found.push(...(yield* readSource(context, source, selection)));
  }
  return found;
}

type Found = Info | Problem;

/** The objects of a text that was edited; throws the first thing that is wrong in it. */
export function* updatedInfos(context: Context, text: string): Call<readonly Info[]> {
  const found = yield* readSource(context, { name: 'edited-file', text }, {});
  const infos: Info[] = [];
  for (const each of found) {
    if ('type' in each) throw new Failure(each);
    infos.push(each);
  }
  return infos;
}

function* sourcesOf(context: Context, selection: Selection): Call<Source[]> {
  const sources: Source[] = [];
  if (selection.kustomize) {
    const text = yield* buildKustomization(context, selection.kustomize);
    return [{ name: selection.kustomize, text }];
  }
  for (const path of selection.filenames ?? []) {
    if (path === '-') sources.push({ name: 'STDIN', text: yield* readStdin(context) });
    else if (/^https?:\/\//.test(path)) {
      const published = publishedAt(path);
      if (published !== undefined) {
        sources.push({ name: path, text: published });
        continue;
      }
      const host = path.replace(/^https?:\/\//, '').replace(/[/:].*$/, '');
      const text = `Unable to connect to the server: dial tcp: lookup ${host}: no such host`;
      throw new Failure({ type: 'connection', text });
    } else sources.push(...fileSources(context, path, selection.recursive ?? false, true));
  }
  return sources;
}

function* readStdin(context: Context): Call<string> {
  let text = '';
  for (;;) {
    const piece = yield* context.sys.read(0);
    if (piece === null || isErrno(piece)) return text;
    text += piece;
  }
}

/** A file, or the manifests of a directory in order of their names. */
function fileSources(context: Context, path: string, recursive: boolean, top: boolean): Source[] {
  const { files } = context.sys;
  const stat = files.stat(path);
  if (stat === 'ENOENT') throw failed(`the path "${path}" does not exist`);
  if (isErrno(stat)) {
    throw failed(`the path "${path}" cannot be accessed: stat ${path}: ${goStrerror(stat)}`);
  }
  if (stat.type !== 'directory') {
    if (!top && !/\.(json|yaml|yml)$/.test(path)) return [];
    const found = files.read(path);
    if (isErrno(found)) throw failed(`open ${path}: ${goStrerror(found)}`);
    return [{ name: path, text: found.text }];
  }
  const names = files.list(path);
  if (isErrno(names)) throw failed(`open ${path}: ${goStrerror(names)}`);
  const base = path.replace(/^\.\/?$/, '').replace(/\/+$/, '');
  return [...names].sort().flatMap((name) => {
    const inner = base === '' ? name : `${base}/${name}`;
    const child = files.stat(inner);
    if (!isErrno(child) && child.type === 'directory' && !recursive) return [];
    return fileSources(context, inner, recursive, false);
  });
}

/** Cuts a stream at its `---` lines, as apimachinery's YAMLReader does. */
export function splitDocuments(text: string): string[] {
  const documents: string[] = [];
  let buffer = '';
  for (const line of text.split(/(?<=\n)/)) {
    if (/^---\s*(#.*)?$/.test(line.replace(/\r?\n$/, '')) && buffer !== '') {
      documents.push(buffer);
      buffer = '';
      continue;
    }
    buffer += line;
  }
  if (buffer !== '') documents.push(buffer);
  return documents;
}

function* readSource(context: Context, source: Source, selection: Selection): Call<Found[]> {
  const found: Found[] = [];
  for (const document of splitDocuments(source.text)) {
    const decoded = decodeYaml(document);
    if (!decoded.ok) {
      found.push({ type: 'text', text: `error parsing ${source.name}: ${decoded.error}` });
      return found;
    }
    if (decoded.value === undefined || decoded.value === null) continue;
    if (selection.validate) {
      const why = unidentified(decoded.value);
      if (why) {
        found.push({
          type: 'text',
          text:
            `error validating "${source.name}": error validating data: ${why}; if ` +
            'you choose to ignore these errors, turn validation off with ' +
            '--validate=false',
        });
        return found;
      }
    }
    try {
      found.push(...(yield* infosOf(context, source.name, decoded.value, selection)));
    } catch (caught) {
      found.push(problemOf(caught));
    }
  }
  return found;
}

/** What validation says of data that is no object, or that does not say what it is. */
export function unidentified(value: Json): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'invalid object to validate';
  }
  const { apiVersion, kind } = value as Obj;
  const missing: string[] = [];
  if (typeof apiVersion !== 'string' || apiVersion === '') missing.push('apiVersion not set');
  if (typeof kind !== 'string' || kind === '') missing.push('kind not set');
  if (missing.length === 0) return undefined;
  return missing.length === 1 ? missing[0] : `[${missing.join(', ')}]`;
}

function* infosOf(
  context: Context,
  source: string,
  value: Json,
  selection: Selection,
): Call<readonly Info[]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const type = Array.isArray(value) ? 'array' : typeof value;
    throw failed(
      `unable to decode "${source}": json: cannot unmarshal ${type} into Go ` +
        'value of type unstructured.detector',
    );
  }
  const object = value as Obj;
  for (const [field, shown] of [
    ['kind', 'Kind'],
    ['apiVersion', 'apiVersion'],
  ] as const) {
    if (typeof object[field] !== 'string' || object[field] === '') {
      throw failed(
        `unable to decode "${source}": Object '${shown}' is missing in '${goJson(value)}'`,
      );
    }
  }
  if (isList(object)) {
    const found: Info[] = [];
    for (const item of itemsOf(object)) found.push(yield* oneOf(context, source, item, selection));
    return found;
  }
  return [yield* oneOf(context, source, object, selection)];
}

function* oneOf(context: Context, source: string, object: Obj, selection: Selection): Call<Info> {
  const wrong = metadataError(object);
  if (wrong) throw failed(`unable to decode "${source}": ${wrong}`);
  const { apiVersion = '', kind = '' } = object;
  const { name = '', namespace = '' } = object.metadata ?? {};
  if (/\/.*\//.test(apiVersion)) {
    throw failed(`unable to decode "${source}": unexpected GroupVersion string: ${apiVersion}`);
  }
  const mapper = yield* context.mapper();
  const mapping = yield* kindOf(mapper, apiVersion, kind);
  if (!mapping) {
    throw failed(
      `resource mapping not found for name: "${name}" namespace: "${namespace}" ` +
        `from "${source}": no matches for kind "${kind}" in version "${apiVersion}"\nensure ` +
        'CRDs are installed first',
    );
  }
  return scoped(context, infoOf(mapping, object, source), selection);
}

/** Kinds are also found by the name of their resource: that is how `kind: service` gets through. */
function* kindOf(
  mapper: {
    forKind(apiVersion: string, kind: string): Call<Info['mapping'] | undefined>;
    all: readonly Info['mapping'][];
  },
  apiVersion: string,
  kind: string,
): Call<Info['mapping'] | undefined> {
  const exact = yield* mapper.forKind(apiVersion, kind);
  if (exact) return exact;
  return mapper.all.find((each) => {
    const version = each.group === '' ? each.version : `${each.group}/${each.version}`;
    return version === apiVersion && each.kind.toLowerCase() === kind;
  });
}

/** Puts the namespace in where it is not told, and refuses one that a flag contradicts. */
function scoped(context: Context, info: Info, selection: Selection): Info {
  if (!info.mapping.namespaced || selection.local) return info;
  const { name: wanted, explicit } = context.namespace();
  if (info.namespace === '') {
    const object = info.object as Obj;
    object.metadata = { ...object.metadata, namespace: wanted };
    return { ...info, namespace: wanted };
  }
  if (explicit && info.namespace !== wanted) {
    throw failed(
      `the namespace from the provided object "${info.namespace}" does not ` +
        `match the namespace "${wanted}". You must pass '--namespace=${info.namespace}' ` +
        'to perform this operation.',
    );
  }
  return info;
}
