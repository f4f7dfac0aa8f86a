import { binaryOf, readBinary } from '../host/image-tree.ts';
import type { Files } from '../host/syscalls.ts';
import { findPlugin } from './catalog.ts';
import { failure, type CniError, type CniPlugin } from './types.ts';

/** The program that runs plugins by hand; a plugin's file names it, with the plugin behind. */
const RUNNER = 'cni-plugin';

/** What lies in `/opt/cni/bin/<type>`. */
export const pluginBinary = (type: string): string => binaryOf(RUNNER, type);

/**
 * Finds the executable for a type in the plugin folders, as libcni does (`FindInPath`, `RawExec`):
 * whatever lies there under the name is run, whether or not it is the plugin of that name.
 */
export function findBinary(
  type: string,
  folders: readonly string[],
  files: Files,
): CniPlugin | CniError {
  if (type === '') return failure('no plugin name provided');
  if (type.includes('/')) return failure(`invalid plugin name: ${type}`);
  if (folders.length === 0) return failure('no paths provided');
  for (const folder of folders) {
    const path = `${folder}/${type}`;
    const stat = files.stat(path);
    if (typeof stat === 'string' || stat.type === 'directory') continue;
    if ((stat.mode & 0o111) === 0) return notRun(path, 'permission denied');
    const file = files.read(path);
    const text = typeof file === 'string' ? '' : file.text;
    if (text.startsWith('#!'))
      return failure(`the script ${path} as a plugin is not modelled here`);
    const [runner, name = ''] = readBinary(text) ?? [];
    const plugin = runner === RUNNER ? findPlugin(name) : undefined;
    return plugin ?? notRun(path, 'exec format error');
  }
  return failure(`failed to find plugin "${type}" in path [${folders.join(' ')}]`);
}

function notRun(path: string, why: string): CniError {
  return failure(`netplugin failed with no error message: fork/exec ${path}: ${why}`);
}
