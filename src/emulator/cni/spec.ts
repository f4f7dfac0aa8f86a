import type { Files } from '../host/syscalls.ts';
import { freeze } from '../world/json.ts';
import { compareVersions } from './versions.ts';
import { goType, parseJson, typeError } from './go-json.ts';
import type { NetConf } from './types.ts';

/** A list of plugins that are called one after the other. */
export interface NetworkList {
  readonly name: string;
  readonly cniVersion: string;
  readonly disableCheck: boolean;
  readonly disableGC: boolean;
  /** Plugins in `<folder>/<name>/*.conf` are left alone. */
  readonly loadOnlyInlinedPlugins: boolean;
  readonly plugins: readonly NetConf[];
  /** The text it was read from. */
  readonly text: string;
}

export interface ConfigError {
  readonly error: string;
}

/** Where runtimes look for configurations and plugins. */
export const CONFIG_DIRECTORY = '/etc/cni/net.d';
export const PLUGIN_DIRECTORY = '/opt/cni/bin';
/** The newest version that libcni knows. */
const CURRENT = '1.1.0';

/** Names of configuration files in a folder, in the order in which they are tried. */
export function configFiles(files: Files, directory = CONFIG_DIRECTORY): readonly string[] {
  return filesWith(files, directory, /\.(conf|conflist|json)$/);
}

function filesWith(files: Files, directory: string, extension: RegExp): string[] {
  const names = files.list(directory);
  if (typeof names === 'string') return [];
  return names
    .filter((name) => extension.test(name))
    .sort()
    .map((name) => `${directory}/${name}`)
    .filter((path) => {
      const stat = files.stat(path);
      return typeof stat === 'string' || stat.type !== 'directory';
    });
}

/**
 * The network of a node, as containerd takes it: the first file by name, and where that one cannot
 * be read, none (go-cni `loadFromConfDir`, one network).
 */
export function loadNetwork(
  files: Files,
  directory = CONFIG_DIRECTORY,
): { readonly path: string; readonly list: NetworkList } | ConfigError {
  const [path] = configFiles(files, directory);
  if (path === undefined) {
    return { error: `no network config found in ${directory}: cni plugin not initialized` };
  }
  const bad = (what: string, why: string) => ({
    error: `failed to load CNI config ${what} ${path}: ${why}: invalid cni config`,
  });
  const file = files.read(path);
  const isList = path.endsWith('.conflist');
  const what = isList ? 'list file' : 'file';
  if (typeof file === 'string')
    return bad(what, `error reading ${path}: no such file or directory`);
  const list = isList ? readList(files, directory, file.text) : parseConf(file.text);
  return 'error' in list ? bad(what, list.error) : { path, list };
}

/** A list with the plugins that lie beside it in files of their own (`NetworkConfFromFile`). */
function readList(files: Files, directory: string, text: string): NetworkList | ConfigError {
  const list = parseList(text);
  if ('error' in list) return list;
  const plugins = [...list.plugins];
  const beside = list.loadOnlyInlinedPlugins
    ? []
    : filesWith(files, `${directory}/${list.name}`, /\.conf$/);
  for (const path of beside) {
    const file = files.read(path);
    const conf =
      typeof file === 'string' ? { error: `error reading ${path}` } : readConf(file.text);
    if ('error' in conf) return { error: String(conf['error']) };
    plugins.push(conf);
  }
  return plugins.length === 0 ? { error: 'no plugin configs found' } : { ...list, plugins };
}

/** Reads either form, by whether it has `plugins`. */
export function parseNetwork(text: string): NetworkList | ConfigError {
  const parsed = parseJson(text);
  const value = 'value' in parsed ? (parsed.value as { plugins?: unknown } | null) : undefined;
  return value?.plugins === undefined && value !== undefined ? parseConf(text) : parseList(text);
}

/** Types of the fields that all plugins have, as Go names them. */
const known: Readonly<Record<string, string>> = {
  cniVersion: 'string',
  name: 'string',
  type: 'string',
  capabilities: 'map[string]bool',
  ipam: 'types.IPAM',
  dns: 'types.DNS',
};

/** One plugin's configuration (`NetworkPluginConfFromBytes`). */
function readConf(text: string): NetConf | ConfigError {
  const fail = (why: string) => ({ error: `error parsing configuration: ${why}` });
  const parsed = parseJson(text);
  if ('error' in parsed) return fail(parsed.error);
  const { value } = parsed;
  if (goType(value) !== 'map[string]interface {}' && value !== null) {
    return fail(typeError(value, 'value of type types.PluginConf'));
  }
  const conf = (value ?? {}) as NetConf;
  for (const [field, type] of Object.entries(known)) {
    const given = conf[field];
    const fits = type === 'string' ? typeof given === 'string' : goType(given).startsWith('map');
    if (given === undefined || given === null || fits) continue;
    return fail(typeError(given, `struct field PluginConf.${field} of type ${type}`));
  }
  return conf.type ? conf : fail("missing 'type'");
}

/** Reads a `.conf`: one plugin, made a list of one (`ConfListFromConf`). */
export function parseConf(text: string): NetworkList | ConfigError {
  const conf = readConf(text);
  if ('error' in conf) return { error: String(conf['error']) };
  return {
    name: conf.name ?? '',
    cniVersion: conf.cniVersion ?? '',
    disableCheck: false,
    disableGC: false,
    loadOnlyInlinedPlugins: false,
    plugins: [conf],
    text: JSON.stringify({
      cniVersion: conf.cniVersion ?? '',
      name: conf.name ?? '',
      plugins: [conf],
    }),
  };
}

type Raw = Readonly<Record<string, unknown>>;

/** Reads a `.conflist` (`NetworkConfFromBytes`); it may have no plugins of its own. */
export function parseList(text: string): NetworkList | ConfigError {
  const before = lists.get(text);
  if (before) return before;
  const read = freeze(readText(text));
  if (lists.size >= KEPT) lists.clear();
  lists.set(text, read);
  return read;
}

/** Lists that were read: a runtime reads the same text for each pod. */
const lists = new Map<string, NetworkList | ConfigError>();
const KEPT = 50;

function readText(text: string): NetworkList | ConfigError {
  const fail = (why: string) => ({ error: `error parsing configuration list: ${why}` });
  const parsed = parseJson(text);
  if ('error' in parsed) return fail(parsed.error);
  if (goType(parsed.value) !== 'map[string]interface {}' && parsed.value !== null) {
    return fail(typeError(parsed.value, 'value of type map[string]interface {}'));
  }
  const raw = (parsed.value ?? {}) as Raw;
  const { name, plugins } = raw;
  if (name === undefined) return fail('no name');
  if (typeof name !== 'string') return fail(`invalid name type ${goType(name)}`);
  const version = versionOf(raw);
  if (typeof version !== 'string') return fail(version.error);
  const flags = flagsOf(raw);
  if ('error' in flags) return fail(flags.error);
  const list = { name, cniVersion: version, ...flags, plugins: [], text };
  if (plugins === undefined) {
    if (!flags.loadOnlyInlinedPlugins) return list;
    return fail("`loadOnlyInlinedPlugins` is true, and no 'plugins' key");
  }
  if (!Array.isArray(plugins)) return fail(`invalid 'plugins' type ${goType(plugins)}`);
  if (plugins.length === 0) return fail('no plugins in list');
  for (const [index, plugin] of plugins.entries()) {
    const conf = readConf(JSON.stringify(plugin));
    if ('error' in conf) {
      return { error: `failed to parse plugin config ${index}: ${String(conf['error'])}` };
    }
  }
  return { ...list, plugins: plugins as readonly NetConf[] };
}

/** `cniVersion`, or the newest of `cniVersions` that is known here. */
function versionOf(raw: Raw): string | ConfigError {
  const single = raw['cniVersion'] ?? '';
  if (typeof single !== 'string') {
    return { error: `invalid cniVersion type ${goType(raw['cniVersion'])}` };
  }
  const given = raw['cniVersions'];
  if (given === undefined) return single;
  if (!Array.isArray(given)) return { error: 'invalid type for cniVersions: []interface {}' };
  const known: string[] = [];
  for (const [index, version] of given.entries()) {
    if (typeof version !== 'string') {
      return { error: `invalid type for cniVersions index ${index}: ${goType(version)}` };
    }
    const order = compareVersions(version, CURRENT);
    if (typeof order === 'string') {
      return { error: `invalid cniVersions entry ${version} at index ${index}: ${order}` };
    }
    if (order <= 0) known.push(version);
  }
  if (single !== '') {
    const order = compareVersions(single, CURRENT);
    if (typeof order === 'string') return { error: `invalid cniVersion ${single}: ${order}` };
    if (order <= 0) known.push(single);
  }
  return known.sort((a, b) => Number(compareVersions(a, b))).at(-1) ?? single;
}

type Flags = Pick<NetworkList, 'disableCheck' | 'disableGC' | 'loadOnlyInlinedPlugins'>;

function flagsOf(raw: Raw): Flags | ConfigError {
  const flags: Record<string, boolean> = {};
  for (const name of ['disableCheck', 'disableGC', 'loadOnlyInlinedPlugins']) {
    const given = raw[name] ?? false;
    const text = typeof given === 'string' ? given.toLowerCase() : given;
    if (typeof text !== 'string' && typeof text !== 'boolean') {
      return { error: `invalid type ${goType(given)} for ${name}` };
    }
    if (typeof text === 'string' && text !== 'true' && text !== 'false') {
      return { error: `invalid value ${JSON.stringify(text)} for ${name}` };
    }
    flags[name] = text === true || text === 'true';
  }
  return flags as unknown as Flags;
}
