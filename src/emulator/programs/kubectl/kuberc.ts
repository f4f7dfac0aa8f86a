import { isErrno } from '../../host/errno.ts';
import type { Sys } from '../../host/syscalls.ts';
import type { Command } from './command.ts';
import { defineFlags } from './flags.ts';
import { decodeYaml } from './yaml/decode.ts';

/** A flag and the value that it has without being given. */
export interface KubercOption {
  name: string;
  default: string;
}

/** Defaults of one command's flags. */
export interface KubercDefault {
  command: string;
  options?: KubercOption[];
}

/** A command of one's own, which stands for another with words in front and behind. */
export interface KubercAlias extends KubercDefault {
  name: string;
  prependArgs?: string[];
  appendArgs?: string[];
}

/** The file of a user's preferences (`kubectl.config.k8s.io/v1beta1` Preference). */
export interface Kuberc {
  kind?: string;
  apiVersion?: string;
  defaults?: KubercDefault[] | null;
  aliases?: KubercAlias[] | null;
}

/** Where the preferences lie: `--kuberc`, `KUBERC`, or the file in the home directory. */
export function kubercPath(sys: Sys, given: string): string {
  return given || sys.env['KUBERC'] || `${sys.env['HOME'] ?? '/root'}/.kube/kuberc`;
}

/** Reads preferences; undefined where there is no such file or it is not one. */
export function readKuberc(sys: Sys, path: string): Kuberc | undefined {
  const found = sys.files.read(path);
  if (isErrno(found)) return undefined;
  const decoded = decodeYaml(found.text);
  const value = decoded.ok ? (decoded.value as Kuberc | null | undefined) : undefined;
  return value?.kind === 'Preference' ? value : undefined;
}

/** The preferences that count for this command line; undefined where they are switched off. */
export function preferences(sys: Sys, argv: readonly string[]): Kuberc | undefined {
  if (sys.env['KUBECTL_KUBERC'] === 'false' || sys.env['KUBERC'] === 'off') return undefined;
  const at = argv.findIndex((word) => word === '--kuberc' || word.startsWith('--kuberc='));
  const word = argv[at] ?? '';
  const given = at < 0 ? '' : word.includes('=') ? word.slice(9) : (argv[at + 1] ?? '');
  return readKuberc(sys, kubercPath(sys, given));
}

/** A command line with its alias resolved: a name of kubectl's own is never one. */
export function resolveAlias(
  { aliases }: Kuberc,
  commands: readonly Command[],
  argv: readonly string[],
): readonly string[] {
  const at = argv.findIndex((word) => !word.startsWith('-'));
  const word = argv[at];
  const alias = aliases?.find(({ name }) => name === word);
  if (!alias || commands.some(({ name }) => name === word)) return argv;
  const rest = argv.slice(at + 1);
  return [
    ...argv.slice(0, at),
    ...alias.command.split(' '),
    ...(alias.prependArgs ?? []),
    ...rest,
    ...missing(alias.options ?? [], rest),
    ...(alias.appendArgs ?? []),
  ];
}

/** The defaults of a command that the line does not give itself, as flags. */
export function defaultFlags(
  { defaults }: Kuberc,
  command: Command,
  path: readonly string[],
  rest: readonly string[],
): readonly string[] {
  const found = defaults?.find((each) => each.command === path.join(' '));
  const flags = defineFlags(command.flags ?? '');
  const options = (found?.options ?? []).filter(({ name }) =>
    flags.some((flag) => flag.name === name),
  );
  const shorts = new Map(flags.map(({ name, short }) => [name, short]));
  return missing(options, rest, shorts);
}

function missing(
  options: readonly KubercOption[],
  words: readonly string[],
  shorts: ReadonlyMap<string, string> = new Map(),
): string[] {
  const given = (name: string) =>
    words.some(
      (word) =>
        word === `--${name}` ||
        word.startsWith(`--${name}=`) ||
        (shorts.get(name) && word.startsWith(`-${shorts.get(name)}`)),
    );
  return options
    .filter(({ name }) => !given(name))
    .map(({ name, default: value }) => `--${name}=${value}`);
}
