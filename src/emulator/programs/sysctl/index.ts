import type { Call, Process, Program, Sys } from '../../host/syscalls.ts';
import { sysctlNames } from '../../network/sysctl.ts';

interface Flags {
  readonly names: boolean;
  readonly values: boolean;
  readonly quiet: boolean;
  readonly ignore: boolean;
}

const CONF = '/etc/sysctl.conf';

/** procps-ng 4.0 `sysctl`. */
const sysctl: Program = {
  name: 'sysctl',
  paths: ['/usr/sbin/sysctl', '/sbin/sysctl'],
  *run(argv, sys): Process {
    const letters = new Set<string>();
    const words: string[] = [];
    for (const word of argv.slice(1)) {
      const long = {
        '--all': 'a',
        '--values': 'n',
        '--names': 'N',
        '--quiet': 'q',
        '--write': 'w',
        '--ignore': 'e',
        '--load': 'p',
        '--system': 'S',
      }[word];
      if (long !== undefined) letters.add(long);
      else if (/^-[a-zA-Z]+$/.test(word)) for (const letter of word.slice(1)) letters.add(letter);
      else words.push(word);
    }
    const unknown = [...letters].find((letter) => !'anNqwepSAXx'.includes(letter));
    if (unknown !== undefined) {
      const usage = '\nUsage:\n sysctl [options] [variable[=value] ...]\n';
      yield* sys.write(2, `sysctl: invalid option -- '${unknown}'\n${usage}`);
      return 1;
    }
    const flags: Flags = {
      names: letters.has('N'),
      values: letters.has('n'),
      quiet: letters.has('q'),
      ignore: letters.has('e'),
    };
    if (letters.has('a')) return yield* showAll(sys, flags);
    if (letters.has('S')) return yield* loadSystem(sys, flags);
    if (letters.has('p')) return yield* load(sys, words.length > 0 ? words : [CONF], flags);
    if (words.length === 0) {
      yield* sys.write(
        2,
        "sysctl: no variables specified\nTry `sysctl --help' for more information.\n",
      );
      return 1;
    }
    let exit = 0;
    for (const word of words) {
      const code = word.includes('=')
        ? yield* assign(sys, word, flags)
        : yield* show(sys, word, flags);
      if (code !== 0) exit = code;
    }
    return exit;
  },
};

export default sysctl;

/** Slashes may stand for dots, as in the paths below /proc/sys. */
const dotted = (name: string) =>
  name.includes('/') && !name.includes('.') ? name.replaceAll('/', '.') : name;
const path = (name: string) => `/proc/sys/${name.replaceAll('.', '/')}`;

function line(name: string, value: string, { names, values }: Flags): string {
  if (names) return `${name}\n`;
  return values ? `${value}\n` : `${name} = ${value}\n`;
}

function* show(sys: Sys, word: string, flags: Flags): Call<number> {
  const name = dotted(word);
  const value = sys.network.sysctl(name);
  if (value === undefined) return yield* missing(sys, name, flags);
  yield* sys.write(1, line(name, value, flags));
  return 0;
}

function* missing(sys: Sys, name: string, { ignore }: Flags): Call<number> {
  if (ignore) return 0;
  yield* sys.write(2, `sysctl: cannot stat ${path(name)}: No such file or directory\n`);
  return 1;
}

function* assign(sys: Sys, word: string, flags: Flags): Call<number> {
  const at = word.indexOf('=');
  const name = dotted(word.slice(0, at).trim());
  const value = word.slice(at + 1).trim();
  if (name === '' || value === '') {
    yield* sys.write(2, `sysctl: malformed setting "${word}"\n`);
    return 1;
  }
  if (sys.network.sysctl(name) === undefined) return yield* missing(sys, name, flags);
  if (sys.user !== 'root') {
    yield* sys.write(2, `sysctl: permission denied on key "${name}"\n`);
    return 1;
  }
  sys.network.setSysctl(name, value);
  if (!flags.quiet) yield* sys.write(1, line(name, value, flags));
  return 0;
}

function* showAll(sys: Sys, flags: Flags): Call<number> {
  const devices = sys.network.links().map(({ name }) => name);
  const lines = sysctlNames(devices).map((name) =>
    line(name, sys.network.sysctl(name) ?? '', flags),
  );
  yield* sys.write(1, lines.join(''));
  return 0;
}

function* load(sys: Sys, files: readonly string[], flags: Flags): Call<number> {
  let exit = 0;
  for (const name of files) {
    const file = sys.files.read(name);
    if (typeof file === 'string') {
      yield* sys.write(2, `sysctl: cannot open "${name}": No such file or directory\n`);
      exit = 1;
      continue;
    }
    for (const raw of file.text.split('\n')) {
      const text = raw.trim();
      if (text === '' || /^[#;]/.test(text)) continue;
      const code = yield* assign(sys, text, flags);
      if (code !== 0) exit = code;
    }
  }
  return exit;
}

/** Directories in the order of sysctl.d(5); a file of a name found before hides later ones. */
function* loadSystem(sys: Sys, flags: Flags): Call<number> {
  const found = new Map<string, string>();
  for (const folder of [
    '/etc/sysctl.d',
    '/run/sysctl.d',
    '/usr/local/lib/sysctl.d',
    '/usr/lib/sysctl.d',
    '/lib/sysctl.d',
  ]) {
    const names = sys.files.list(folder);
    if (typeof names === 'string') continue;
    for (const name of names)
      if (name.endsWith('.conf') && !found.has(name)) found.set(name, `${folder}/${name}`);
  }
  const files = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  if (typeof sys.files.stat(CONF) !== 'string') files.push(CONF);
  let exit = 0;
  for (const file of files) {
    yield* sys.write(1, `* Applying ${file} ...\n`);
    const code = yield* load(sys, [file], flags);
    if (code !== 0) exit = code;
  }
  return exit;
}
