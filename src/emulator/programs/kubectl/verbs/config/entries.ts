import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import type { Command, Context } from '../../command.ts';
import { encodeBase64 } from '../../../../world/base64.ts';
import { failed } from '../../failure.ts';
import { goStrerror } from '../../go-errors.ts';
import type { NamedEntry } from '../../kubeconfig.ts';
import { loadKubeconfig } from '../../kubeconfig.ts';
import { changeFile } from './file.ts';
import { wrongArguments } from './usage.ts';

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
    const after: Record<string, unknown> = { ...before, ...values };
    if (before['exec'] && after['exec']) {
      const own = Object.entries(after['exec']).filter(([, value]) => value !== null);
      after['exec'] = { ...(before['exec'] as unknown as object), ...Object.fromEntries(own) };
    }
    for (const [key, value] of Object.entries(after)) {
      if (value === '' || value === false) delete after[key];
    }
    // A cluster's server is always written.
    if (part === 'cluster') after['server'] ??= '';
    entry[part] = after as never;
  });
  return known;
}

type Values = Record<string, string | boolean>;

/** With `--embed-certs` files are put in as they are; they have to be there. */
function embed({ flags, sys }: Context, values: Values, names: readonly string[]): void {
  if (!flags.on('embed-certs')) return;
  for (const name of names) {
    const path = values[name];
    if (typeof path !== 'string' || path === '') continue;
    const found = sys.files.read(path);
    if (isErrno(found)) {
      throw failed(`could not stat ${name} file ${path}: stat ${path}: ${goStrerror(found)}`);
    }
    values[name] = '';
    values[`${name}-data`] = encodeBase64(found.text);
  }
}

/** `key=value` words as pairs. */
function pairsOf(words: readonly string[], flag: string): readonly (readonly [string, string])[] {
  return words.map((word) => {
    const cut = word.indexOf('=');
    if (cut < 0) throw failed(`invalid ${flag} argument: ${word}`);
    return [word.slice(0, cut), word.slice(cut + 1)];
  });
}

/** What gets credentials from elsewhere: a program, or a provider of old. */
function plugins({ flags }: Context): object {
  const command = flags.text('exec-command');
  const version = flags.text('exec-api-version');
  const provider = flags.text('auth-provider');
  const env = pairsOf(flags.list('exec-env'), 'exec-env');
  const args = flags.list('exec-arg');
  const mode = flags.text('exec-interactive-mode');
  return {
    ...(provider !== '' && {
      'auth-provider': {
        config: Object.fromEntries(pairsOf(flags.list('auth-provider-arg'), 'auth-provider-arg')),
        name: provider,
      },
    }),
    ...(command !== '' && {
      exec: {
        ...(version !== '' && { apiVersion: version }),
        args: args.length > 0 ? args : null,
        command,
        env: env.length > 0 ? env.map(([name, value]) => ({ name, value })) : null,
        ...(mode !== '' && { interactiveMode: mode }),
        provideClusterInfo: flags.on('exec-provide-cluster-info'),
      },
    }),
  };
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
  flags: "cluster='' current=false -n|namespace='' user=''",
  *run(context: Context): Call<void> {
    const { flags, args } = context;
    if (args.length > 1) yield* wrongArguments(context, setContext);
    const current = flags.on('current');
    if (args.length > 0 && current) {
      throw failed('you cannot specify both a context name and --current');
    }
    const name = current
      ? (loadKubeconfig(context.sys, flags, true)['current-context'] ?? '')
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
  flags:
    "certificate-authority='' embed-certs=false insecure-skip-tls-verify=false proxy-url='' " +
    "server='' tls-server-name=''",
  *run(context: Context): Call<void> {
    if (context.args.length !== 1) yield* wrongArguments(context, setCluster);
    const name = context.args[0] as string;
    const values: Values = given(context, {
      server: 'server',
      'certificate-authority': 'certificate-authority',
      'insecure-skip-tls-verify': 'insecure-skip-tls-verify',
      'tls-server-name': 'tls-server-name',
      'proxy-url': 'proxy-url',
    });
    embed(context, values, ['certificate-authority']);
    // A server is checked with an authority, or not at all.
    if (values['insecure-skip-tls-verify'] === true) {
      values['certificate-authority'] = '';
      values['certificate-authority-data'] = '';
    } else if (values['certificate-authority'] || values['certificate-authority-data']) {
      values['insecure-skip-tls-verify'] = false;
    }
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
  flags: `auth-provider='' auth-provider-arg=[] client-certificate='' client-key=''
    embed-certs=false exec-api-version=''
    exec-arg=[] exec-command='' exec-env=[] exec-interactive-mode=''
    exec-provide-cluster-info=false password='' token='' username=''`,
  *run(context: Context): Call<void> {
    if (context.args.length !== 1) yield* wrongArguments(context, setCredentials, 'unexpected');
    const name = context.args[0] as string;
    const values: Values = given(context, {
      'client-certificate': 'client-certificate',
      'client-key': 'client-key',
      token: 'token',
      username: 'username',
      password: 'password',
    });
    embed(context, values, ['client-certificate', 'client-key']);
    const basic = 'username' in values || 'password' in values;
    if (basic && 'token' in values) {
      throw failed(
        'you cannot specify more than one authentication method at the same time: ' +
          '--token, --username/--password',
      );
    }
    if (basic) values['token'] = '';
    if ('token' in values && !basic) {
      values['username'] = '';
      values['password'] = '';
    }
    put(context, 'user', name, { ...values, ...plugins(context) } as never);
    yield* context.out(`User "${name}" set.\n`);
  },
};
