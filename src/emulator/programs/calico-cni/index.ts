import { install } from './install.ts';
import { upgrade } from './upgrade.ts';

export default [install, upgrade];
