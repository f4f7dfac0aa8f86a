import type { Command } from './command.ts';
import { groups } from './command-order.ts';
import { defineFlags, type Flag } from './flags.ts';
import { globalFlags } from './global-flags.ts';
import { flagDoc } from './flag-docs.ts';
import { examplesOf } from './help-examples.ts';

const OPTIONS =
  'Use "kubectl options" for a list of global command-line options (applies to all commands).\n';

/** Commands whose help says where the types are listed. */
const listed = new Set(['annotate', 'describe', 'explain', 'get'].map((name) => `kubectl ${name}`));
const RESOURCES = 'Use "kubectl api-resources" for a complete list of supported resources.';

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

function intro({ long, short, examples: own }: Command, path: string): string {
  const examples = own ?? examplesOf(path);
  let text = `${long ?? sentence(short)}\n`;
  if (listed.has(path)) text += `\n${RESOURCES}\n`;
  if (examples.length > 0) {
    const shown = examples.map(
      ([what, line]) => `  # ${what}\n  ${line.replaceAll('\n', '\n  ')}\n`,
    );
    text += `\nExamples:\n${shown.join('  \n')}`;
  }
  return text;
}

function usage(command: Command): string {
  if (command.use === '') return '';
  const options = command.use.includes('[options]') ? '' : ' [options]';
  return `\nUsage:\n  kubectl ${command.use}${options}\n`;
}

function aliasLine({ name, aliases = [] }: Command): string {
  return aliases.length === 0 ? '' : `\nAliases:\n${[name, ...aliases].join(', ')}\n`;
}

/** What `kubectl VERB --help` prints. */
export function commandHelp(command: Command, path: string): string {
  // The list of flags says nothing of itself.
  if (path === 'kubectl options') return '';
  const flags = defineFlags(command.flags ?? '');
  let text = aliasLine(command) === '' ? intro(command, path) : withAliases(command, path);
  if (flags.length > 0) text += optionsOf(command);
  return `${text}${usage(command)}\n${OPTIONS}`;
}

function withAliases(command: Command, path: string): string {
  const [first = '', ...rest] = intro(command, path).split('\n\nExamples:\n');
  const examples = rest.length > 0 ? `\nExamples:\n${rest.join('')}` : '';
  return `${first.trimEnd()}\n${aliasLine(command)}${examples}`;
}

/** Help of a command that has subcommands. */
export function groupHelp(command: Command, path: string): string {
  const commands = command.commands ?? [];
  const width = Math.max(13, ...commands.map(({ name }) => name.length + 2));
  const list = commands.map(({ name, short }) => `  ${name.padEnd(width)} ${short}\n`);
  const flags = command.flags ? optionsOf(command) : '';
  const lead = aliasLine(command) === '' ? intro(command, path) : withAliases(command, path);
  return (
    `${lead}\nAvailable Commands:\n${list.join('')}${flags}${usage(command)}\n` +
    `Use "${path} <command> --help" for more information about a given command.\n` +
    (command.use === '' ? '' : OPTIONS)
  );
}

function optionsOf({ flags = '', deprecated = {} }: Command): string {
  const shown = defineFlags(flags).filter(({ name }) => !Object.hasOwn(deprecated, name));
  return `\nOptions:\n${flagLines(shown)}`;
}

/** Flags in order of their names, each with its line. */
function flagLines(flags: readonly Flag[]): string {
  return flags
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(
      ({ name, short, shown }) =>
        `    ${short ? `-${short}, ` : ''}--${name}=${shown}:\n\t${flagDoc(name)}\n`,
    )
    .join('\n');
}

/** What `kubectl options` prints to a user with this home. */
export function optionsText(home: string): string {
  const lines = flagLines(globalFlags).replace('$HOME', home);
  return `The following options can be passed to any command:\n\n${lines}`;
}

/** What `kubectl help --help` prints. */
export function helpOfHelp(): string {
  return (
    'Help shows what a command does and takes.\nThe path to the command comes behind: ' +
    'kubectl help [path to command].\n\n' +
    `Usage:\n  kubectl help [command] [flags] [options]\n\n${OPTIONS}`
  );
}

/** What `kubectl` alone prints. */
export function rootHelp(commands: readonly Command[]): string {
  return (
    'kubectl controls the Kubernetes cluster manager.\n\n' +
    ' Find more information at: https://kubernetes.io/docs/reference/kubectl/\n' +
    rootUsage(commands)
  );
}

/** The list of commands, as it also stands after an unknown help topic. */
export function rootUsage(commands: readonly Command[]): string {
  let text = '\n';
  for (const { title, names } of groups) {
    text += `${title}:\n`;
    for (const name of names) {
      const command = commands.find((each) => each.name === name);
      if (command && name !== 'options') text += `  ${name.padEnd(15)} ${command.short}\n`;
    }
    text += '\n';
  }
  text += 'Usage:\n  kubectl [flags] [options]\n\n';
  text += 'Use "kubectl <command> --help" for more information about a given command.\n';
  return text + OPTIONS;
}
