import { served as texts } from '../resources/descriptions.generated.ts';
import { createEarlyCatalogs } from './early.ts';
import { late } from './late.ts';

const whole = createEarlyCatalogs();
whole.complete({ ...late, served: texts });

/** All executables and images with all their code: where nobody waits for a download. */
export const { executables, images, served } = whole;
