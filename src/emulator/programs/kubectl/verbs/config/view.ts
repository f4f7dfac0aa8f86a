import type { Call } from '../../../../host/syscalls.ts';
import type { Command, Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { printFlags } from '../../flag-sets.ts';
import { loadKubeconfig, type KubeconfigFile, type NamedEntry } from '../../kubeconfig.ts';
import type { Obj } from '../../object.ts';
import { printerFor } from '../../printers/printer.ts';
import { withLists } from './file.ts';

/** `kubectl config view`. */
export const view: Command = {
  name: 'view',
  use: 'config view [flags]',
  short: 'Display merged kubeconfig settings or a specified kubeconfig file',
  flags:
    `${printFlags.replace("output=''", "output='yaml'")} flatten=false ` +
    'merge=true minify=false raw=false',
  *run(context: Context): Call<void> {
    const { flags } = context;
    let config = loadKubeconfig(context.sys, flags);
    if (flags.on('minify')) config = minified(config, flags.text('context'));
    if (!flags.on('raw')) config = hidden(config);
    const printer = printerFor(context);
    if (!printer) throw failed('output format is required');
    yield* printer.print(ordered(config), { typed: true });
  },
};

/** Members in the order of the Go struct, for JSON. */
function ordered(config: KubeconfigFile): Obj {
  const { clusters, users, contexts, ...rest } = withLists(config) as Record<string, unknown>;
  return {
    kind: 'Config',
    apiVersion: 'v1',
    clusters,
    users,
    contexts,
    'current-context': rest['current-context'],
  };
}

/** The current context alone, with its cluster and its user. */
function minified(config: KubeconfigFile, asked: string): KubeconfigFile {
  const current = asked || config['current-context'] || '';
  if (current === '') throw failed('current-context must exist in order to minify');
  const context = config.contexts?.find(({ name }) => name === current);
  if (!context) throw failed(`cannot locate context ${current}`);
  const pick = (list: NamedEntry[] | undefined, name: string | undefined) =>
    (list ?? []).filter((each) => each.name === name);
  return {
    ...config,
    'current-context': current,
    contexts: [context],
    clusters: pick(config.clusters, context.context?.['cluster']),
    users: pick(config.users, context.context?.['user']),
  };
}

/** Certificates, keys and tokens are not shown. */
function hidden(config: KubeconfigFile): KubeconfigFile {
  const hide = <T extends string | boolean>(
    values: Record<string, T> | undefined,
    secrets: Readonly<Record<string, string>>,
  ) => {
    if (!values) return values;
    const entries = Object.entries(values).map(([key, value]) => [key, secrets[key] ?? value]);
    return Object.fromEntries(entries) as Record<string, T>;
  };
  const omitted = 'DATA+OMITTED';
  const ofCluster = { 'certificate-authority-data': omitted };
  const ofUser = {
    'client-certificate-data': omitted,
    'client-key-data': omitted,
    token: 'REDACTED',
    password: 'REDACTED',
  };
  return {
    ...config,
    clusters: (config.clusters ?? []).map((each) => ({
      ...each,
      cluster: hide(each.cluster, ofCluster) ?? {},
    })),
    users: (config.users ?? []).map((each) => ({ ...each, user: hide(each.user, ofUser) ?? {} })),
  };
}
