import type { ProcessInfo, Sys } from '../../host/syscalls.ts';
import { unitPath } from '../journal.ts';

/** A service as its files tell it. */
export interface Unit {
  /** With its suffix. */
  readonly name: string;
  readonly path: string;
  readonly dropIns: readonly string[];
  readonly description: string;
  readonly documentation: readonly string[];
  /** The words that it is started with; empty where the file has none. */
  readonly command: readonly string[];
}

/** Reads a unit's file and its drop-ins; undefined where there is no such unit. */
export function readUnit(sys: Sys, name: string): Unit | undefined {
  const path = unitPath(sys, name);
  if (path === undefined) return undefined;
  const dropIns = [`/etc/systemd/system/${name}.d`, `/usr/lib/systemd/system/${name}.d`].flatMap(
    (folder) => {
      const files = sys.files.list(folder);
      if (typeof files === 'string') return [];
      return files.filter((file) => file.endsWith('.conf')).map((file) => `${folder}/${file}`);
    },
  );
  const lines = [path, ...dropIns].flatMap((file) => directives(textOf(sys, file)));
  const all = (key: string) =>
    lines.reduce<string[]>((kept, [name, value]) => {
      if (name !== key) return kept;
      // An empty assignment takes back what came before.
      return value === '' ? [] : [...kept, value];
    }, []);
  return {
    ...{ name, path, dropIns },
    description: all('Description').at(-1) ?? name,
    documentation: all('Documentation').flatMap((each) => each.split(/\s+/)),
    command: expand(all('ExecStart').at(-1) ?? '', environment(sys, lines)),
  };
}

const textOf = (sys: Sys, path: string) => {
  const found = sys.files.read(path);
  return typeof found === 'string' ? '' : found.text;
};

function directives(text: string): [key: string, value: string][] {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => /^[A-Za-z]+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).trim()]);
}

function environment(sys: Sys, lines: readonly (readonly [string, string])[]) {
  const found = new Map<string, string>();
  const take = (text: string) => {
    const [, name, value] = /^"?([A-Za-z_]\w*)=(?:"([^"]*)|([^"]*))/.exec(text.trim()) ?? [];
    if (name) found.set(name, value ?? /=\s*(.*?)"?$/.exec(text.trim())?.[1] ?? '');
  };
  for (const [key, value] of lines) {
    if (key === 'Environment') take(value);
    if (key !== 'EnvironmentFile') continue;
    for (const line of textOf(sys, value.replace(/^-/, '')).split('\n')) take(line);
  }
  return found;
}

/** A word that is a variable alone becomes all the words of its value. */
function expand(command: string, variables: ReadonlyMap<string, string>): string[] {
  return command
    .split(/\s+/)
    .flatMap((word) => {
      const name = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(word)?.[1];
      return name ? (variables.get(name) ?? '').split(/\s+/) : [word];
    })
    .filter((word) => word !== '');
}

/** The main process of a unit, if it runs. */
export function mainProcess(sys: Sys, { command }: Unit): ProcessInfo | undefined {
  const base = (path: string | undefined) => path?.split('/').at(-1);
  return sys
    .processes()
    .find(
      ({ argv, sandbox, parent }) =>
        sandbox === 'host' && parent === 1 && base(argv[0]) === base(command[0]),
    );
}
