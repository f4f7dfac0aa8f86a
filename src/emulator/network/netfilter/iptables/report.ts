// What the tool says beside its work: with `-v`, and as the older back end.
import type { Command } from './command.ts';
import { ruleLine } from './list.ts';
import type { CommandError } from './draft.ts';
import type { Table } from './rules.ts';
import { sortChains } from './tables.ts';

/** What `-v` tells of a change: the rules as they were read, or the chains that are emptied. */
export function verboseText(command: Command, table: Table): string {
  if (!command.verbose) return '';
  const chains = sortChains(table.name, table.chains);
  const named = chains.filter(({ name }) => command.chain === undefined || name === command.chain);
  switch (command.act) {
    case 'F':
      return named.map(({ name }) => `Flushing chain \`${name}'\n`).join('');
    case 'X':
      return named
        .filter(({ policy }) => policy === undefined)
        .map(({ name }) => `Deleting chain \`${name}'\n`)
        .join('');
    case 'A':
    case 'I':
    case 'R':
      return command.rules.map((rule) => `${ruleLine(rule)}\n`).join('');
    case 'D':
      return command.number === undefined
        ? command.rules.map((rule) => `${ruleLine(rule)}\n`).join('')
        : '';
    default:
      return '';
  }
}

/** Why the older back end does not delete a chain. */
export function legacyBusy({ message }: CommandError, { chains }: Table): CommandError {
  const name = message.split(' ').at(-1);
  const own = chains.find((each) => each.name === name);
  const used = chains.some(({ rules }) => rules.some(({ target }) => target?.name === name));
  const why = own?.policy
    ? "Invalid argument. Run `dmesg' for more information."
    : used
      ? 'Too many links.'
      : 'Directory not empty.';
  return { message: why, exit: 1, bare: true };
}

/** What the older back end says of a chain that is not there: it looks for a module first. */
export function notLoaded(error: CommandError, missing: 'target' | 'goto'): CommandError {
  const name = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const message =
    missing === 'goto'
      ? `goto '${name}' is not a chain`
      : `Couldn't load target \`${name}':No such file or directory\n`;
  return { ...error, message };
}
