import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { dialError } from '../../client.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { exit, failed } from '../../failure.ts';
import { klogLine } from '../../klog.ts';
import { serve } from './serve.ts';

const UNMODELLED = ['unix-socket', 'keepalive', 'append-server-path'];

export default defineCommand({
  name: 'proxy',
  use: 'proxy [--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]',
  short: 'Run a proxy to the Kubernetes API server',
  flags: `accept-hosts='^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$' accept-paths='^.*'
    address='127.0.0.1' api-prefix='/' append-server-path=false disable-filter=false
    keepalive=0s -p|port=8001 reject-methods='^$'
    reject-paths='^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach' -u|unix-socket='' -w|www=''
    -P|www-prefix='/static/'`,
  run,
});

function* run(context: Context): Call<void> {
  const { sys, flags, args } = context;
  if (args.length > 0) throw failed(usageText(context, `Unexpected args: [${args.join(' ')}]`));
  for (const flag of UNMODELLED) {
    if (flags.changed(flag)) throw exit(2, `kubectl: --${flag} of proxy is not modelled here\n`);
  }
  if (flags.text('www') !== '' && isErrno(sys.files.stat(flags.text('www')))) {
    const path = flags.text('www');
    const why =
      `Failed to stat static file directory ${path}: stat ${path}: ` + 'no such file or directory';
    yield* context.err(klogLine(sys, 'W', 'proxy.go:200', why));
  }
  if (flags.on('disable-filter')) {
    const text =
      'Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious';
    yield* context.err(klogLine(sys, 'W', 'proxy.go:177', text));
  }
  const filter = {
    hosts: patterns(context, 'accept-hosts'),
    accepted: patterns(context, 'accept-paths'),
    rejected: patterns(context, 'reject-paths'),
    methods: patterns(context, 'reject-methods'),
  };
  const address = flags.text('address');
  const wanted = flags.number('port');
  const port =
    wanted === 0 ? 32_768 + Math.trunc(sys.chance.number(`proxy ${sys.now}`) * 28_232) : wanted;
  const fd = sys.listen({ address, port });
  if (isErrno(fd)) {
    const why = dialError(fd, '').replace(/^dial tcp : connect: /, 'bind: ');
    throw failed(`listen tcp ${address}:${port}: ${why}`);
  }
  yield* context.out(`Starting to serve on ${address}:${port}\n`);
  sys.setPace('stream');
  yield* serve(context, fd, filter);
}

/** The expressions of a flag, joined by commas; one that is none ends kubectl (klog.Fatalf). */
function patterns({ sys, flags }: Context, flag: string): readonly RegExp[] {
  return flags
    .text(flag)
    .split(',')
    .map((text) => {
      try {
        return new RegExp(text);
      } catch {
        const why = `error parsing regexp: missing closing ]: \`${text}\``;
        const line = klogLine(sys, 'F', 'proxy_server.go:83', `Error compiling re: ${why}`);
        throw exit(255, line);
      }
    });
}
