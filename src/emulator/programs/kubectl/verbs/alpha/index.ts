import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, type Command, type Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { printFlags } from '../../flag-sets.ts';
import {
  kubercPath,
  readKuberc,
  type Kuberc,
  type KubercAlias,
  type KubercDefault,
} from '../../kuberc.ts';
import { asJson, type Obj } from '../../object.ts';
import { printerFor } from '../../printers/printer.ts';
import { encodeYaml } from '../../yaml/encode.ts';

const VERSION = 'kubectl.config.k8s.io/v1beta1';

const view: Command = {
  name: 'view',
  use: 'alpha kuberc view',
  short: 'Display the current kuberc configuration',
  flags: `${printFlags.replace("output=''", "output='yaml'")} kuberc=''`,
  *run(context: Context): Call<void> {
    const path = kubercPath(context.sys, context.flags.text('kuberc'));
    const found = readKuberc(context.sys, path);
    if (!found) {
      yield* offer(context, path);
      return;
    }
    const { kind, apiVersion, defaults, aliases } = found;
    const shown = { kind, apiVersion, defaults: defaults ?? [], aliases: aliases ?? [] };
    yield* printerFor(context)?.print(shown as unknown as Obj, { typed: true }) ?? [];
  },
};

/** Asks whether to begin with what upstream recommends. */
function* offer(context: Context, path: string): Call<void> {
  yield* context.out(
    `kuberc file not found at ${path}\n` +
      'Would you like to generate a default kuberc file with recommended options? (y/N): ',
  );
  const answer = yield* context.sys.read(0);
  if (typeof answer !== 'string' || !/^y(es)?\s*$/i.test(answer)) return;
  const option = (command: string, name: string): KubercDefault => ({
    command,
    options: [{ name, default: 'true' }],
  });
  const defaults = [option('apply', 'server-side'), option('delete', 'interactive')];
  yield* store(context, path, { aliases: null, defaults });
}

function* store(context: Context, path: string, kuberc: Kuberc): Call<void> {
  const { files } = context.sys;
  files.makeDirectory(path.replace(/\/[^/]*$/, '') || '/', { parents: true });
  const text = encodeYaml(asJson({ ...kuberc, apiVersion: VERSION, kind: 'Preference' }));
  const failure = files.write(path, text);
  if (failure && isErrno(failure)) throw failed(`error writing kuberc file: ${failure}`);
  yield* context.out(`Updated ${path}\n`);
}

const set: Command = {
  name: 'set',
  use: 'alpha kuberc set --section (defaults|aliases) --command COMMAND',
  short: 'Set values in the kuberc configuration',
  flags: `appendarg=[*] command='' kuberc='' name='' option=[*] overwrite=false prependarg=[*]
    section=''`,
  required: ['command', 'section'],
  *run(context: Context): Call<void> {
    const { flags, sys } = context;
    const section = flags.text('section');
    const name = flags.text('name');
    if (section !== 'defaults' && section !== 'aliases') {
      throw failed(`--section must be "defaults" or "aliases", got: ${section}`);
    }
    if (section === 'aliases' && name === '') {
      throw failed('--name is required when --section=aliases');
    }
    if (section === 'defaults' && name !== '') {
      throw failed('--name should not be specified when --section=defaults');
    }
    const options = flags.list('option').map(optionOf);
    const path = kubercPath(sys, flags.text('kuberc'));
    const kuberc = readKuberc(sys, path) ?? { defaults: null, aliases: null };
    const command = flags.text('command');
    if (section === 'defaults') {
      const entry = { command, ...(options.length > 0 && { options }) };
      const same = (each: KubercDefault) => each.command === command;
      kuberc.defaults = placed(context, kuberc.defaults, entry, same);
    } else {
      const entry: KubercAlias = {
        name,
        command,
        ...(flags.list('prependarg').length > 0 && { prependArgs: [...flags.list('prependarg')] }),
        ...(flags.list('appendarg').length > 0 && { appendArgs: [...flags.list('appendarg')] }),
        ...(options.length > 0 && { options }),
      };
      const same = (each: KubercAlias) => each.name === name;
      kuberc.aliases = placed(context, kuberc.aliases, entry, same);
    }
    yield* store(context, path, kuberc);
  },
};

function optionOf(text: string) {
  const cut = text.indexOf('=');
  if (cut < 0) throw failed(`invalid option format "${text}", expected flag=value`);
  return { name: text.slice(0, cut), default: text.slice(cut + 1) };
}

/** Puts an entry in; one that is there is replaced only by leave. */
function placed<T extends KubercDefault>(
  { flags }: Context,
  list: T[] | null | undefined,
  entry: T,
  same: (each: T) => boolean,
): T[] {
  const before = list ?? [];
  if (!before.some(same)) return [...before, entry];
  if (!flags.on('overwrite')) {
    const what =
      flags.text('section') === 'defaults'
        ? `defaults for command "${entry.command}"`
        : `alias "${flags.text('name')}"`;
    throw failed(
      `${what} already exist${what.startsWith('alias') ? 's' : ''}, use --overwrite to replace`,
    );
  }
  return before.map((each) => (same(each) ? entry : each));
}

export default defineCommand({
  name: 'alpha',
  use: '',
  bare: 'help',
  short: 'Commands for features in alpha',
  long: 'These commands are for features that are alpha and that clusters do not have by default.',
  commands: [
    {
      name: 'kuberc',
      use: 'alpha kuberc SUBCOMMAND',
      short: 'Manage kuberc configuration files',
      long:
        'Manage the file of preferences (kuberc).\n\n It holds defaults for flags and commands ' +
        'of your own.',
      examples: [
        ['What the file says', 'kubectl alpha kuberc view'],
        [
          'A default for a flag',
          'kubectl alpha kuberc set --section defaults --command get --option output=wide',
        ],
      ],
      commands: [set, view],
    },
  ],
});
