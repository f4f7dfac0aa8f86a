import type { Program } from '../../host/syscalls.ts';
import { runVi } from './run.ts';

/** vi under the names that it goes by. */
const programs: readonly Program[] = ['vi', 'vim', 'view', 'vim.tiny'].map((name) => ({
  name,
  paths: [`/usr/bin/${name}`],
  run: (argv, sys) => runVi(name, argv.slice(1), sys),
}));

export default programs;
