import type { Program } from '../../host/syscalls.ts';
import { fileTools } from './files.ts';
import { ls } from './ls.ts';
import { plainTools } from './plain.ts';
import { textTools } from './text.ts';

/** The GNU core utilities that a course's command lines use. */
const programs: readonly Program[] = [ls, ...fileTools, ...plainTools, ...textTools];

export default programs;
