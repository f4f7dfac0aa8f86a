import { isErrno } from '../../host/errno.ts';
import type { Call, Program, Sys } from '../../host/syscalls.ts';

/** ssh from the workstation: a login shell, or a command, on a machine by its name. */
function* ssh(argv: readonly string[], sys: Sys): Call<number> {
  const words = argv.slice(1);
  while (/^-/.test(words[0] ?? ''))
    words.splice(0, /^-[tTqvn46]+$/.test(words[0] as string) ? 1 : 2);
  const [target, ...command] = words;
  if (target === undefined) {
    yield* sys.write(
      2,
      'usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] destination [command [argument ...]]\n',
    );
    return 255;
  }
  const host = target.split('@').at(-1) ?? '';
  const hosts = sys.files.read('/etc/hosts');
  const lines = isErrno(hosts)
    ? []
    : hosts.text.split('\n').map((line) => line.trim().split(/\s+/));
  const line = lines.find(([address, ...names]) => names.includes(host) || address === host);
  const name = line?.[1];
  if (!name || name === 'localhost') {
    yield* sys.write(2, `ssh: Could not resolve hostname ${host}: Name or service not known\n`);
    return 255;
  }
  const shell = command.length > 0 ? ['bash', '-c', command.join(' ')] : ['bash', '-l'];
  const pid = sys.spawn(shell, {
    sandbox: `${name}:host`,
    user: name === 'workstation' ? 'learner' : 'root',
  });
  if (isErrno(pid)) {
    yield* sys.write(2, `ssh: connect to host ${host} port 22: Connection refused\n`);
    return 255;
  }
  const status = yield* sys.wait(pid);
  if (command.length === 0) yield* sys.write(2, `Connection to ${host} closed.\n`);
  return 'exited' in status ? status.exited : 255;
}

const program: Program = {
  name: 'ssh',
  paths: ['/usr/bin/ssh', '/bin/ssh'],
  run: ssh,
};

export default program;
