import { proveLabs } from './prove.ts';

proveLabs(2, 4);
