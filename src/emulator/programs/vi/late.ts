import type { ProgramCode } from '../../host/syscalls.ts';
import { runVi } from './run.ts';

/** vi: `view` opens files to read only. */
const program: ProgramCode = {
  run: (argv, sys) => runVi((argv[0] ?? 'vi').replace(/^.*\//, ''), argv.slice(1), sys),
};

export default program;
