import { proveLabs } from './prove.ts';

proveLabs(0, 4);
