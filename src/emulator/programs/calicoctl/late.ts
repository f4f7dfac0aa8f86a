import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { isFailure, type Failure } from './client.ts';
import { get } from './get.ts';
import { ipam } from './ipam.ts';
import { node } from './node.ts';
import { HELP } from './texts.ts';
import { patch } from './patch.ts';
import { version } from './version.ts';
import { write } from './write.ts';

type Command = (args: readonly string[], sys: Sys) => Call<Failure | undefined>;

const COMMANDS: Readonly<Record<string, Command>> = {
  get,
  ipam,
  node,
  version,
  apply: write,
  create: write,
  replace: write,
  delete: write,
  patch,
};
const OTHERS = ['label', 'convert', 'datastore', 'cluster', 'validate'];
/** Options that stand before the command, with a value or without. */
const VALUED = ['-l', '--log-level', '--context'];

const code: ProgramCode = {
  *run(argv, sys): Process {
    const args = [...argv.slice(1)];
    while (args[0]?.startsWith('-')) {
      const option = args.shift() as string;
      if (option === '-h' || option === '--help') {
        yield* sys.write(1, HELP);
        return 0;
      }
      if (VALUED.includes(option)) args.shift();
      else if (!/^(--(log-level|context)=|--allow-version-mismatch$)/.test(option)) {
        return yield* invalid(argv.slice(1), sys);
      }
    }
    const name = args[0];
    if (name === undefined) return yield* invalid(argv.slice(1), sys);
    const command = COMMANDS[name];
    if (!command) {
      const known = OTHERS.includes(name);
      const text = known
        ? `calicoctl ${name} is not modelled here`
        : `unknown command: "${name}"\n${HELP.trimEnd()}`;
      yield* sys.write(2, `${text}\n`);
      return 1;
    }
    const failed = yield* command(args, sys);
    if (!isFailure(failed)) return 0;
    yield* sys.write(2, `${failed.error}\n`);
    return 1;
  },
};

export default code;

function* invalid(words: readonly string[], sys: Sys): Call<number> {
  const hint = "Use flag '--help' to read about a specific subcommand.";
  yield* sys.write(1, `Invalid option: '${words.join(' ')}'. ${hint}\n`);
  return 1;
}
