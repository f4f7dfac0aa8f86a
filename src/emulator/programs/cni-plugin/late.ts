import { invoke } from '../../cni/invoke.ts';
import type { CniNode } from '../../cni/types.ts';
import { isErrno } from '../../host/errno.ts';
import type { Call, ProgramCode, Sys } from '../../host/syscalls.ts';

/** Runs the plugin that its first, built-in word names, as its real executable would run. */
const code: ProgramCode = {
  *run([, type = ''], sys) {
    const command = sys.env['CNI_COMMAND'] ?? '';
    const stdin = command === '' || command === 'VERSION' ? '' : yield* readAll(sys);
    const ran = invoke(type, sys.env, stdin, nodeOf(sys));
    if (ran.stdout !== '') yield* sys.write(1, ran.stdout);
    if (ran.stderr !== '') yield* sys.write(2, ran.stderr);
    return ran.exit;
  },
};

export default code;

function* readAll(sys: Sys): Call<string> {
  let text = '';
  for (;;) {
    const piece = yield* sys.read(0);
    if (piece === null || isErrno(piece)) return text;
    text += piece;
  }
}

/** The machine as the plugin reaches it; only root may enter other namespaces. */
function nodeOf(sys: Sys): CniNode {
  const { runtime } = sys;
  return {
    files: sys.files,
    host: sys.network,
    netns(path) {
      const name = /^(?:\/var)?\/run\/netns\/([^/]+)$/.exec(path)?.[1];
      return name && runtime?.hasNetns(name) ? runtime.network(name) : undefined;
    },
    chance: sys.chance,
  };
}
