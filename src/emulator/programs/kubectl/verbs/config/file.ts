import { isErrno } from '../../../../host/errno.ts';
import type { Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { goStrerror } from '../../go-errors.ts';
import { kubeconfigPaths, parseKubeconfig, type KubeconfigFile } from '../../kubeconfig.ts';
import { asJson } from '../../object.ts';
import { encodeYaml } from '../../yaml/encode.ts';

/** Changes the kubeconfig that is written to, the first that exists; gives its path. */
export function changeFile(
  context: Context,
  change: (file: KubeconfigFile, path: string) => void,
): string {
  const { sys, flags } = context;
  const paths = kubeconfigPaths(sys, flags);
  const path = paths.find((each) => !isErrno(sys.files.stat(each))) ?? (paths.at(-1) as string);
  const found = sys.files.read(path);
  const before = isErrno(found) ? '' : found.text;
  const file: KubeconfigFile = {
    apiVersion: 'v1',
    kind: 'Config',
    ...parseKubeconfig(path, before),
  };
  change(file, path);
  const text = encodeYaml(asJson(withLists(file)));
  if (before !== '' && text === before) return path;
  const slash = path.lastIndexOf('/');
  if (slash > 0) sys.files.makeDirectory(path.slice(0, slash), { parents: true });
  const problem = sys.files.write(path, text, { mode: 0o600 });
  if (problem) throw failed(`open ${path}: ${goStrerror(problem)}`);
  return path;
}

/** The lists are always written, `null` where they are empty. */
export function withLists(file: KubeconfigFile): object {
  const list = <T>(entries: readonly T[] | undefined) =>
    entries && entries.length > 0 ? entries : null;
  return {
    ...file,
    clusters: list(file.clusters),
    contexts: list(
      // Cluster and user are always shown, be they empty.
      file.contexts?.map((each) => ({
        ...each,
        context: { cluster: '', user: '', ...each.context },
      })),
    ),
    'current-context': file['current-context'] ?? '',
    users: list(file.users),
  };
}
