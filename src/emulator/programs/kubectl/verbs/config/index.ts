import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, usageText, type Command, type Context } from '../../command.ts';
import { failed, throwAll } from '../../failure.ts';
import { commandHelp } from '../../help.ts';
import { loadKubeconfig } from '../../kubeconfig.ts';
import { alignTable } from '../../printers/table.ts';
import { changeFile } from './file.ts';
import { setCluster, setContext, setCredentials } from './entries.ts';
import { set, unset } from './property.ts';
import { wrongArguments } from './usage.ts';
import { view } from './view.ts';

const currentContext: Command = {
  name: 'current-context',
  use: 'config current-context [flags]',
  short: 'Display the current-context',
  *run(context: Context): Call<void> {
    const current = loadKubeconfig(context.sys, context.flags, true)['current-context'];
    if (!current) throw failed('current-context is not set');
    yield* context.out(`${current}\n`);
  },
};

const getContexts: Command = {
  name: 'get-contexts',
  use: 'config get-contexts [(-o|--output=)name)]',
  short: 'Describe one or many contexts',
  flags: "no-headers=false -o|output=''",
  *run(context: Context): Call<void> {
    const { flags, args } = context;
    const output = flags.text('output');
    if (output !== '' && output !== 'name') {
      throw failed(
        `--output ${output} is not available in kubectl config get-contexts; ` +
          'resetting to default output format',
      );
    }
    const config = loadKubeconfig(context.sys, flags, true);
    const all = [...(config.contexts ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
    const chosen = args.length === 0 ? all : all.filter(({ name }) => args.includes(name));
    if (output === 'name') for (const { name } of chosen) yield* context.out(`${name}\n`);
    else {
      const rows = chosen.map(({ name, context: each }) =>
        [
          name === config['current-context'] ? '*' : '',
          name,
          each?.['cluster'] ?? '',
          each?.['user'] ?? '',
          each?.['namespace'] ?? '',
        ].join('\t'),
      );
      const head = 'CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE';
      yield* context.out(alignTable(flags.on('no-headers') ? rows : [head, ...rows]));
    }
    const missing = args.filter((name) => !all.some((each) => each.name === name));
    if (missing.length > 0) {
      throwAll(missing.map((name) => ({ type: 'text', text: `context ${name} not found` })));
    }
  },
};

const useContext: Command = {
  name: 'use-context',
  aliases: ['use'],
  use: 'config use-context CONTEXT_NAME',
  short: 'Set the current-context in a kubeconfig file',
  *run(context: Context): Call<void> {
    const [name] = context.args;
    if (context.args.length !== 1 || name === undefined) {
      yield* wrongArguments(context, useContext);
      return;
    }
    const config = loadKubeconfig(context.sys, context.flags, true);
    if (!config.contexts?.some((each) => each.name === name)) {
      throw failed(`no context exists with the name: "${name}"`);
    }
    changeFile(context, (file) => void (file['current-context'] = name));
    yield* context.out(`Switched to context "${name}".\n`);
  },
  complete: (_words, { contexts }) => contexts(),
};

function lister(name: string, list: 'clusters' | 'users', short: string): Command {
  return {
    name,
    use: `config ${name} [flags]`,
    short,
    *run(context: Context): Call<void> {
      const entries = loadKubeconfig(context.sys, context.flags, true)[list] ?? [];
      const names = entries.map((each) => each.name).sort();
      yield* context.out(`NAME\n${names.map((each) => `${each}\n`).join('')}`);
    },
  };
}

function remover(what: 'cluster' | 'context' | 'user'): Command {
  const list = `${what}s` as const;
  const own: Command = {
    name: `delete-${what}`,
    use: `config delete-${what} NAME`,
    short: `Delete the specified ${what} from the kubeconfig`,
    *run(context: Context): Call<void> {
      const [name] = context.args;
      if (context.args.length !== 1 || name === undefined) {
        if (what === 'user') throw failed(usageText(context, 'user to delete is required'));
        yield* context.out(commandHelp(own, context.path));
        return;
      }
      let path = '';
      let active = false;
      const found = loadKubeconfig(context.sys, context.flags, true);
      path = changeFile(context, (file, where) => {
        if (!found[list]?.some((each) => each.name === name)) {
          throw failed(`cannot delete ${what} ${name}, not in ${where}`);
        }
        file[list] = (file[list] ?? []).filter((each) => each.name !== name);
        active = what === 'context' && found['current-context'] === name;
      });
      if (active) {
        yield* context.err(
          'warning: this removed your active context, use "kubectl config ' +
            'use-context" to select a different one\n',
        );
      }
      yield* context.out(`deleted ${what} ${name} from ${path}\n`);
    },
  };
  return own;
}

const renameContext: Command = {
  name: 'rename-context',
  use: 'config rename-context CONTEXT_NAME NEW_NAME',
  short: 'Rename a context from the kubeconfig file',
  *run(context: Context): Call<void> {
    const [from = '', to = ''] = context.args;
    if (context.args.length !== 2) {
      yield* wrongArguments(context, renameContext);
    }
    const config = loadKubeconfig(context.sys, context.flags, true);
    if (!config.contexts?.some(({ name }) => name === from)) {
      throw failed(
        `cannot rename the context "${from}", it's not in ${changeFile(context, () => undefined)}`,
      );
    }
    if (config.contexts.some(({ name }) => name === to)) {
      throw failed(
        `cannot rename the context "${from}", the context "${to}" already ` +
          `exists in ${changeFile(context, () => undefined)}`,
      );
    }
    changeFile(context, (file) => {
      for (const each of file.contexts ?? []) if (each.name === from) each.name = to;
      if (file['current-context'] === from) file['current-context'] = to;
    });
    yield* context.out(`Context "${from}" renamed to "${to}".\n`);
  },
};

export default defineCommand({
  name: 'config',
  use: 'config SUBCOMMAND',
  short: 'Modify kubeconfig files',
  long:
    'Modify kubeconfig files. Which file is read and written: ' +
    '--kubeconfig, else $KUBECONFIG, else ~/.kube/config.',
  commands: [
    currentContext,
    remover('cluster'),
    remover('context'),
    remover('user'),
    lister('get-clusters', 'clusters', 'Display clusters defined in the kubeconfig'),
    getContexts,
    lister('get-users', 'users', 'Display users defined in the kubeconfig'),
    renameContext,
    set,
    setCluster,
    setContext,
    setCredentials,
    unset,
    useContext,
    view,
  ],
});
