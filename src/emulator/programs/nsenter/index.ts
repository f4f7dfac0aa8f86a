import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Process, Program, Sys } from '../../host/syscalls.ts';
import { readOptions, type OptionTable } from '../gnu/getopt.ts';
import { runIn, runInNetns } from '../namespaces.ts';

const HINT = "Try 'nsenter --help' for more information.\n";

const table: OptionTable = {
  short: 't:aFm::u::i::n::p::C::U::T::hV',
  long: {
    target: 't',
    all: 'a',
    mount: 'm',
    uts: 'u',
    ipc: 'i',
    net: 'n',
    pid: 'p',
    cgroup: 'C',
    user: 'U',
    time: 'T',
    'no-fork': 'F',
    help: 'h',
    version: 'V',
  },
  inOrder: true,
  unmodelled: (
    '-S -G -r -w -W -Z --setuid --setgid --root --wd --wdns --preserve-credentials ' +
    '--follow-context'
  ).split(' '),
};

const HELP = `
Usage:
 nsenter [options] [<program> [<argument>...]]

Run a program with namespaces of other processes.

Options:
 -a, --all              enter all namespaces
 -t, --target <pid>     target process to get namespaces from
 -m, --mount[=<file>]   enter mount namespace
 -u, --uts[=<file>]     enter UTS namespace (hostname etc)
 -i, --ipc[=<file>]     enter System V IPC namespace
 -n, --net[=<file>]     enter network namespace
 -p, --pid[=<file>]     enter pid namespace
 -C, --cgroup[=<file>]  enter cgroup namespace
 -U, --user[=<file>]    enter user namespace
 -T, --time[=<file>]    enter time namespace
 -S, --setuid <uid>     set uid in entered namespace
 -G, --setgid <gid>     set gid in entered namespace
     --preserve-credentials do not touch uids or gids
 -r, --root[=<dir>]     set the root directory
 -w, --wd[=<dir>]       set the working directory
 -W. --wdns <dir>       set the working directory in namespace
 -F, --no-fork          do not fork before exec'ing <program>
 -Z, --follow-context   set SELinux context according to --target PID

 -h, --help             display this help
 -V, --version          display version

For more details see nsenter(1).
`;

/** nsenter of util-linux 2.38.1. */
const program: Program = {
  name: 'nsenter',
  paths: ['/usr/bin/nsenter', '/bin/nsenter'],
  run,
};

export default program;

const names: Readonly<Record<string, string>> = {
  m: 'mnt',
  u: 'uts',
  i: 'ipc',
  n: 'net',
  p: 'pid',
  C: 'cgroup',
  U: 'user',
  T: 'time',
};

function* run(argv: readonly string[], sys: Sys): Process {
  const read = readOptions(argv.slice(1), table);
  if ('unmodelled' in read) return yield* refuse(sys, `${read.unmodelled} is not modelled here\n`);
  if ('error' in read) return yield* refuse(sys, `${read.error}\n${HINT}`, false);
  const { given, operands } = read;
  const has = (key: string) => given.some((each) => each.key === key);
  if (has('h')) {
    yield* sys.write(1, HELP);
    return 0;
  }
  if (has('V')) {
    yield* sys.write(1, 'nsenter from util-linux 2.38.1\n');
    return 0;
  }
  const target = given.findLast(({ key }) => key === 't')?.value;
  if (target !== undefined && !/^\d+$/.test(target)) {
    return yield* refuse(sys, `failed to parse pid: '${target}'\n`);
  }
  const wanted = has('a')
    ? Object.keys(names)
    : given.flatMap(({ key }) => (names[key] === undefined ? [] : [key]));
  const file = given.find(({ key, value }) => key === 'n' && value !== undefined)?.value;
  const lacks = wanted.find((key) => target === undefined && !(key === 'n' && file));
  if (lacks !== undefined) {
    const what = `neither filename nor target pid supplied for ns/${names[lacks]}\n`;
    return yield* refuse(sys, what);
  }
  const command = operands.length > 0 ? operands : [sys.env['SHELL'] ?? '/bin/sh'];
  return yield* enter(sys, wanted, target, file, command);
}

function* refuse(sys: Sys, text: string, named = true): Call<number> {
  yield* sys.write(2, named ? `nsenter: ${text}` : text);
  return 1;
}

function* enter(
  sys: Sys,
  wanted: readonly string[],
  target: string | undefined,
  file: string | undefined,
  command: readonly string[],
): Call<number> {
  const { runtime } = sys;
  const first = wanted.find((key) => key !== 'U') ?? 'n';
  const path = file ?? `/proc/${target}/ns/${names[first]}`;
  if (!runtime) {
    const known = sys.processes().some(({ pid }) => String(pid) === target);
    const why = file !== undefined || known ? 'EACCES' : 'ENOENT';
    return yield* refuse(sys, `cannot open ${path}: ${strerror(why)}\n`);
  }
  const process = sys.processes().find(({ pid }) => String(pid) === target);
  if (file === undefined && wanted.length > 0 && !process) {
    return yield* refuse(sys, `cannot open ${path}: ${strerror('ENOENT')}\n`);
  }
  const named = file?.replace(/^\/(?:var\/)?run\/netns\//, '');
  if (named !== undefined && !runtime.hasNetns(named)) {
    return yield* refuse(sys, `cannot open ${path}: ${strerror('ENOENT')}\n`);
  }
  const sandbox = process?.sandbox ?? 'host';
  const netns = named ?? runtime.sandbox(sandbox)?.netns ?? 'host';
  // With the container's files its own programs run; with its network alone, those of the machine.
  const inside = wanted.includes('m') && sandbox !== 'host';
  const ended = inside
    ? yield* runIn(sys, sandbox, command)
    : wanted.includes('n')
      ? yield* runInNetns(sys, netns, command)
      : yield* runIn(sys, 'host', command);
  if (!isErrno(ended)) return ended;
  yield* sys.write(2, `nsenter: failed to execute ${command[0]}: ${strerror(ended)}\n`);
  return ended === 'ENOENT' ? 127 : 126;
}
