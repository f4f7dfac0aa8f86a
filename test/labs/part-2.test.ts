import { proveLabs } from './prove.ts';

proveLabs(1, 4);
