import type { Call, Fd } from '../syscalls.ts';
import type { Shell } from './interpreter.ts';
import { assign, valueOf } from './state.ts';

/** `read [-r] [-p prompt] [-a array] [-t seconds] [names]`. */
export function* readBuiltin(shell: Shell, words: readonly string[]): Call<number> {
  let raw = false;
  let prompt = '';
  let array: string | undefined;
  let timeout: number | undefined;
  const names: string[] = [];
  for (let i = 1; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '-r') raw = true;
    else if (word === '-s') continue;
    else if (word === '-p') prompt = words[++i] ?? '';
    else if (word === '-a') array = words[++i];
    else if (word === '-t') timeout = Number(words[++i]) * 1_000_000;
    else if (word.startsWith('-')) {
      yield* shell.error(`${shell.title}: read: ${word}: invalid option`);
      return 2;
    } else names.push(word);
  }
  const source = shell.fds.get(0) ?? 0;
  if (prompt && source !== 'null' && shell.sys.isTerminal(source))
    yield* shell.sys.write(2, prompt);
  const line = source === 'null' ? null : yield* readOneLine(shell, source, timeout);
  const text = (line ?? '').replace(/\n$/, '');
  const clean = raw ? text : text.replaceAll(/\\(.)/g, '$1');
  const ifs = valueOf(shell.state, 'IFS') ?? ' \t\n';
  const fields =
    ifs === ''
      ? [clean]
      : clean
          .trim()
          .split(
            ifs.trim() === '' ? /[ \t]+/ : new RegExp(`[${ifs.replaceAll(/[\\\]^-]/g, '\\$&')}]`),
          );
  if (array) assign(shell.state, array, fields.filter(Boolean));
  const targets = names.length > 0 || array ? names : ['REPLY'];
  targets.forEach((name, index) => {
    const last = index === targets.length - 1;
    const value = last ? restAfter(clean, index, ifs, fields) : (fields[index] ?? '');
    assign(shell.state, name, value);
  });
  return line === null || !line.endsWith('\n') ? 1 : 0;
}

function restAfter(text: string, index: number, ifs: string, fields: readonly string[]): string {
  if (index === 0) return ifs.trim() === '' && ifs !== '' ? text.trim() : text;
  return fields.slice(index).join(ifs.trim() === '' ? ' ' : (ifs[0] as string));
}

/** One line of a descriptor; what was read beyond it is kept for the next `read`. */
function* readOneLine(shell: Shell, fd: Fd, timeout: number | undefined): Call<string | null> {
  const key = `__READ_${fd}`;
  let buffer = valueOf(shell.state, key) ?? '';
  while (!buffer.includes('\n')) {
    const piece = yield* shell.sys.read(fd, timeout);
    if (piece === null || /^E[A-Z]+$/.test(piece)) break;
    buffer += piece;
  }
  const cut = buffer.indexOf('\n');
  const line = cut < 0 ? buffer : buffer.slice(0, cut + 1);
  const rest = buffer.slice(line.length);
  if (rest) assign(shell.state, key, rest);
  else shell.state.variables.delete(key);
  return line === '' ? null : line;
}
