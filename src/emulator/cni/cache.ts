import type { Files } from '../host/syscalls.ts';
import { isErrno } from '../host/errno.ts';
import { printResult, readResult } from './result.ts';
import type { NetworkList } from './spec.ts';
import { isError, type CniRequest } from './types.ts';

/** Where libcni keeps the last result of each attachment. */
const FOLDER = '/var/lib/cni/results';

const pathOf = (network: string, { containerID, ifName }: CniRequest) =>
  `${FOLDER}/${network}-${containerID}-${ifName}`;

interface Kept {
  readonly kind: string;
  readonly containerId: string;
  readonly ifName: string;
  readonly networkName: string;
  readonly netns?: string;
  readonly cniArgs?: readonly (readonly [string, string])[];
  readonly capabilityArgs?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
}

/** Writes what an ADD came to (`cacheAdd`). */
export function keep(
  files: Files,
  list: NetworkList,
  request: CniRequest,
  result: Readonly<Record<string, unknown>> | undefined,
): void {
  const { containerID, ifName, netns, args, capabilities } = request;
  const all = {
    kind: 'cniCacheV1',
    containerId: containerID,
    config: base64(list.text),
    ifName,
    networkName: list.name,
    ...(netns ? { netns } : {}),
    ...(args ? { cniArgs: args.split(';').map((pair) => pair.split('=')) } : {}),
    ...(capabilities ? { capabilityArgs: inOrder(capabilities) } : {}),
    ...(result ? { result: inOrder(result) } : {}),
  };
  files.makeDirectory(FOLDER, { parents: true });
  files.write(pathOf(list.name, request), JSON.stringify(all), { mode: 0o600 });
}

/** The result of the ADD in the version of the configuration; undefined where there is none. */
export function cachedResult(files: Files, list: NetworkList, request: CniRequest): unknown {
  const result = readResult(read(files, pathOf(list.name, request))?.result);
  if (!result || isError(result)) return undefined;
  const printed = printResult(result, list.cniVersion || '0.1.0');
  return isError(printed) ? undefined : printed;
}

export function forget(files: Files, network: string, request: CniRequest): void {
  files.remove(pathOf(network, request));
}

/** All attachments of a network that are in the cache, as requests that would take them away. */
export function keptAttachments(files: Files, network: string): readonly CniRequest[] {
  const names = files.list(FOLDER);
  if (isErrno(names)) return [];
  return names.toSorted().flatMap((name) => {
    const kept = read(files, `${FOLDER}/${name}`);
    if (kept?.networkName !== network) return [];
    const args = kept.cniArgs?.map((pair) => pair.join('=')).join(';');
    return [
      {
        containerID: kept.containerId,
        netns: kept.netns ?? '',
        ifName: kept.ifName,
        ...(args ? { args } : {}),
        ...(kept.capabilityArgs ? { capabilities: kept.capabilityArgs } : {}),
      },
    ];
  });
}

function read(files: Files, path: string): Kept | undefined {
  const file = files.read(path);
  if (isErrno(file)) return undefined;
  try {
    const kept = JSON.parse(file.text) as Kept;
    return kept.kind === 'cniCacheV1' ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Maps in Go are written in the order of their keys, at every depth. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, inOrder(member)]));
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
