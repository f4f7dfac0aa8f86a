import type { ShellLook } from './shell.ts';

/** The GNU Bourne-Again shell, of the machines and of Debian images. */
export const bash: ShellLook = {
  name: 'bash',
  bash: true,
  prompt: '\\u@\\h:\\w\\$ ',
  absent: new Set(),
};

const onlyBash = (
  'declare typeset shopt mapfile readarray pushd popd dirs builtin complete disown logout ' +
  'history'
).split(' ');

/** /bin/sh of Debian. */
export const dash: ShellLook = {
  name: 'dash',
  bash: false,
  prompt: '\\$ ',
  absent: new Set([...onlyBash, 'source', 'let']),
};

/** /bin/sh of busybox and Alpine. */
export const ash: ShellLook = {
  name: 'ash',
  bash: false,
  prompt: '\\w \\$ ',
  absent: new Set(onlyBash.filter((name) => name !== 'history')),
};
