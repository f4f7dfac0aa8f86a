import { errorCodes } from './error-codes.ts';
import { findPlugin } from './catalog.ts';
import { dispatch, namedVersions } from './dispatch.ts';
import { parseJson } from './go-json.ts';
import { isError, type CniError, type CniNode, type CniRequest, type NetConf } from './types.ts';

/** What a plugin's executable leaves behind. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Variables that each command needs, in the order in which missing ones are named. */
export const neededVariables: Readonly<Record<string, readonly string[]>> = {
  ADD: ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_IFNAME', 'CNI_PATH'],
  CHECK: ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_IFNAME', 'CNI_PATH'],
  DEL: ['CNI_CONTAINERID', 'CNI_IFNAME', 'CNI_PATH'],
  GC: ['CNI_PATH'],
  STATUS: ['CNI_PATH'],
  VERSION: [],
};

/**
 * Runs a plugin's executable by hand: CNI_* variables and the configuration on standard input
 * (`skel.PluginMain`). Results and errors are JSON on standard output, indented by four.
 */
export function invoke(
  type: string,
  env: Readonly<Record<string, string | undefined>>,
  stdin: string,
  node: CniNode,
): Ran {
  const command = env['CNI_COMMAND'] ?? '';
  if (command === '') {
    const supported = `CNI protocol versions supported: ${namedVersions.join(', ')}`;
    return { stdout: '', stderr: `CNI ${type} plugin version unknown\n${supported}\n`, exit: 0 };
  }
  const variables = neededVariables[command];
  if (!variables)
    return fail({ code: errorCodes.invalidEnvironment, msg: `unknown CNI_COMMAND: ${command}` });
  const missing = variables.filter((name) => !env[name]);
  if (missing.length > 0) {
    return fail({
      code: errorCodes.invalidEnvironment,
      msg: `required env variables [${missing.join(',')}] missing`,
    });
  }
  if (command === 'VERSION') {
    const said = { cniVersion: namedVersions.at(-1), supportedVersions: namedVersions };
    return { stdout: `${JSON.stringify(said)}\n`, stderr: '', exit: 0 };
  }
  const conf = readConf(stdin);
  if (isError(conf)) return fail(conf);
  const request: CniRequest = {
    containerID: env['CNI_CONTAINERID'] ?? '',
    netns: env['CNI_NETNS'] ?? '',
    ifName: env['CNI_IFNAME'] ?? '',
    path: env['CNI_PATH'] ?? '',
    ...(env['CNI_ARGS'] ? { args: env['CNI_ARGS'] } : {}),
  };
  const refused = checkNames(request);
  if (refused) return fail(refused);
  if (!findPlugin(type)) return { stdout: '', stderr: '', exit: 127 };
  const asked = command as Parameters<typeof dispatch>[1];
  const answer = dispatch(type, asked, conf as NetConf, request, node, true);
  if (isError(answer)) return fail(answer);
  return answer ? print(answer) : { stdout: '', stderr: '', exit: 0 };
}

function readConf(stdin: string): NetConf | CniError {
  const parsed = parseJson(stdin);
  if ('error' in parsed) {
    return {
      code: errorCodes.decodingFailure,
      msg: `error unmarshall network config: ${parsed.error}`,
    };
  }
  const conf = parsed.value as NetConf;
  if (!conf.name) return { code: errorCodes.invalidConfig, msg: 'missing network name:' };
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(conf.name)) {
    return {
      code: errorCodes.invalidConfig,
      msg: 'invalid characters found in network name',
      details: conf.name,
    };
  }
  return conf;
}

function checkNames(request: CniRequest): CniError | undefined {
  const { containerID, ifName } = request;
  if (containerID !== '' && !/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(containerID)) {
    return {
      code: errorCodes.invalidEnvironment,
      msg: 'invalid characters in containerID',
      details: containerID,
    };
  }
  const bad = (msg: string, details?: string) => ({
    code: errorCodes.invalidEnvironment,
    msg,
    ...(details ? { details } : {}),
  });
  if (ifName === '') return undefined;
  if (ifName.length > 15) {
    return bad('interface name is too long', 'interface name should be less than 16 characters');
  }
  if (ifName === '.' || ifName === '..') return bad('interface name is . or ..');
  if (/[/:\s]/.test(ifName)) {
    return bad('interface name contains / or : or whitespace characters');
  }
  return undefined;
}

function print(value: object): Ran {
  return { stdout: JSON.stringify(value, null, 4), stderr: '', exit: 0 };
}

function fail({ code, msg, details }: CniError): Ran {
  const error = { code, msg, ...(details ? { details } : {}) };
  return { stdout: JSON.stringify(error, null, 4), stderr: '', exit: 1 };
}
