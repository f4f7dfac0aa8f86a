import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { isErrno } from '../../host/errno.ts';
import {
  keyBytes,
  presharedKey,
  privateKey,
  publicKey,
} from '../../network/link/wireguard/keys.ts';
import { apply, changeByFile, changeByWords, draftOf, type Draft } from './change.ts';
import { noAccess, show, showConf, type Result } from './show.ts';
import { setUsage, usage } from './texts.ts';

/** wireguard-tools 1.0.20210914 `wg`. */
const wg: ProgramCode = {
  *run(argv, sys): Process {
    const [command = 'show', ...words] = argv.slice(1);
    const result = command === 'pubkey' ? yield* pubkey(sys) : execute(command, words, sys);
    if (result.stdout) yield* sys.write(1, result.stdout);
    if (result.stderr) yield* sys.write(2, result.stderr);
    return result.exit;
  },
};

export default wg;

const fail = (stderr: string): Result => ({ stderr, exit: 1 });

function execute(command: string, words: readonly string[], sys: Sys): Result {
  switch (command) {
    case 'show':
      return sys.user === 'root' ? show(words, sys.network, sys.now) : refused(sys);
    case 'showconf':
      return conf(words, sys);
    case 'set':
    case 'setconf':
    case 'addconf':
    case 'syncconf':
      return change(command, words, sys);
    case 'genkey':
    case 'genpsk': {
      if (words.length > 0) return fail(`Usage: wg ${command}\n`);
      const digits = sys.chance.hex(`wg/${command}/${sys.network.ref.host}/${sys.now}`, 64);
      const key = command === 'genkey' ? privateKey(digits) : presharedKey(digits);
      return { stdout: `${key}\n`, exit: 0 };
    }
    case '-h':
    case '--help':
    case 'help':
      return { stdout: usage, exit: 0 };
    case '-v':
    case '--version':
      return {
        stdout: 'wireguard-tools v1.0.20210914 - https://git.zx2c4.com/wireguard-tools/\n',
        exit: 0,
      };
    default:
      return fail(`Invalid subcommand: \`${command}'\n${usage}`);
  }
}

function refused({ network }: Sys): Result {
  const names = network.links().filter(({ kind }) => kind === 'wireguard');
  const lines = names.map(
    ({ name }) => `Unable to access interface ${name}: Operation not permitted\n`,
  );
  return { stderr: lines.join(''), exit: names.length > 0 ? 1 : 0 };
}

function conf(words: readonly string[], sys: Sys): Result {
  const [name] = words;
  if (name === undefined || words.length > 1) return fail('Usage: wg showconf <interface>\n');
  if (sys.user !== 'root') return fail('Unable to access interface: Operation not permitted\n');
  const info = sys.network.wireguard(name);
  return info ? { stdout: showConf(name, info), exit: 0 } : noAccess(name, sys.network);
}

function change(command: string, words: readonly string[], sys: Sys): Result {
  const [name, ...rest] = words;
  if (command === 'set' && words.length < 3) return fail(setUsage);
  if (command !== 'set' && words.length !== 2) {
    return fail(`Usage: wg ${command} <interface> <configuration filename>\n`);
  }
  const info = sys.network.wireguard(name ?? '');
  if (!info) {
    const exists = sys.network.links().some((link) => link.name === name);
    const why = exists ? 'Operation not supported' : 'No such device';
    return fail(`Unable to modify interface: ${why}\n`);
  }
  if (sys.user !== 'root') return fail('Unable to modify interface: Operation not permitted\n');
  const draft: Draft = draftOf(info);
  const read = (path: string) => {
    const found = sys.files.read(path);
    return typeof found === 'string' ? undefined : found.text;
  };
  if (command === 'set') {
    const failed = changeByWords(rest, draft, read);
    if (failed !== undefined) return fail(failed);
  } else {
    const text = read(rest[0] ?? '');
    if (text === undefined) return fail('fopen: No such file or directory\n');
    const failed = changeByFile(text, draft, command !== 'addconf');
    if (failed !== undefined) return fail(failed);
  }
  const errno = apply(sys.network, name ?? '', draft);
  return errno === undefined ? { exit: 0 } : fail('Unable to modify interface: No such device\n');
}

/** `wg pubkey`: the key that belongs to the one on stdin. */
function* pubkey(sys: Sys): Call<Result> {
  let text = '';
  for (;;) {
    const piece = yield* sys.read(0);
    if (piece === null || isErrno(piece)) break;
    text += piece;
  }
  const key = text.split(/\s/)[0] ?? '';
  if (!keyBytes(key)) return fail('wg: Key is not the correct length or format\n');
  if (text.trim() !== key) return fail('wg: Trailing characters found after key\n');
  return { stdout: `${publicKey(key)}\n`, exit: 0 };
}
