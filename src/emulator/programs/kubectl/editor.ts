import { isErrno } from '../../host/errno.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Context } from './command.ts';
import { failed } from './failure.ts';
import { goStrerror } from './go-errors.ts';

/**
 * Writes a file, has the user's editor change it and gives what it then holds (`editor.Launch` of
 * kubectl's `cmd/util/editor`). KUBE_EDITOR and EDITOR may be a line for the shell.
 */
export function* launch({ sys }: Context, path: string, text: string): Call<string> {
  const wrote = sys.files.write(path, text);
  if (wrote) throw failed(`open ${path}: ${goStrerror(wrote)}`);
  const editor = sys.env['KUBE_EDITOR'] || sys.env['EDITOR'] || 'vi';
  const shell = /["'\\]/.test(editor);
  const words = shell ? [sys.env['SHELL'] || '/bin/bash', '-c', editor] : editor.split(' ');
  const argv = shell ? [...words.slice(0, 2), `${editor} "${path}"`] : [...words, path];
  const shown = JSON.stringify(words.join(' '));
  const pid = sys.spawn(argv);
  if (isErrno(pid)) {
    sys.files.remove(path);
    throw failed(`unable to launch the editor ${shown}`);
  }
  const status = yield* sys.wait(pid);
  if (!('exited' in status) || status.exited !== 0) {
    throw failed(`there was a problem with the editor ${shown}`);
  }
  const saved = sys.files.read(path);
  if (isErrno(saved)) throw failed(`open ${path}: ${goStrerror(saved)}`);
  return saved.text;
}
