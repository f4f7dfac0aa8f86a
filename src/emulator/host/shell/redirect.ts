import type { Redirection } from 'unbash';
import type { Call, Fd, OpenMode } from '../syscalls.ts';
import { expandText } from './expand.ts';
import type { Shell } from './interpreter.ts';

/** Redirections that were made, and how to take them back. */
export type Redirected = { readonly ok: true; undo(): void } | { readonly ok: false };

const texts: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  EROFS: 'Read-only file system',
  ENOSPC: 'No space left on device',
};

/** Makes redirections in order; a failure is told and undoes those before it. */
export function* redirect(shell: Shell, list: readonly Redirection[]): Call<Redirected> {
  const before = new Map(shell.fds);
  const opened: Fd[] = [];
  const undo = () => {
    for (const fd of opened) shell.sys.close(fd);
    shell.fds.clear();
    for (const [fd, to] of before) shell.fds.set(fd, to);
  };
  for (const each of list) {
    const failed = yield* one(shell, each, opened);
    if (failed) {
      undo();
      yield* shell.error(`${shell.title}: ${failed}`);
      return { ok: false };
    }
  }
  return { ok: true, undo };
}

function* one(shell: Shell, redirection: Redirection, opened: Fd[]): Call<string | undefined> {
  const { sys } = shell;
  const given =
    redirection.descriptor?.type === 'FileDescriptor' ? redirection.descriptor.value : undefined;
  const open = (path: string, mode: OpenMode): Fd | string => {
    const fd = sys.open(path, mode);
    if (typeof fd === 'string') return `${path}: ${texts[fd] ?? fd}`;
    opened.push(fd);
    return fd;
  };
  if (redirection.type === 'HereDoc' || redirection.type === 'HereString') {
    const text = yield* hereText(shell, redirection);
    const pipe = sys.pipe();
    opened.push(pipe.read);
    // The text lies ready in the pipe; it is shorter than files may be.
    yield* sys.write(pipe.write, text);
    sys.close(pipe.write);
    shell.fds.set(given ?? 0, pipe.read);
    return undefined;
  }
  const { operator } = redirection;
  const target = yield* expandText(shell, redirection.target);
  const read = operator === '<' || operator === '<&' || operator === '<>';
  const fd = given ?? (read ? 0 : 1);
  if (operator === '>&' || operator === '<&') {
    if (target === '-') {
      shell.fds.set(fd, 'null');
      return undefined;
    }
    if (/^\d+$/.test(target)) {
      const source =
        shell.fds.get(Number(target)) ?? (Number(target) <= 2 ? Number(target) : undefined);
      if (source === undefined) return `${target}: Bad file descriptor`;
      shell.fds.set(fd, source);
      return undefined;
    }
  }
  const mode: OpenMode = read
    ? operator === '<>'
      ? 'r+'
      : 'r'
    : operator.endsWith('>>')
      ? 'a'
      : 'w';
  const to = open(target, mode);
  if (typeof to === 'string') return to;
  shell.fds.set(fd, to);
  if (operator.startsWith('&>') || (operator === '>&' && given === undefined)) shell.fds.set(2, to);
  return undefined;
}

function* hereText(
  shell: Shell,
  redirection: Redirection & { readonly type: 'HereDoc' | 'HereString' },
): Call<string> {
  if (redirection.type === 'HereString') return `${yield* expandText(shell, redirection.target)}\n`;
  const { body, delimiter, operator } = redirection;
  const strip = (text: string) => (operator === '<<-' ? text.replaceAll(/^\t+/gm, '') : text);
  if (delimiter?.quoted || !body.parts) return strip(body.text);
  const word = {
    type: 'Word',
    text: body.text,
    value: body.text,
    pos: body.pos,
    end: body.end,
    parts: [
      {
        type: 'DoubleQuoted',
        pos: body.pos,
        end: body.end,
        text: body.text,
        parts: body.parts as never,
      },
    ],
  } as const;
  return strip(yield* expandText(shell, word));
}
