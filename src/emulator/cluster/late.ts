import type { ProgramCode } from '../host/syscalls.ts';
import * as texts from '../resources/descriptions.generated.ts';
import type { Late } from './early.ts';

const code = import.meta.glob<{ default: ProgramCode }>('../programs/*/late.ts', { eager: true });

/** What need not be there for the first prompt. A Worker imports this file when it has one. */
export const late: Late = {
  programs: Object.fromEntries(
    Object.entries(code).map(([path, module]) => [path.split('/').at(-2), module.default]),
  ),
  texts,
};
