import { cachedResult, forget, keep, keptAttachments } from './cache.ts';
import { dispatch } from './dispatch.ts';
import { parseNetwork, type NetworkList } from './spec.ts';
import { isError, type CniError, type CniNode, type CniRequest, type NetConf } from './types.ts';
import { before, compareVersions } from './versions.ts';

/** What a chain comes to; `message` is libcni's, with the plugin that failed. */
export type ChainAnswer =
  | { readonly ok: true; readonly result?: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly message: string; readonly error?: CniError };

type Command = 'ADD' | 'DEL' | 'CHECK' | 'STATUS' | 'GC';

/** An attachment that is to stay when garbage is collected. */
export interface Attachment {
  readonly containerID: string;
  readonly ifname: string;
}

/**
 * Runs a command over the plugins of a configuration as libcni does: ADD in order, each with the
 * result of the one before; DEL in the opposite order; the last result is cached for DEL and CHECK.
 * `config` is a list, or the text of a `.conf` or `.conflist`.
 */
export function runChain(
  command: Exclude<Command, 'GC'>,
  config: string | NetworkList,
  request: CniRequest,
  node: CniNode,
): ChainAnswer {
  const list = typeof config === 'string' ? parseNetwork(config) : config;
  if ('error' in list) return { ok: false, message: list.error };
  if (command === 'ADD') return add(list, request, node);
  if (command === 'STATUS') return status(list, request, node);
  return command === 'DEL' ? remove(list, request, node) : check(list, request, node);
}

function add(list: NetworkList, request: CniRequest, node: CniNode): ChainAnswer {
  let result: Readonly<Record<string, unknown>> | undefined;
  for (const plugin of list.plugins) {
    const conf = build(list, plugin, request, result);
    const answer = dispatch(plugin.type ?? '', 'ADD', conf, request, node);
    if (isError(answer)) return failed(answer, `plugin ${describe(plugin)} failed (add): `);
    result = answer;
  }
  if (list.name !== '') keep(node.files, list, request, result);
  return result ? { ok: true, result } : { ok: true };
}

function check(list: NetworkList, request: CniRequest, node: CniNode): ChainAnswer {
  const known = compareVersions(list.cniVersion, '0.4.0');
  if (typeof known === 'string') return { ok: false, message: known };
  if (known < 0) {
    const why = `configuration version "${list.cniVersion}" does not support the CHECK command`;
    return { ok: false, message: why };
  }
  if (list.disableCheck) return { ok: true };
  const previous = request.prevResult ?? cachedResult(node.files, list, request);
  for (const plugin of list.plugins) {
    const conf = build(list, plugin, request, previous);
    const answer = dispatch(plugin.type ?? '', 'CHECK', conf, request, node);
    if (isError(answer)) return failed(answer);
  }
  return { ok: true };
}

function remove(list: NetworkList, request: CniRequest, node: CniNode): ChainAnswer {
  const known = compareVersions(list.cniVersion, '0.4.0');
  if (typeof known === 'string') return { ok: false, message: known };
  const cached = known < 0 ? undefined : cachedResult(node.files, list, request);
  const previous = known < 0 ? undefined : (request.prevResult ?? cached);
  for (const plugin of list.plugins.toReversed()) {
    const conf = build(list, plugin, request, previous);
    const answer = dispatch(plugin.type ?? '', 'DEL', conf, request, node);
    if (isError(answer)) return failed(answer, `plugin ${describe(plugin)} failed (delete): `);
  }
  // Versions before 0.4.0 never look at the cache, and so leave their file there.
  if (cached !== undefined) forget(node.files, list.name, request);
  return { ok: true };
}

function status(list: NetworkList, request: CniRequest, node: CniNode): ChainAnswer {
  if (before(list.cniVersion, '1.1.0')) return { ok: true };
  for (const plugin of list.plugins) {
    const conf = { ...plugin, name: list.name, cniVersion: list.cniVersion };
    const answer = dispatch(plugin.type ?? '', 'STATUS', conf, request, node);
    if (isError(answer)) return failed(answer);
  }
  return { ok: true };
}

/**
 * Lets go of all attachments of a network that are in the cache but not among the valid ones, then
 * tells the plugins (`GCNetworkList`). Gives the messages of what failed.
 */
export function collectGarbage(
  list: NetworkList,
  valid: readonly Attachment[],
  node: CniNode,
): readonly string[] {
  if (list.disableGC) return [];
  const messages: string[] = [];
  for (const kept of keptAttachments(node.files, list.name)) {
    const { containerID, ifName } = kept;
    if (valid.some((each) => each.containerID === containerID && each.ifname === ifName)) continue;
    const answer = remove(list, kept, node);
    if (answer.ok) continue;
    messages.push(`failed to delete stale attachment ${containerID} ${ifName}: ${answer.message}`);
  }
  if (before(list.cniVersion, '1.1.0')) return messages;
  const nobody = { containerID: '', netns: '', ifName: '' };
  for (const plugin of list.plugins) {
    const own = { name: list.name, cniVersion: list.cniVersion };
    const conf = { ...plugin, ...own, 'cni.dev/valid-attachments': valid };
    const answer = dispatch(plugin.type ?? '', 'GC', conf, nobody, node);
    if (isError(answer)) messages.push(`failed to GC plugin ${plugin.type}: ${textOf(answer)}`);
  }
  return messages;
}

/** One plugin's configuration as it is sent to it (`buildOneConfig`). */
function build(
  list: NetworkList,
  plugin: NetConf,
  request: CniRequest,
  previous: unknown,
): NetConf {
  const runtime = Object.entries(plugin.capabilities ?? {})
    .filter(([name, wanted]) => wanted && request.capabilities?.[name] !== undefined)
    .map(([name]) => [name, request.capabilities?.[name]] as const);
  return {
    ...plugin,
    name: list.name,
    cniVersion: list.cniVersion,
    ...(previous === undefined ? {} : { prevResult: previous }),
    ...(runtime.length > 0 ? { runtimeConfig: Object.fromEntries(runtime) } : {}),
  };
}

function failed(error: CniError, prefix = ''): ChainAnswer {
  return { ok: false, message: `${prefix}${textOf(error)}`, error };
}

function textOf({ msg, details }: CniError): string {
  return details ? `${msg}; ${details}` : msg;
}

/** A plugin as errors name it (`pluginDescription`). */
function describe({ type, name }: NetConf): string {
  return `type="${type}"${name ? ` name="${name}"` : ''}`;
}
