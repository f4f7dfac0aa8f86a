import type { Program } from '../../host/syscalls.ts';
import { awk } from './awk.ts';
import { diffTool, find, xargs } from './files.ts';
import { grep } from './grep.ts';
import { sed } from './sed.ts';

/** grep, sed, awk and what goes with them. */
const programs: readonly Program[] = [grep('grep'), grep('egrep'), sed, awk, find, xargs, diffTool];

export default programs;
