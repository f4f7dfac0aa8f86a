import type { PartCode } from '../host/parts.ts';
import { createEarlyCatalogs } from './early.ts';
import { rest } from './late.ts';

const code = import.meta.glob<{ default: PartCode }>('../programs/*/late.ts', { eager: true });

const whole = createEarlyCatalogs();
whole.complete(rest);
for (const [path, module] of Object.entries(code)) {
  whole.add(path.split('/').at(-2) as string, module.default);
}

/** All executables and images with all their code: where nobody waits for a download. */
export const executables = rest.programs.map(([, { name }]) => whole.executables.get(name)!);
export const { images, texts } = whole;
