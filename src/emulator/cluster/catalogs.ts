import { createEarlyCatalogs } from './early.ts';
import { late } from './late.ts';

const whole = createEarlyCatalogs();
whole.complete(late);

/** All executables and images with all their code: where nobody waits for a download. */
export const { executables, images, texts } = whole;
