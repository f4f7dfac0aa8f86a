import { isErrno } from '../../host/errno.ts';
import type { DaemonSys } from '../../host/syscalls.ts';

/** What a command line of nginx asks for. */
export interface Command {
  readonly said?: string;
  readonly fd?: 1 | 2;
  readonly exit?: number;
  readonly test?: boolean;
  readonly path?: string;
  /** Another command that the image's entry point was given. */
  readonly run?: readonly string[];
}

const SITE = '/etc/nginx/conf.d/default.conf';

/** What the entry point and its scripts say; they leave a site alone that is not the image's. */
function entryLines({ files }: DaemonSys): string[] {
  const site = files.stat(SITE);
  const own = (text: string) => `10-listen-on-ipv6-by-default.sh: info: ${text}\n`;
  const ipv6 = isErrno(site)
    ? [own(`${SITE} is not a file or does not exist`)]
    : [
        own(`Getting the checksum of ${SITE}`),
        own(site.modified === 0 ? `Enabled listen on IPv6 in ${SITE}` : differs),
      ];
  const entry = (text: string) => `/docker-entrypoint.sh: ${text}\n`;
  return [
    entry('/docker-entrypoint.d/ is not empty, will attempt to perform configuration'),
    entry('Looking for shell scripts in /docker-entrypoint.d/'),
    entry('Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh'),
    ...ipv6,
    entry('Sourcing /docker-entrypoint.d/15-local-resolvers.envsh'),
    entry('Launching /docker-entrypoint.d/20-envsubst-on-templates.sh'),
    entry('Launching /docker-entrypoint.d/30-tune-worker-processes.sh'),
    entry('Configuration complete; ready for start up'),
  ];
}

const differs = `${SITE} differs from the packaged version`;

/** Reads the arguments of nginx, or of the image's entry point in front of it. */
export function commandLine(sys: DaemonSys, version: string): Command {
  const entry = sys.argv[0]?.endsWith('docker-entrypoint.sh') ?? false;
  const words = entry ? sys.argv.slice(2) : sys.argv.slice(1);
  const name = sys.argv[1]?.split('/').at(-1);
  if (entry && name !== 'nginx' && name !== 'nginx-debug') return { run: sys.argv.slice(1) };
  const greeting = entryLines(sys).join('');
  return { ...(entry ? { said: greeting, fd: 1 as const } : {}), ...flags(sys, words, version) };
}

function flags(sys: DaemonSys, words: readonly string[], version: string): Command {
  let command: Command = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    switch (word) {
      case '-t':
        command = { ...command, test: true };
        break;
      case '-q':
        break;
      case '-v':
        return { said: `nginx version: ${version}\n`, fd: 2, exit: 0 };
      case '-g':
      case '-p':
      case '-e':
        i += 1;
        break;
      case '-c':
        command = { ...command, path: sys.files.resolve(words[++i] ?? '') };
        break;
      case '-s':
        return signal(sys, words[i + 1] ?? '');
      case '-V':
      case '-T':
      case '-h':
      case '-?':
        return { said: `nginx: ${word} is not modelled here\n`, exit: 2 };
      default:
        return { said: `nginx: invalid option: "${word.replace(/^-/, '')}"\n`, exit: 1 };
    }
  }
  return command;
}

/** `nginx -s reload`: a signal to the process whose number /run/nginx.pid holds. */
function signal(sys: DaemonSys, name: string): Command {
  const signals = { stop: 'TERM', quit: 'QUIT', reload: 'HUP' } as const;
  const wanted = signals[name as keyof typeof signals];
  if (!wanted) return { said: `nginx: invalid option: "-s ${name}"\n`, exit: 1 };
  const found = sys.files.read('/run/nginx.pid');
  if (isErrno(found)) {
    const text = 'open() "/run/nginx.pid" failed (2: No such file or directory)';
    return { said: `nginx: [error] ${text}\n`, exit: 1 };
  }
  const failed = sys.kill(Number(found.text), wanted);
  if (!failed) return { said: '', exit: 0 };
  return {
    said: `nginx: [alert] kill(${found.text.trim()}, 1) failed (3: No such process)\n`,
    exit: 1,
  };
}
