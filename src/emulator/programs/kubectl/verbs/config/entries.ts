import type { Call } from '../../../../host/syscalls.ts';
import type { Command, Context } from '../../command.ts';
import { exit, failed } from '../../failure.ts';
import type { NamedEntry } from '../../kubeconfig.ts';
import { loadKubeconfig } from '../../kubeconfig.ts';
import { changeFile } from './file.ts';

type Part = 'cluster' | 'context' | 'user';

/** Puts values into an entry, which is made where it is missing; says whether it was there. */
function put(
  context: Context,
  part: Part,
  name: string,
  values: Readonly<Record<string, string | boolean>>,
): boolean {
  let known = false;
  changeFile(context, (file) => {
    const list = (file[`${part}s`] ??= []);
    let entry = list.find((each) => each.name === name);
    known = entry !== undefined;
    if (!entry) {
      entry = { name } satisfies NamedEntry;
      list.push(entry);
      list.sort((a, b) => (a.name < b.name ? -1 : 1));
    }
    const before = (entry[part] ?? {}) as Record<string, string | boolean>;
    const after: Record<string, string | boolean> = { ...before, ...values };
    for (const [key, value] of Object.entries(after)) if (value === '') delete after[key];
    entry[part] = after as never;
  });
  return known;
}

/** Flags that were given, under the names that the file has for them. */
function given({ flags }: Context, names: Readonly<Record<string, string>>) {
  const found: Record<string, string | boolean> = {};
  for (const [flag, key] of Object.entries(names)) {
    if (!flags.changed(flag)) continue;
    found[key] = /^(true|false)$/.test(flags.text(flag)) ? flags.on(flag) : flags.text(flag);
  }
  return found;
}

/** `kubectl config set-context`. */
export const setContext: Command = {
  name: 'set-context',
  use:
    'config set-context [NAME | --current] [--cluster=cluster_nickname] ' +
    '[--user=user_nickname] [--namespace=namespace]',
  short: 'Set a context entry in kubeconfig',
  flags: 'current=false',
  *run(context: Context): Call<void> {
    const { flags, args } = context;
    const current = flags.on('current');
    if (args.length > 0 && current) {
      throw failed('you cannot specify both a context name and --current');
    }
    const name = current
      ? (loadKubeconfig(context.sys, flags)['current-context'] ?? '')
      : (args[0] ?? '');
    if (!current && name === '') {
      throw failed('you must specify a non-empty context name or --current');
    }
    if (name === '') throw failed('no current context is set');
    const values = given(context, { cluster: 'cluster', user: 'user', namespace: 'namespace' });
    const known = put(context, 'context', name, values);
    yield* context.out(`Context "${name}" ${known ? 'modified' : 'created'}.\n`);
  },
};

/** `kubectl config set-cluster`. */
export const setCluster: Command = {
  name: 'set-cluster',
  use:
    'config set-cluster NAME [--server=server] ' +
    '[--certificate-authority=path/to/certificate/authority] ' +
    '[--insecure-skip-tls-verify=true] [--tls-server-name=example.com]',
  short: 'Set a cluster entry in kubeconfig',
  flags: "embed-certs=false proxy-url=''",
  *run(context: Context): Call<void> {
    const name = context.args[0];
    if (context.args.length !== 1 || name === undefined) throw exit(1, 'error: Unexpected args\n');
    const values = given(context, {
      server: 'server',
      'certificate-authority': 'certificate-authority',
      'insecure-skip-tls-verify': 'insecure-skip-tls-verify',
      'tls-server-name': 'tls-server-name',
      'proxy-url': 'proxy-url',
    });
    put(context, 'cluster', name, values);
    yield* context.out(`Cluster "${name}" set.\n`);
  },
};

/** `kubectl config set-credentials`. */
export const setCredentials: Command = {
  name: 'set-credentials',
  use:
    'config set-credentials NAME [--client-certificate=path/to/certfile] ' +
    '[--client-key=path/to/keyfile] [--token=bearer_token] ' +
    '[--username=basic_user] [--password=basic_password] ' +
    '[--auth-provider=provider_name] [--auth-provider-arg=key=value] ' +
    '[--exec-command=exec_command] [--exec-api-version=exec_api_version] ' +
    '[--exec-arg=arg] [--exec-env=key=value]',
  short: 'Set a user entry in kubeconfig',
  flags: `auth-provider='' auth-provider-arg=[] embed-certs=false exec-api-version=''
    exec-arg=[] exec-command='' exec-env=[] exec-interactive-mode=''
    exec-provide-cluster-info=false`,
  *run(context: Context): Call<void> {
    const name = context.args[0];
    if (context.args.length !== 1 || name === undefined) throw exit(1, 'error: Unexpected args\n');
    const values = given(context, {
      'client-certificate': 'client-certificate',
      'client-key': 'client-key',
      token: 'token',
      username: 'username',
      password: 'password',
    });
    put(context, 'user', name, values);
    yield* context.out(`User "${name}" set.\n`);
  },
};
