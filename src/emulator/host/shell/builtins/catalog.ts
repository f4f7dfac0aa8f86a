import type { Shell } from '../shell.ts';
import type { Builtin } from './builtin.ts';
import { aliases } from './aliases.ts';
import { completion } from './completion.ts';
import { control } from './control.ts';
import { declarations } from './declare.ts';
import { directories } from './directories.ts';
import { input } from './input.ts';
import { jobControl } from './job-control.ts';
import { lookUps } from './look-up.ts';
import { options } from './options.ts';
import { output } from './output.ts';
import { signals } from './signals.ts';

/** All builtins by name. */
const builtins: Readonly<Record<string, Builtin>> = {
  ...aliases,
  ...completion,
  ...control,
  ...declarations,
  ...directories,
  ...input,
  ...jobControl,
  ...lookUps,
  ...options,
  ...output,
  ...signals,
};

/** The builtin of a name, where the shell has it. */
export function findBuiltin({ look }: Shell, name: string): Builtin | undefined {
  return Object.hasOwn(builtins, name) && !look.absent.has(name) ? builtins[name] : undefined;
}

/** Names of all builtins of a shell, sorted. */
export function builtinNames({ look }: Shell): string[] {
  return Object.keys(builtins)
    .filter((name) => !look.absent.has(name))
    .sort();
}
