import { assert } from '../world/assert.ts';
import { errorCodes } from './error-codes.ts';
import { findBinary } from './binary.ts';
import { findPlugin } from './catalog.ts';
import { printResult, readResult } from './result.ts';
import { PLUGIN_DIRECTORY } from './spec.ts';
import {
  isError,
  type Answer,
  type CniError,
  type CniNode,
  type CniRequest,
  type Invocation,
  type NetConf,
} from './types.ts';
import { versions } from './versions.ts';

/** Versions that the recorded plugins (1.1.1) name when they refuse one. */
export const namedVersions = versions.slice(0, 6);

/** The command of the specification that a version must have reached. */
const since: Readonly<Record<string, string>> = { CHECK: '0.4.0', STATUS: '1.1.0', GC: '1.1.0' };

/**
 * Calls one plugin as its executable would be called: finds it, checks the version, and gives its
 * result as plain JSON in the form of that version. `started`: by its own path, not by name.
 */
export function dispatch(
  type: string,
  command: Invocation['command'],
  conf: NetConf,
  request: CniRequest,
  node: CniNode,
  started = false,
): Readonly<Record<string, unknown>> | CniError | undefined {
  const folders = (request.path ?? PLUGIN_DIRECTORY).split(':');
  const plugin = started ? findPlugin(type) : findBinary(type, folders, node.files);
  assert(plugin, `the program of the plugin ${type} was started without it`);
  if (isError(plugin)) return plugin;
  const read = matchFields(conf);
  const version = read.cniVersion || '0.1.0';
  const at = versions.indexOf(version as (typeof versions)[number]);
  if (at < 0) {
    const names = namedVersions.map((name) => `"${name}"`).join(' ');
    return {
      code: errorCodes.incompatibleVersion,
      msg: 'incompatible CNI versions',
      details: `config is "${version}", plugin supports [${names}]`,
    };
  }
  const needed = since[command];
  if (needed && at < versions.indexOf(needed as (typeof versions)[number])) {
    return {
      code: errorCodes.incompatibleVersion,
      msg: `config version does not allow ${command}`,
    };
  }
  const delegate: Invocation['delegate'] = (name, what, other) =>
    readResult(dispatch(name, what, other, request, node)) as Answer;
  const answer = plugin.run({ command, request, conf: read, delegate }, node);
  if (isError(answer)) return answer;
  if (command !== 'ADD' || !answer) return undefined;
  return printResult(answer, version);
}

const fields = ['cniVersion', 'name', 'type', 'ipam', 'dns', 'args', 'runtimeConfig', 'prevResult'];

/** Go matches names of JSON fields without regard to case. */
function matchFields(conf: NetConf): NetConf {
  const known = new Map(fields.map((name) => [name.toLowerCase(), name]));
  return Object.fromEntries(
    Object.entries(conf).map(([name, value]) => [known.get(name.toLowerCase()) ?? name, value]),
  );
}
