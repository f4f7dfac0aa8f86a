import type { PartCode } from '../../host/parts.ts';
import { server } from './server.ts';
import { cli } from './cli.ts';

const code: PartCode = { programs: { 'redis-server': server, 'redis-cli': cli } };

export default code;
