import { dispatch } from './dispatch.ts';
import { versions } from './result.ts';
import { parseNetwork, type NetworkList } from './spec.ts';
import { isError, type CniError, type CniNode, type CniRequest, type NetConf } from './types.ts';

/** What a chain comes to; `message` is libcni's, with the plugin that failed. */
export type ChainAnswer =
  | { readonly ok: true; readonly result?: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly message: string; readonly error?: CniError };

const CACHE = '/var/lib/cni/results';

/** How libcni names the commands in its errors. */
const words = { ADD: 'add', DEL: 'delete', CHECK: 'check', STATUS: 'status', GC: 'gc' } as const;

/**
 * Runs a command over the plugins of a configuration as libcni does: ADD in order, each with the
 * result of the one before; DEL in the opposite order; the last result is cached for DEL and CHECK.
 * `configText` is a `.conf` or `.conflist`.
 */
export function runChain(
  command: keyof typeof words,
  configText: string,
  request: CniRequest,
  node: CniNode,
): ChainAnswer {
  const list = parseNetwork(configText);
  if ('error' in list) return { ok: false, message: list.error };
  const cached = `${CACHE}/${list.name}-${request.containerID}-${request.ifName}`;
  if (command === 'ADD') return add(list, request, node, cached);
  const previous = request.prevResult ?? readCache(node, cached);
  if (command === 'CHECK' && (list.disableCheck || before(list.cniVersion, '0.4.0'))) {
    if (list.disableCheck) return { ok: true };
    const why = `configuration version "${list.cniVersion}" does not support CHECK command`;
    return { ok: false, message: why };
  }
  if ((command === 'STATUS' || command === 'GC') && before(list.cniVersion, '1.1.0')) {
    return { ok: true };
  }
  const plugins = command === 'DEL' ? [...list.plugins].reverse() : list.plugins;
  for (const plugin of plugins) {
    const conf = build(
      list,
      plugin,
      request,
      before(list.cniVersion, '0.4.0') ? undefined : previous,
    );
    const answer = dispatch(plugin.type ?? '', command, conf, request, node);
    if (isError(answer)) return failed(plugin, command, answer);
  }
  if (command === 'DEL') node.files.remove(cached);
  return { ok: true };
}

function add(list: NetworkList, request: CniRequest, node: CniNode, cached: string): ChainAnswer {
  let result: Readonly<Record<string, unknown>> | undefined;
  for (const plugin of list.plugins) {
    const conf = build(list, plugin, request, result);
    const answer = dispatch(plugin.type ?? '', 'ADD', conf, request, node);
    if (isError(answer)) return failed(plugin, 'ADD', answer);
    result = answer;
  }
  node.files.makeDirectory(CACHE, { parents: true });
  node.files.write(cached, JSON.stringify(cacheOf(list, request, result)), { mode: 0o600 });
  return result ? { ok: true, result } : { ok: true };
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

function failed(plugin: NetConf, command: keyof typeof words, error: CniError): ChainAnswer {
  const details = error.details ? `; ${error.details}` : '';
  const missing = error.msg.startsWith(`failed to find plugin "${plugin.type}"`);
  const text = `${error.msg}${details}`;
  const message = missing
    ? text
    : `plugin type="${plugin.type}" failed (${words[command]}): ${text}`;
  return { ok: false, message, error };
}

/** Whether a version comes before another one; unknown ones come after all. */
function before(version: string, other: string): boolean {
  const at = versions.indexOf(version as (typeof versions)[number]);
  return at >= 0 && at < versions.indexOf(other as (typeof versions)[number]);
}

function cacheOf(
  list: NetworkList,
  request: CniRequest,
  result: Readonly<Record<string, unknown>> | undefined,
) {
  return {
    kind: 'cniCacheV1',
    containerId: request.containerID,
    config: btoa(list.text),
    ifName: request.ifName,
    networkName: list.name,
    netns: request.netns,
    ...(request.args ? { cniArgs: pairs(request.args) } : {}),
    ...(request.capabilities ? { capabilityArgs: request.capabilities } : {}),
    result: result ?? null,
  };
}

function pairs(args: string): readonly (readonly string[])[] {
  return args.split(';').map((pair) => pair.split('='));
}

function readCache(node: CniNode, path: string): unknown {
  const file = node.files.read(path);
  if (typeof file === 'string') return undefined;
  return (JSON.parse(file.text) as { result?: unknown }).result ?? undefined;
}
