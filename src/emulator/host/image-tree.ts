import type { Image } from './runtime-api.ts';

/** The files of an image by path, and its directories with the names in them. */
export interface ImageTree {
  readonly files: ReadonlyMap<string, { readonly text: string; readonly mode: number }>;
  readonly directories: ReadonlySet<string>;
  readonly children: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Files that the kernel answers for. */
export const devices = new Set([
  '/dev/null',
  '/dev/zero',
  '/dev/stdin',
  '/dev/stdout',
  '/dev/stderr',
  '/dev/tty',
  '/dev/random',
  '/dev/urandom',
]);

/** Directories that every root has. */
const basics =
  `/bin /boot /dev /etc /home /lib /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp
/usr /usr/bin /usr/lib /usr/local /usr/local/bin /usr/local/sbin /usr/sbin /usr/share /var
/var/cache /var/lib /var/log /var/run /var/tmp`.split(/\s+/);

/** The text that stands for the bytes of an executable. */
export const BINARY = '\x7fELF';

/**
 * The bytes of an executable that may be copied and renamed: it stays the same program, with the
 * words that are built into it before those it is started with.
 */
export const binaryOf = (program: string, ...builtIn: readonly string[]): string =>
  `${BINARY} ${[program, ...builtIn].join(' ')}\n`;

/** The program of such a file and its built-in words; undefined for all other files. */
export function readBinary(text: string): readonly [program: string, ...string[]] | undefined {
  const words = /^\x7fELF (\S.*)\n$/.exec(text)?.[1]?.split(' ');
  return words as [string, ...string[]] | undefined;
}

/** The tree of an image; it is to be made once, as an image does not change. */
export function createImageTree(image: Image, executables: ReadonlyMap<string, string>): ImageTree {
  const files = new Map<string, { readonly text: string; readonly mode: number }>();
  for (const path of executables.keys()) files.set(path, { text: BINARY, mode: 0o755 });
  for (const [path, text] of Object.entries(image.files ?? {})) {
    files.set(path, { text, mode: /^(#!|\x7fELF)/.test(text) ? 0o755 : 0o644 });
  }
  const children = new Map<string, Set<string>>([['/', new Set()]]);
  const addDirectory = (path: string): Set<string> => {
    const found = children.get(path);
    if (found) return found;
    const made = new Set<string>();
    children.set(path, made);
    const cut = path.lastIndexOf('/');
    addDirectory(path.slice(0, cut) || '/').add(path.slice(cut + 1));
    return made;
  };
  for (const path of [...basics, ...(image.directories ?? [])]) addDirectory(path);
  for (const path of [...files.keys(), ...devices]) {
    const cut = path.lastIndexOf('/');
    addDirectory(path.slice(0, cut) || '/').add(path.slice(cut + 1));
  }
  return { files, directories: new Set(children.keys()), children };
}
