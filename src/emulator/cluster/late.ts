import type { Executable, LateProgram } from '../host/syscalls.ts';
import * as texts from '../resources/descriptions.generated.ts';
import { collect, type Rest } from './early.ts';

export { start } from './start.ts';

type Found = Executable | LateProgram;

const programs = import.meta.glob<{ default: Found | readonly Found[] }>('../programs/*/index.ts', {
  eager: true,
});

/** What need not be there for the first prompt. A Worker imports this file when it has one. */
export const rest: Rest = { programs: collect(programs), texts };
