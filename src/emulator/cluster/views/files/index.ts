import type { Files } from '../../../host/syscalls.ts';
import type { Json } from '../../../world/json.ts';
import type { View } from '../catalog.ts';

const HOME = '/home/learner';
/** Files that are listed, and letters that are shown of one. */
const MOST = 200;
const LONGEST = 200_000;
const DEEPEST = 4;

/**
 * Files in the learner's home: their paths from there, and the text of the one that is open
 * (`args.path`; null when there is no such file).
 */
const files: View = ({ hosts }, args) => {
  const { path } = (args ?? {}) as { path?: string };
  const all = hosts.files('workstation');
  const found: string[] = [];
  walk(all, HOME, DEEPEST, found);
  const read = path ? all.read(`${HOME}/${path}`) : undefined;
  const text = typeof read === 'object' ? read.text.slice(0, LONGEST) : null;
  return {
    home: HOME,
    files: found.map((each) => each.slice(HOME.length + 1)),
    ...(path !== undefined && { open: { path, text } }),
  } satisfies Json;
};

export default files;

/** Paths below a directory; hidden ones (shell history, kubeconfig) are nobody's work. */
function walk(all: Files, directory: string, deep: number, found: string[]): void {
  const names = all.list(directory);
  if (typeof names === 'string') return;
  for (const name of names) {
    if (name.startsWith('.') || found.length >= MOST) continue;
    const path = `${directory}/${name}`;
    if (typeof all.list(path) === 'string') found.push(path);
    else if (deep > 0) walk(all, path, deep - 1, found);
  }
}
