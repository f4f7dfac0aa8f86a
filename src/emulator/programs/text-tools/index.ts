import type { Program } from '../../host/syscalls.ts';
import { diffTool, find, xargs } from './files.ts';

/** grep, awk and what goes with them. */
const programs: readonly Program[] = [find, xargs, diffTool];

export default programs;
