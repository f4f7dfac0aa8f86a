// Texts of fields which refer to other types: the official client's models do not carry them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Made from the API description of the version that we speak as. */
const source = {
  name: '@pulumi/kubernetes',
  version: '4.32.0',
  integrity:
    'sha512-JMzaG8BI+nsHzcOwFEbmueyn2HN4HrLv1znVAKS0vPgLrlSAc+WDsaRUxQnHBE37+3RL3r4mipUemRCIe8Xvww==',
};
const types = 'package/types/output.d.ts';
/** Lists and objects are classes, one in a file. */
const classes = /^package\/(\w+)\/(v\d+)\/\w+\.d\.ts$/;

/** What changes when the texts may. */
export const textsStamp = source.integrity;

/**
 * Texts by type (`core.v1.ServiceSpec`) and field; a type's own under ''.
 * @param {string} cache folder that the package is kept in
 * @returns {Record<string, Record<string, string>>}
 */
export function readTexts(cache) {
  const folder = join(cache, `${source.version}-2`);
  const path = join(folder, types);
  if (!existsSync(path)) fetchPackage(folder);
  const told = parse(readFileSync(path, 'utf8'));
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const [, group, version] = classes.exec(file.replaceAll('\\', '/')) ?? [];
    if (!group) continue;
    const [type, texts] = parseClass(readFileSync(join(folder, file), 'utf8')) ?? [];
    if (type) told[`${group}.${version}.${type}`] ??= texts;
  }
  return told;
}

function fetchPackage(folder) {
  mkdirSync(folder, { recursive: true });
  const spec = `${source.name}@${source.version}`;
  run('npm', ['pack', spec, '--pack-destination', folder, '--loglevel=error', '--silent'], folder);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (!archive) throw new Error(`npm pack ${spec} left no archive in ${folder}`);
  const digest = createHash('sha512')
    .update(readFileSync(join(folder, archive)))
    .digest('base64');
  if (`sha512-${digest}` !== source.integrity) throw new Error(`${spec}: unexpected digest`);
  const listed = run('tar', ['tzf', archive], folder).split('\n');
  const files = listed.filter((name) => name === types || classes.test(name));
  run('tar', ['xzf', archive, ...files], folder);
  rmSync(join(folder, archive));
}

function run(command, args, cwd) {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
}

/** Reads declarations line by line: namespaces, interfaces, their fields and the comments above. */
function parse(code) {
  const types = {};
  const open = [];
  let comment;
  let inComment = false;
  for (const line of code.split('\n')) {
    const text = line.trim();
    if (inComment) {
      if (text === '*/') inComment = false;
      else comment.push(text.replace(/^\* ?/, ''));
    } else if (text === '/**') [inComment, comment] = [true, []];
    else {
      const [, space] = /^(?:export )?(?:declare )?namespace (\w+) \{$/.exec(text) ?? [];
      const [, type, empty] = /^interface (\w+) \{(\})?$/.exec(text) ?? [];
      const [, field, after] = /^(\w+)\??: (.*)$/.exec(text) ?? [];
      const said = comment?.join('\n').trim() ?? '';
      if (space) open.push({ space });
      else if (type) {
        const name = [...open.map((each) => each.space), type].join('.');
        types[name] = { '': said };
        if (!empty) open.push({ fields: types[name] });
      } else if (field) {
        const { fields } = open.at(-1) ?? {};
        if (fields) fields[field.replace(/^_/, '')] = said;
        if (after.endsWith('{')) open.push({});
      } else if (text.startsWith('}')) open.pop();
      if (text !== '') comment = undefined;
    }
  }
  return types;
}

/** The texts of a class: its own, and those of what it has. */
function parseClass(code) {
  const head = /\/\*\*\n((?: \*.*\n)+?) \*\/\nexport declare class (\w+) extends/.exec(code);
  if (!head) return undefined;
  const lines = (text) =>
    text
      .split('\n')
      .map((line) => line.replace(/^ *\* ?/, ''))
      .join('\n')
      .trim();
  const fields = code.matchAll(/ {4}\/\*\*\n((?: {5}\*.*\n)+?) {5}\*\/\n {4}readonly (\w+):/g);
  const told = [...fields].map(([, text, field]) => [field, lines(text)]);
  return [head[2], Object.fromEntries([['', lines(head[1])], ...told])];
}
