import { proveLabs } from './prove.ts';

proveLabs(3, 4);
