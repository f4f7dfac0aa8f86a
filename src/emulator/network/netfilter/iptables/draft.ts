import type { Family } from './address.ts';
import type { ExtensionDefinition, Option } from './extension.ts';
import type { AddressMatch, NameMatch } from './rules.ts';

/**
 * Why a command line was refused: `message` is the tool's text after its name. `hint`: the line
 * "Try `iptables -h' …" follows. Exit 2 is a wrong parameter, 1 and 4 a refusal.
 */
export interface CommandError {
  readonly message: string;
  readonly exit: number;
  readonly hint?: boolean;
  /** The message stands alone, without the tool's name and version in front. */
  readonly bare?: boolean;
  /** Not even the tool's name stands in front. */
  readonly plain?: boolean;
  /** A chain that is not there; the other back end has words of its own for it. */
  readonly missing?: 'target' | 'goto';
}

/** A wrong parameter, with the hint at the help. */
export const wrong = (message: string): CommandError => ({ message, exit: 2, hint: true });

/** Whether a result is a refusal. */
export function isCommandError(value: unknown): value is CommandError {
  return typeof value === 'object' && value !== null && 'exit' in value && 'message' in value;
}

/** The parts of a rule while words are read. */
export interface Draft {
  readonly family: Family;
  readonly hasSet?: (name: string) => boolean;
  readonly hostAddress?: (name: string) => string | undefined;
  readonly warnings: string[];
  /** Letters of the options that were used, as the tool names them in its refusals. */
  readonly used: Set<string>;
  source?: readonly AddressMatch[];
  destination?: readonly AddressMatch[];
  protocol?: NameMatch;
  inInterface?: NameMatch;
  outInterface?: NameMatch;
  fragment?: { readonly invert?: boolean };
  matches: { definition: ExtensionDefinition; options: Option[] }[];
  target?: { name: string; definition?: ExtensionDefinition; options: Option[] };
  goto?: boolean;
  /** What is wrong with the target, to be said when all else was read. */
  late?: CommandError;
}
