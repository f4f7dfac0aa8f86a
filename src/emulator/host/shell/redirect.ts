import type { Redirection } from 'unbash';
import { isErrno, strerror } from '../errno.ts';
import type { Call, Fd, OpenMode } from '../syscalls.ts';
import { expandText } from './expand/words.ts';
import { openNetworkFile } from './network-file.ts';
import type { Shell } from './shell.ts';
import { assign } from './variables.ts';

/** Redirections that were made, and how to take them back. */
export type Redirected = { readonly ok: true; undo(): void } | { readonly ok: false };

const NOTHING: Redirected = { ok: true, undo() {} };

/** Makes redirections in order; a failure is told and undoes those before it. */
export function* redirect(shell: Shell, list: readonly Redirection[]): Call<Redirected> {
  if (list.length === 0) return NOTHING;
  const before = new Map(shell.fds);
  const opened: Fd[] = [];
  const undo = () => {
    for (const fd of opened) shell.sys.close(fd);
    shell.fds.clear();
    for (const [fd, to] of before) shell.fds.set(fd, to);
  };
  for (const each of list) {
    const failed = yield* one(shell, each, opened);
    if (failed === undefined) continue;
    undo();
    yield* shell.complain(failed);
    return { ok: false };
  }
  return { ok: true, undo };
}

function* one(shell: Shell, redirection: Redirection, opened: Fd[]): Call<string | undefined> {
  const { descriptor } = redirection;
  const given = descriptor?.type === 'FileDescriptor' ? descriptor.value : undefined;
  if (redirection.type !== 'Redirect') {
    const text = yield* hereText(shell, redirection);
    shell.fds.set(given ?? 0, yield* filled(shell, text, opened));
    return undefined;
  }
  const { operator } = redirection;
  const target = yield* expandText(shell, redirection.target);
  const reads = operator === '<' || operator === '<&' || operator === '<>';
  let fd = given ?? (reads ? 0 : 1);
  if (descriptor?.type === 'FileDescriptorVariable') {
    fd = 10;
    while (shell.fds.has(fd)) fd += 1;
    assign(shell, descriptor.name, String(fd));
  }
  const both = operator === '&>' || operator === '&>>';
  if (operator === '>&' || operator === '<&') {
    const done = duplicate(shell, fd, target, operator === '>&' && given === undefined);
    if (done !== 'open') return done;
  }
  const path = target;
  if (operator === '>' && shell.state.options.noclobber) {
    const stat = shell.sys.files.stat(path);
    if (!isErrno(stat) && stat.type === 'file') return `${path}: cannot overwrite existing file`;
  }
  const made = (yield* openNetworkFile(shell, path)) ?? shell.sys.open(path, modeOf(operator));
  if (isErrno(made)) return refusal(shell, path, made, reads);
  opened.push(made);
  shell.fds.set(fd, made);
  if (both || (operator === '>&' && given === undefined)) shell.fds.set(2, made);
  return undefined;
}

function refusal(
  shell: Shell,
  path: string,
  errno: Parameters<typeof strerror>[0],
  reads: boolean,
) {
  if (shell.look.bash) return `${path}: ${strerror(errno)}`;
  const why =
    errno === 'ENOENT' ? (reads ? 'No such file' : 'Directory nonexistent') : strerror(errno);
  if (shell.look.name === 'dash') return `cannot ${reads ? 'open' : 'create'} ${path}: ${why}`;
  const said = errno === 'ENOENT' ? (reads ? 'no such file' : 'nonexistent directory') : why;
  return `can't ${reads ? 'open' : 'create'} ${path}: ${said}`;
}

function modeOf(operator: string): OpenMode {
  if (operator === '<') return 'r';
  if (operator === '<>') return 'r+';
  return operator.endsWith('>>') ? 'a' : 'w';
}

/** `>&2`, `2>&1`, `3>&-`; `open` where the word is a file's name (`>& file`). */
function duplicate(
  shell: Shell,
  fd: Fd,
  target: string,
  mayBeFile: boolean,
): string | undefined | 'open' {
  if (target === '-') {
    shell.fds.delete(fd);
    return undefined;
  }
  const moved = /^(\d+)-$/.exec(target)?.[1];
  const number = moved ?? (/^\d+$/.test(target) ? target : undefined);
  if (number === undefined) return mayBeFile ? 'open' : `${target}: ambiguous redirect`;
  const source = shell.fds.get(Number(number));
  if (source === undefined) return `${number}: Bad file descriptor`;
  shell.fds.set(fd, source);
  if (moved !== undefined) shell.fds.delete(Number(moved));
  return undefined;
}

/** A descriptor from which a text can be read: a pipe that is full already, or a file. */
function* filled(shell: Shell, text: string, opened: Fd[]): Call<Fd> {
  const { sys } = shell;
  const pipe = sys.pipe();
  opened.push(pipe.read);
  yield* sys.write(pipe.write, text);
  sys.close(pipe.write);
  return pipe.read;
}

function* hereText(
  shell: Shell,
  redirection: Redirection & { readonly type: 'HereDoc' | 'HereString' },
): Call<string> {
  if (redirection.type === 'HereString') return `${yield* expandText(shell, redirection.target)}\n`;
  const { body, delimiter, operator } = redirection;
  const strip = (text: string) => (operator === '<<-' ? text.replaceAll(/^\t+/gm, '') : text);
  if (delimiter?.quoted) return strip(body.text);
  if (!body.parts) return strip(body.text.replaceAll(/\\([\\$`])|\\\n/g, '$1'));
  const { text, pos, end } = body;
  const quoted = { type: 'DoubleQuoted' as const, text, pos, end, parts: body.parts as never };
  return strip(
    yield* expandText(shell, { type: 'Word', text, value: text, pos, end, parts: [quoted] }),
  );
}
