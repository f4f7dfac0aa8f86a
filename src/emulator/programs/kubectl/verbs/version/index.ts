import type { Call } from '../../../../host/syscalls.ts';
import { asJson } from '../../object.ts';
import { defineCommand, type Context } from '../../command.ts';
import { failed, Failure } from '../../failure.ts';
import { encodeYaml } from '../../yaml/encode.ts';

/** What the client tells of itself. */
const client = {
  major: '1',
  minor: '35',
  gitVersion: 'v1.35.2',
  gitCommit: 'fdc9d74cbf2da6754ebf81d56f80ae2948cd6425',
  gitTreeState: 'clean',
  buildDate: '2026-02-26T20:05:34Z',
  goVersion: 'go1.25.7',
  compiler: 'gc',
  platform: 'linux/amd64',
};
const KUSTOMIZE = 'v5.7.1';

export default defineCommand({
  name: 'version',
  use: 'version [flags]',
  short: 'Print the client and server version information',
  long: 'Print the client and server version information for the current context.',
  flags: "client=false -o|output=''",
  run,
});

interface ServerVersion {
  readonly gitVersion: string;
  readonly major: string;
  readonly minor: string;
}

function* run(context: Context): Call<void> {
  const { flags, args } = context;
  const output = flags.text('output');
  if (args.length > 0) throw failed(`extra arguments: [${args.join(' ')}]`);
  if (!['', 'yaml', 'json'].includes(output)) throw failed("--output must be 'yaml' or 'json'");
  let server: ServerVersion | undefined;
  let failure: Failure | undefined;
  if (!flags.on('client')) {
    try {
      server = yield* context.client().send<ServerVersion>({
        path: '/version',
        query: { timeout: '32s' },
      });
    } catch (caught) {
      if (!(caught instanceof Failure)) throw caught;
      failure = caught;
    }
  }
  yield* print(context, output, server);
  if (server) yield* warnSkew(context, server);
  if (failure) throw failure;
}

function* print(context: Context, output: string, server: ServerVersion | undefined): Call<void> {
  const all = {
    clientVersion: client,
    kustomizeVersion: KUSTOMIZE,
    ...(server && { serverVersion: server }),
  };
  if (output === 'json') yield* context.out(`${JSON.stringify(all, undefined, 2)}\n`);
  else if (output === 'yaml') yield* context.out(`${encodeYaml(asJson(all))}\n`);
  else {
    yield* context.out(`Client Version: ${client.gitVersion}\nKustomize Version: ${KUSTOMIZE}\n`);
    if (server) yield* context.out(`Server Version: ${server.gitVersion}\n`);
  }
}

/** Client and server may be one minor version apart. */
function* warnSkew(context: Context, server: ServerVersion): Call<void> {
  const apart = Math.abs(Number(server.minor) - Number(client.minor));
  if (apart > 1 || server.major !== client.major) {
    yield* context.err(
      `Warning: version difference between client (${client.major}.${client.minor}) ` +
        `and server (${server.major}.${server.minor}) exceeds the supported ` +
        'minor version skew of +/-1\n',
    );
  }
}
