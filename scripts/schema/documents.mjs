// Puts the served documents together: which definitions each group version needs, and their texts.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readIndexes, readInterfaces, readModel } from './models.mjs';
import { createNames, segmentOf } from './names.mjs';
import { definitionOf, mergingOf } from './served.mjs';
import { choicesOf, textsOf } from './wording.mjs';
import { readTexts } from './texts.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
/** Versions that a server of this release has switched off. */
const off = /(alpha|beta)\d+$/;
const KINDS = 'x-kubernetes-group-version-kind';

/**
 * @param {string} client the client's generated code
 * @param {string} cache folder for the other package
 * @returns all definitions with their texts as numbers, the roots of each group version's document,
 *   the client's names of the definitions, and how the fields of a model merge
 */
export function serve(client, cache) {
  const texts = readTexts(cache);
  const interfaces = readInterfaces(client).filter(({ path }) => !off.test(path));
  const groups = new Set(interfaces.map(({ path }) => path.replace(/\/\w+$/, '')));
  interfaces.push(...readIndexes(client).filter(({ path }) => isServed(path, groups)));
  const users = new Map();
  for (const { path, models } of interfaces) {
    const group = segmentOf(/^apis\/([^/]+)/.exec(path)?.[1] ?? '');
    for (const model of models) if (!users.has(model)) users.set(model, group);
  }
  const nameOf = createNames(texts, users);
  const definitions = JSON.parse(readFileSync(join(here, 'plain.json'), 'utf8'));
  const names = {};
  const left = interfaces.flatMap(({ models }) => models);
  while (left.length > 0) {
    const name = left.pop();
    const { full, key, kind } = nameOf(name);
    if (names[name]) continue;
    names[name] = full;
    const model = readModel(client, name);
    for (const ref of model.refs) if (!users.has(ref)) users.set(ref, nameOf(name).group);
    const told = textsOf(texts[key] ?? {}, model, key);
    const choices = choicesOf(key, kind, told);
    definitions[full] = definitionOf(model, { nameOf, told, choices });
    left.push(...model.refs);
  }
  addKinds(interfaces, definitions, nameOf);
  const documents = interfaces.map((each) => {
    const roots = rootsOf(each, nameOf);
    return [each.path, { hash: hashOf(each.path, roots, definitions), roots }];
  });
  const sorted = documents.sort(([a], [b]) => (a < b ? -1 : 1));
  const merging = (model) => mergingOf(model, nameOf);
  return { documents: Object.fromEntries(sorted), names, merging, ...numbered(definitions) };
}

/** The pages of groups that have no version which is on are left out. */
function isServed(path, groups) {
  return !path.startsWith('apis/') || groups.has(path);
}

function rootsOf({ models, watched, patched }, nameOf) {
  const all = models.map((model) => nameOf(model).full);
  if (patched) all.push(`${META}.Patch`);
  if (watched) all.push(`${META}.WatchEvent`);
  return all.sort();
}

/** Of all that a document holds; clients tell an old one from a new one by it. */
function hashOf(path, roots, definitions) {
  const found = new Set();
  const left = [...roots];
  while (left.length > 0) {
    const name = left.pop();
    if (found.has(name)) continue;
    found.add(name);
    const text = JSON.stringify(definitions[name]);
    left.push(...[...text.matchAll(/#\/components\/schemas\/([^"]+)/g)].map(([, ref]) => ref));
  }
  const sum = createHash('sha512').update(path);
  for (const name of [...found].sort()) sum.update(name).update(JSON.stringify(definitions[name]));
  return sum.digest('hex').toUpperCase();
}

/** Says of what is sent and answered which group, version and kind it is. */
function addKinds(interfaces, definitions, nameOf) {
  const groups = interfaces.map(({ path }) => /^apis\/([^/]+)/.exec(path)?.[1] ?? '');
  const bySegment = new Map(groups.map((group) => [segmentOf(group), group]));
  for (const model of interfaces.flatMap(({ models }) => models)) {
    const { full, group, version, kind } = nameOf(model);
    if (version === '') continue;
    // What all groups share belongs to the core group, and to each that uses it (openapi.ts).
    definitions[full][KINDS] = [{ group: bySegment.get(group) ?? '', version, kind }];
  }
}

/** Replaces each description by its number in a table: many say the same. */
function numbered(definitions) {
  const texts = [];
  const numbers = new Map();
  const text = JSON.stringify(definitions, (key, value) => {
    if (key !== 'description' || typeof value !== 'string') return value;
    if (!numbers.has(value)) {
      numbers.set(value, texts.length);
      texts.push(value);
    }
    return numbers.get(value);
  });
  const sorted = Object.entries(JSON.parse(text)).sort(([a], [b]) => (a < b ? -1 : 1));
  return { definitions: Object.fromEntries(sorted), texts };
}
