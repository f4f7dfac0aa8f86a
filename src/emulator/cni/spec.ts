import type { Files } from '../host/syscalls.ts';
import { parseJson } from './go-json.ts';
import type { NetConf } from './types.ts';

/** A list of plugins that are called one after the other. */
export interface NetworkList {
  readonly name: string;
  readonly cniVersion: string;
  readonly disableCheck: boolean;
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

/** Names of configuration files in a folder, in the order in which they are tried. */
export function configFiles(files: Files, directory = CONFIG_DIRECTORY): readonly string[] {
  const names = files.list(directory);
  if (typeof names === 'string') return [];
  return names
    .filter((name) => /\.(conf|conflist|json)$/.test(name))
    .sort()
    .map((name) => `${directory}/${name}`);
}

/**
 * The network of a node: the first file by name that can be read as one, as containerd takes it
 * (`loadFromConfDir`, one network).
 */
export function loadNetwork(
  files: Files,
  directory = CONFIG_DIRECTORY,
): { readonly path: string; readonly list: NetworkList } | ConfigError {
  const paths = configFiles(files, directory);
  if (paths.length === 0) {
    return { error: `no network config found in ${directory}: cni plugin not initialized` };
  }
  for (const path of paths) {
    const file = files.read(path);
    if (typeof file === 'string') continue;
    const list = path.endsWith('.conflist') ? parseList(file.text) : parseConf(file.text);
    if ('error' in list) continue;
    return { path, list };
  }
  return { error: `no valid networks found in ${directory}: cni plugin not initialized` };
}

/** Reads either form, by whether it has `plugins`. */
export function parseNetwork(text: string): NetworkList | ConfigError {
  const parsed = parseJson(text);
  const value = 'value' in parsed ? (parsed.value as { plugins?: unknown } | null) : undefined;
  return value?.plugins === undefined && value !== undefined ? parseConf(text) : parseList(text);
}

/** Reads a `.conf`: one plugin (`ConfFromBytes`, then a list of one). */
export function parseConf(text: string): NetworkList | ConfigError {
  const parsed = parseJson(text);
  if ('error' in parsed) return { error: `error parsing configuration: ${parsed.error}` };
  const conf = parsed.value as NetConf;
  if (!conf.type) return { error: "error parsing configuration: missing 'type'" };
  const version = conf.cniVersion ?? '0.1.0';
  return { name: conf.name ?? '', cniVersion: version, disableCheck: false, plugins: [conf], text };
}

/** Reads a `.conflist` (`ConfListFromBytes`). */
export function parseList(text: string): NetworkList | ConfigError {
  const fail = (why: string) => ({ error: `error parsing configuration list: ${why}` });
  const parsed = parseJson(text);
  if ('error' in parsed) return fail(parsed.error);
  const raw = parsed.value as Record<string, unknown>;
  const { name, plugins } = raw;
  if (name === undefined) return fail('no name');
  if (typeof name !== 'string') return fail(`invalid name type ${goType(name)}`);
  const version = raw['cniVersion'] ?? '';
  if (typeof version !== 'string') return fail(`invalid cniVersion type ${goType(version)}`);
  if (plugins === undefined) return fail("no 'plugins' key");
  if (!Array.isArray(plugins)) return fail(`invalid 'plugins' type ${goType(plugins)}`);
  if (plugins.length === 0) return fail('no plugins in list');
  for (const [index, plugin] of plugins.entries()) {
    if (!(plugin as NetConf).type) {
      const why = "error parsing configuration: missing 'type'";
      return { error: `failed to parse plugin config ${index}: ${why}` };
    }
  }
  return {
    name,
    cniVersion: version === '' ? '0.1.0' : version,
    disableCheck: raw['disableCheck'] === true || raw['disableCheck'] === 'true',
    plugins: plugins as readonly NetConf[],
    text,
  };
}

function goType(value: unknown): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return '[]interface {}';
  return typeof value === 'object' ? 'map[string]interface {}' : 'string';
}
