import type { Call, Sys } from '../../host/syscalls.ts';
import type { Client } from './client.ts';
import type { ClientConfig } from './kubeconfig.ts';
import type { FlagValues } from './flags.ts';
import type { RestMapper } from './rest-mapper.ts';

/** A command or subcommand of kubectl: a value, one folder a verb. */
export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** The usage line without `kubectl ` in front. */
  readonly use: string;
  /** One line for the list of commands. */
  readonly short: string;
  /** More for its own help; `short` with a full stop where left out. */
  readonly long?: string;
  readonly examples?: readonly (readonly [what: string, line: string])[];
  /** Own flags in the form of `defineFlags`. */
  readonly flags?: string;
  /** Flags that still work: help is silent about them, and their use is told off with this text. */
  readonly deprecated?: Readonly<Record<string, string>>;
  /** Exit code where a flag is wrong; help is then pointed at as `usageText` does. */
  readonly wrongFlag?: number;
  /** Flags that have to be given. */
  readonly required?: readonly string[];
  readonly commands?: readonly Command[];
  /** What a group does that is called alone; where left out, its help on stderr and exit code 1. */
  readonly bare?: 'stdout' | 'help';
  /** `[options]` is added to the usage line unless it says otherwise. */
  run?(context: Context): Call<void>;
  /** Candidates for the last of the words after the command. */
  complete?(words: readonly string[], completion: Completion): readonly string[];
}

/** All that a running command has. */
export interface Context {
  readonly sys: Sys;
  readonly flags: FlagValues;
  readonly args: readonly string[];
  /** How many arguments stand before `--`; -1 where there is none. */
  readonly dash: number;
  /** `kubectl create service`. */
  readonly path: string;
  /** Kubeconfig and flags joined; reads files when first asked. */
  readonly config: () => ClientConfig;
  readonly client: () => Client;
  readonly mapper: () => Call<RestMapper>;
  /** The namespace to work in, and whether a flag asks for it. */
  readonly namespace: () => { readonly name: string; readonly explicit: boolean };
  out(text: string): Call<void>;
  err(text: string): Call<void>;
}

/** What completion may ask. Candidates come from the API server without time passing. */
export interface Completion {
  types(): readonly string[];
  names(type: string): readonly string[];
  containers(pod: string): readonly string[];
  /** Ports of a pod or a service, as `port-forward` takes them. */
  ports(target: string): readonly string[];
  clusters(): readonly string[];
  users(): readonly string[];
  contexts(): readonly string[];
}

/** Types a command and gives it back. */
export function defineCommand(command: Command): Command {
  return command;
}

/** A usage error that points at the help (`cmdutil.UsageErrorf`). */
export function usageText(context: Context, text: string): string {
  return `${text}\nSee '${context.path} -h' for help and examples`;
}
