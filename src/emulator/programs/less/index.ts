import type { Program } from '../../host/syscalls.ts';
import { runPager } from './run.ts';

/** less and more: text a screen at a time; in a pipe they are cat. */
const programs: readonly Program[] = ['less', 'more'].map((name) => ({
  name,
  paths: [`/usr/bin/${name}`, `/bin/${name}`],
  run: (argv, sys) => runPager(name, argv.slice(1), sys),
}));

export default programs;
