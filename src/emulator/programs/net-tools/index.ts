import type { Program } from '../../host/syscalls.ts';
import { ifconfig } from './ifconfig.ts';
import { netstat } from './netstat.ts';
import { route } from './route.ts';

/** Tools of net-tools 2.10 besides arp. */
const programs: readonly Program[] = [ifconfig, netstat, route];

export default programs;
