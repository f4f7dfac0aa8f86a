import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { usageText, type Command, type Context } from '../../command.ts';
import { encodeBase64 } from '../../../../world/base64.ts';
import { failed } from '../../failure.ts';
import { printFlags } from '../../flag-sets.ts';
import { goStrerror } from '../../go-errors.ts';
import {
  kubeconfigPaths,
  loadKubeconfig,
  type KubeconfigFile,
  type NamedEntry,
} from '../../kubeconfig.ts';
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
    const { flags, args } = context;
    if (args.length > 0) {
      throw failed(usageText(context, `unexpected arguments: [${args.join(' ')}]`));
    }
    let config = loadKubeconfig(context.sys, flags, true);
    if (flags.on('flatten')) config = flattened(context, config);
    if (flags.on('minify')) config = minified(config, flags.text('context'));
    if (!flags.on('raw')) config = hidden(config);
    const printer = printerFor(context);
    if (!printer) throw failed('output format is required');
    yield* printer.print(ordered(config), { typed: true });
  },
};

const embedded = ['certificate-authority', 'client-certificate', 'client-key'];

/** Files that are named are put in as they are. */
function flattened({ sys, flags }: Context, config: KubeconfigFile): KubeconfigFile {
  const base = (kubeconfigPaths(sys, flags)[0] ?? '').replace(/\/[^/]*$/, '');
  const flat = <T>(values: Record<string, T> | undefined): Record<string, T> => {
    const found = { ...values };
    for (const name of embedded) {
      const path = found[name];
      if (typeof path !== 'string') continue;
      const full = path.startsWith('/') ? path : `${base}/${path}`;
      const read = sys.files.read(full);
      if (isErrno(read)) throw failed(`open ${full}: ${goStrerror(read)}`);
      delete found[name];
      found[`${name}-data`] = encodeBase64(read.text) as T;
    }
    return found;
  };
  const users = config.users?.map((each) => ({ ...each, user: flat(each.user) }));
  const clusters = config.clusters?.map((each) => ({ ...each, cluster: flat(each.cluster) }));
  return { ...config, ...(users && { users }), ...(clusters && { clusters }) };
}

/** Members of entries in the order of their Go structs. */
const order = (
  'name cluster context server tls-server-name insecure-skip-tls-verify certificate-authority ' +
  'certificate-authority-data proxy-url disable-compression user client-certificate ' +
  'client-certificate-data client-key client-key-data token tokenFile as as-uid username ' +
  'password auth-provider exec namespace command args env apiVersion provideClusterInfo ' +
  'interactiveMode value'
).split(' ');

function inOrder<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder) as T;
  const rank = (name: string) => (order.indexOf(name) + order.length) % order.length;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => rank(a) - rank(b))
      .map(([name, member]) => [name, inOrder(member)]),
  ) as T;
}

/** Members in the order of the Go struct, for JSON. */
function ordered(config: KubeconfigFile): Obj {
  const { clusters, users, contexts, ...rest } = withLists(config) as Record<string, unknown>;
  return {
    kind: 'Config',
    apiVersion: 'v1',
    ...(rest['preferences'] ? { preferences: rest['preferences'] } : {}),
    clusters: inOrder(clusters),
    users: inOrder(users),
    contexts: inOrder(contexts),
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
