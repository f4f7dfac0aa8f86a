// Reads the models and the interfaces of the official client package: types, who needs them, texts.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One model: `name` to type text, with `!` behind it where it is required, and the client's texts.
 * @param {string} folder the client's generated code
 * @param {string} name as the client has it: `V1Pod`
 */
export function readModel(folder, name) {
  const code = readFileSync(join(folder, 'models', `${name}.js`), 'utf8');
  const types = readFileSync(join(folder, 'models', `${name}.d.ts`), 'utf8');
  const list = /attributeTypeMap = (\[[\s\S]*?\n\]);/.exec(code);
  const properties = {};
  const descriptions = {
    '': clean(/\/\*\*\n\* ([\s\S]*?)\n\*\/\nexport declare class/.exec(types)?.[1] ?? ''),
  };
  const refs = [];
  for (const { name: property, baseName, type, format } of JSON.parse(list?.[1] ?? '[]')) {
    const declared = new RegExp(
      `/\\*\\*\\n    \\* ((?:(?!\\*/)[\\s\\S])*?)\\n    \\*/\\n    '` +
        `${escape(property)}'(\\?)?: ([^;]+(?:;[^;]*})?);`,
    ).exec(types);
    const optional = new RegExp(`'${escape(property)}'\\?:`).test(types);
    properties[baseName] = shape(type, format, refs) + (optional ? '' : '!');
    if (declared) descriptions[baseName] = clean(declared[1]);
  }
  return { name, properties, descriptions, refs };
}

/**
 * What each served group version says and hears, by its path (`api/v1`, `apis/apps/v1`).
 * @param {string} folder the client's generated code
 * @returns {{path: string, models: string[], watched: boolean, patched: boolean}[]}
 */
export function readInterfaces(folder) {
  const files = readdirSync(join(folder, 'apis')).filter((file) => /V\d+Api\.js$/.test(file));
  return files.map((file) => {
    const code = readFileSync(join(folder, 'apis', file), 'utf8');
    const [, path] = /localVarPath = '\/(apis\/[^/]+\/\w+|api\/\w+)\//.exec(code);
    const named = code.matchAll(/(?:serialize|deserialize)\([^;]*?, "([A-Z]\w+)"/g);
    const models = [...new Set([...named].map(([, model]) => model))];
    return {
      path,
      models,
      watched: /watch, "boolean"/.test(code),
      patched: /async patch/.test(code),
    };
  });
}

/**
 * The pages that only list what is there: `api`, `apis`, `apis/apps`, `version` and their like.
 * @param {string} folder the client's generated code
 */
export function readIndexes(folder) {
  const files = readdirSync(join(folder, 'apis')).filter((file) => /[a-z]Api\.js$/.test(file));
  return files.flatMap((file) => {
    if (/V\d+((alpha|beta)\d+)?Api\.js$|^(Logs|CustomObjects)Api/.test(file)) return [];
    const code = readFileSync(join(folder, 'apis', file), 'utf8');
    const [, path] = /localVarPath = '\/([^']+?)\/?'/.exec(code);
    const models = [...code.matchAll(/deserialize\([^;]*?, "([A-Z]\w+)"/g)].map(([, name]) => name);
    return [{ path, models: [...new Set(models)], watched: false, patched: false }];
  });
}

/** `string`, `int32`, `[]ref:V1Pod`, `{}string`, `ref:V1Pod`, `any`. */
function shape(type, format, refs) {
  const array = /^Array<(.*)>$/.exec(type);
  if (array) return `[]${shape(array[1], format, refs)}`;
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map) return `{}${shape(map[1], format, refs)}`;
  if (type === 'IntOrString') return 'intOrString';
  if (type === 'Date' || type === 'V1MicroTime') return type === 'Date' ? 'time' : 'microTime';
  if (type === 'number')
    return { int32: 'int32', int64: 'int64', double: 'float64' }[format] ?? 'int64';
  if (type === 'boolean') return 'bool';
  if (type === 'string') return format === 'byte' ? 'bytes' : 'string';
  if (/^(any|object)$/.test(type)) return 'any';
  refs.push(type);
  return `ref:${type}`;
}

function clean(text) {
  return text
    .replaceAll(/\n\s*\* ?/g, '\n')
    .replaceAll(/\\(['"`\\])/g, '$1')
    .trim();
}

function escape(text) {
  return text.replaceAll(/[$.]/g, '\\$&');
}
