import type { NetworkConfig } from '../../network/api.ts';

/** Options before the object: `ip -4 -br addr`. */
export interface IpOptions {
  readonly family?: 'inet' | 'inet6' | 'link';
  readonly stats: boolean;
  readonly details: boolean;
  readonly oneline: boolean;
  readonly brief: boolean;
  readonly json: boolean;
  readonly pretty: boolean;
  readonly netns?: string;
}

/** What a subcommand gives back: text, or an error with the exit code of its kind. */
export interface IpResult {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit: number;
}

/** What a subcommand works with. */
export interface IpContext {
  readonly network: NetworkConfig;
  readonly options: IpOptions;
  readonly root: boolean;
  /** Named namespaces of this host (`/run/netns`), oldest first. */
  readonly netnsNames: readonly string[];
}

export const ok = (stdout = ''): IpResult => ({ stdout, exit: 0 });
/** A message on stderr; 1 is a refusal of the tool, 2 one of the kernel, 255 a wrong word. */
export const fail = (stderr: string, exit: number): IpResult => ({ stderr: `${stderr}\n`, exit });
export const notModelled = (what: string): IpResult => fail(`ip: ${what} is not modelled here`, 2);
export const noDevice = (name: string): IpResult => fail(`Device "${name}" does not exist.`, 1);
export const cannotFind = (name: string): IpResult => fail(`Cannot find device "${name}"`, 1);

const errnoTexts: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'Cannot assign requested address',
  EEXIST: 'File exists',
  EINVAL: 'Invalid argument',
  ENETUNREACH: 'Network is unreachable',
  EHOSTUNREACH: 'No route to host',
  ENOENT: 'No such file or directory',
  EPERM: 'Operation not permitted',
  ESRCH: 'No such process',
  EACCES: 'Permission denied',
};

/** What the kernel refused, as rtnetlink's errno. */
export function answers(errno: string): IpResult {
  return fail(`RTNETLINK answers: ${errnoTexts[errno] ?? errno}`, 2);
}

export const denied = answers('EPERM');

/** The command that a word stands for: the first that begins with it, as iproute2's `matches`. */
export function abbreviated(word: string, names: readonly string[]): string | undefined {
  return word === '' ? undefined : names.find((name) => name.startsWith(word));
}

/** JSON as iproute2 prints it, on one line or (`-p`) over several. */
export function json(value: unknown, { pretty }: IpOptions): string {
  if (!pretty) return `${JSON.stringify(value)}\n`;
  return `${JSON.stringify(value, null, 4)}\n`;
}
